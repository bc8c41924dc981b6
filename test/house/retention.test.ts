/** Records are kept for 90 days at least (48 CFR 252.204-7012(e) asks as much of images and monitoring data): every store there is. */
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { render } from '../../lib/asl/render.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { playbooks } from '../../playbooks/index.ts';
import { hub, member } from './configurations.ts';
import { appOf, stackOf, stacksOf } from './template.ts';

const days = 90;
/** Seconds: SQS keeps a message no longer (SQS developer guide, "Message retention period"). */
const queueLimit = 14 * 86_400;

/** As short as the configuration allows. */
const shortest = parseConfig({ hub, members: [member], logRetentionDays: 90, retentionDays: 90 }, { file: 'test' });

const Logs = z.object({ RetentionInDays: z.number().min(days) });
const Vault = z.object({
  VersioningConfiguration: z.object({ Status: z.literal('Enabled') }),
  ObjectLockEnabled: z.literal(true),
  ObjectLockConfiguration: z.object({
    Rule: z.object({
      DefaultRetention: z.object({ Days: z.number().min(days), Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']) }),
    }),
  }),
  LifecycleConfiguration: z.undefined().optional(),
});
/** Records never expire by themselves, and a slip can be taken back. */
const Records = z.object({
  TimeToLiveSpecification: z.undefined().optional(),
  PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.literal(true) }),
});
/** What could not be delivered, until a person has looked: an alarm tells at once, and GuardDuty keeps the finding itself for 90 days. */
const Undelivered = z.object({ MessageRetentionPeriod: z.literal(queueLimit) });
/** AWS deletes the history of a run after 90 days: what it was is on the ledger, and in a log that is kept as all others. */
const Machine = z.object({ LoggingConfiguration: z.object({ Destinations: z.array(z.unknown()).min(1) }) });

const stores: Readonly<Record<string, z.ZodType>> = {
  'AWS::Logs::LogGroup': Logs,
  'AWS::S3::Bucket': Vault,
  'AWS::DynamoDB::Table': Records,
  'AWS::SQS::Queue': Undelivered,
  'AWS::StepFunctions::StateMachine': Machine,
};

/** Keeps nothing of an incident: keys, roles, rules, alarms, entrances, messages on their way. */
const keepsNothing =
  /^AWS::(KMS|IAM|Lambda|Events|CloudWatch|ApiGatewayV2|Scheduler|SNS)::|^AWS::SecretsManager::Secret|Policy$|^AWS::CDK::|::WaitConditionHandle$/;

describe('every store', () => {
  const resources = stacksOf(appOf(shortest)).flatMap((stack) =>
    Object.entries(
      Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string; Properties?: object }>,
    ),
  );

  test('is known: whoever adds another kind says how long it keeps', () => {
    const kinds = new Set(resources.map(([, { Type }]) => Type));
    expect([...kinds].filter((kind) => !stores[kind] && !keepsNothing.test(kind))).toEqual([]);
    expect(Object.keys(stores).filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  test('keeps what it has for 90 days at least', () => {
    const tooShort = resources.flatMap(([id, { Type, Properties = {} }]) => {
      const flaws = stores[Type]?.safeParse(Properties).error;
      return flaws ? [`${id}: ${z.prettifyError(flaws)}`] : [];
    });
    expect(tooShort).toEqual([]);
  });

  test('outlives the stack where the law asks for it: the vault and its keys stay', () => {
    const gone = resources.filter(([, { Type }]) => Type === 'AWS::S3::Bucket').map(([, one]) => one);
    expect(gone.map((one) => (one as { DeletionPolicy?: string }).DeletionPolicy)).toEqual(['RetainExceptOnCreate']);
  });
});

test.each(playbooks)('$name seals the record before its history can expire', (book) => {
  const { States, TimeoutSeconds } = render(book);
  expect(Object.keys(States).filter((name) => name.startsWith('Seal the record')).length).toBeGreaterThan(0);
  expect(Number(TimeoutSeconds)).toBeLessThan(days * 86_400);
});

/**
 * CloudFormation replaces what gets another logical id, and a replaced table, vault or key goes on without what the old one holds. None of
 * these ever changes but with a line under Hazards in CHANGELOG.md.
 */
test('the tables, the vault and the keys keep their logical ids and what cannot be changed in place', () => {
  const { Resources } = Template.fromStack(stackOf(appOf(shortest), 'Tourniquet')).toJSON() as {
    Resources: Record<string, { Type: string; DeletionPolicy?: string; Properties: Record<string, unknown> }>;
  };
  const lasting = Object.entries(Resources).filter(([, { DeletionPolicy }]) => /^Retain/.test(DeletionPolicy ?? ''));
  const fixed = ['KeySchema', 'TableName', 'BucketName', 'ObjectLockEnabled', 'KeySpec', 'KeyUsage'];
  const kept = lasting.map(([id, { Type, Properties }]) => [
    id,
    { Type, ...Object.fromEntries(Object.entries(Properties).filter(([name]) => fixed.includes(name))) },
  ]);
  const KeySchema = ['pk', 'sk'].map((AttributeName) => expect.objectContaining({ AttributeName }));
  expect(Object.fromEntries(kept)).toMatchObject({
    IncidentsTable7D5FD327: { Type: 'AWS::DynamoDB::Table', KeySchema },
    SettingsTable9DA1E611: { Type: 'AWS::DynamoDB::Table', KeySchema },
    VaultBucket0925C477: { Type: 'AWS::S3::Bucket', ObjectLockEnabled: true },
    VaultKeyCB88EF1A: { Type: 'AWS::KMS::Key' },
    SealKey3FBD9790: { Type: 'AWS::KMS::Key', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  });
});

test('the configuration takes no shorter time', () => {
  for (const short of [{ retentionDays: 89 }, { logRetentionDays: 30 }])
    expect(() => parseConfig(short, { file: 'test' })).toThrow();
});
