/**
 * A sandbox with what the functions expect around them, but nothing deployed: the table, the vault, the topic, the four member roles with
 * the rights that the contracts declare. Policies are enforced, so a step that needs more than it declares fails here.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreatePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { asNamed, lookAt } from '../../lambdas/incident/open-incident/facts.ts';
import { sightOf, targetOf } from '../../lambdas/incident/open-incident/first-sight.ts';
import type { Session } from '../../lambdas/runtime/session.ts';
import { isKnown } from '../../lambdas/targets/target.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { quarantinePath, quarantinePolicy } from '../../lib/domain/identity.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { statements } from '../../lib/domain/permission.ts';
import { type AnyStep, RoleClass } from '../../lib/domain/step.ts';
import { permissionsOf } from '../../lib/infra/registry.ts';
import { bystander, type ClientOptions, type Deployment, organizationAdmin } from '../sandbox/deployment.ts';
import { buildEstate } from '../sandbox/estate.ts';
import { memory } from '../sandbox/memory-tool.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { machines } from './machines.ts';
import type { Stage, Subject } from './subject.ts';
import { worlds } from './worlds.ts';

const name = 'tourniquet';
const table = 'incidents';
const settings = 'settings';
const vault = 'evidence-vault';
const clocks = 'clocks';

/** Everything on that needs no Slack: people are told through the topic. */
function config(sandbox: Sandbox) {
  const { hub, member } = sandbox.accounts;
  const regimes = ['cisa-voluntary', 'dfars'];
  const given = { hub, members: [member], organizationAdmin: organizationAdmin(sandbox), regimes, memory };
  return parseConfig(given, { file: 'step contract' });
}

/** The member roles get the rights of these contracts, whether a playbook uses them yet or not. */
export async function startStage(contracts: readonly AnyStep[]): Promise<Stage> {
  const sandbox = await startSandbox();
  const client = rootClients(sandbox);
  const deployment = { sandbox, client } as Deployment;
  const [estate, resources] = await Promise.all([
    buildEstate(deployment),
    hubResources(sandbox, client),
    memberRoles(sandbox, client, contracts),
    hubRoles(sandbox, client, contracts),
    ...worlds.map(({ prepare }) => prepare?.(client)),
  ]);
  writeFileSync(join(sandbox.work, 'config.json'), JSON.stringify(config(sandbox)));
  writeFileSync(join(sandbox.work, 'build.json'), JSON.stringify({ version: '0.0.0', sha256: '0'.repeat(64) }));
  Object.assign(process.env, sandbox.env(sandbox.accounts.hub), resources, {
    TOURNIQUET_NAME: name,
    TOURNIQUET_PARTITION: 'aws',
    TOURNIQUET_HUB: sandbox.accounts.hub,
    TOURNIQUET_ROLE_PATH: '/',
    LAMBDA_TASK_ROOT: sandbox.work,
    POWERTOOLS_SERVICE_NAME: 'step-contract',
    POWERTOOLS_METRICS_NAMESPACE: 'Tourniquet',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  await sandbox.post('/_sandbox/enforce', { on: true });
  const read = async (finding: Finding): Promise<Subject> => {
    const session = { client: (Client) => client(Client as never, 'member') } as Session;
    const now = new Date().toISOString();
    const base = targetOf(finding, now);
    const { known, target, because } =
      (await lookAt(base, finding, sightOf(finding, now))?.read(session)) ?? asNamed(base);
    if (known !== 'read' || !isKnown(target)) throw new Error(`The facts of the target could not be read: ${because}`);
    return { target, finding };
  };
  return {
    sandbox,
    client,
    estate,
    newSubject: async (about) => read(await about({ deployment, estate })),
    again: ({ finding }) => read(finding),
  };
}

/** Clients of each account's root, one of a kind: making one takes longer than most of its calls. */
function rootClients({ endpoint, region, accounts }: Sandbox): Stage['client'] {
  const made = new Map<string, unknown>();
  return <C>(Client: new (options: ClientOptions) => C, account: 'hub' | 'member'): C => {
    const key = `${account} ${Client.name}`;
    const credentials = { accessKeyId: accounts[account], secretAccessKey: 'test' };
    const options = { endpoint, region, credentials, maxAttempts: 3, userAgentAppId: bystander };
    if (!made.has(key)) made.set(key, new Client(options));
    return made.get(key) as C;
  };
}

/** The variables that the infrastructure would set, by what it would make. */
async function hubResources({ accounts, region }: Sandbox, client: Stage['client']): Promise<Record<string, string>> {
  const makeTable = (TableName: string) =>
    client(DynamoDBClient, 'hub').send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
      }),
    );
  await Promise.all([table, settings].map(makeTable));
  await client(S3Client, 'hub').send(new CreateBucketCommand({ Bucket: vault, ObjectLockEnabledForBucket: true }));
  const { KeyMetadata } = await client(KMSClient, 'hub').send(new CreateKeyCommand({}));
  const { TopicArn = '' } = await client(SNSClient, 'hub').send(new CreateTopicCommand({ Name: 'pager' }));
  await client(SchedulerClient, 'hub').send(new CreateScheduleGroupCommand({ Name: clocks }));
  const principal = { Service: 'scheduler.amazonaws.com' };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await client(IAMClient, 'hub').send(
    new CreateRoleCommand({ RoleName: `${name}-schedules`, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  return {
    ...(await machines({ accounts, region }, client, name)),
    TOURNIQUET_TABLE: table,
    TOURNIQUET_SETTINGS: settings,
    TOURNIQUET_VAULT: vault,
    TOURNIQUET_VAULT_OWNER: accounts.hub,
    TOURNIQUET_LOCK: 'governance',
    TOURNIQUET_VAULT_KEY: KeyMetadata?.Arn ?? '',
    TOURNIQUET_TOKEN_KEY: KeyMetadata?.Arn ?? '',
    TOURNIQUET_RETENTION_DAYS: '104',
    TOURNIQUET_TOPIC: TopicArn,
    TOURNIQUET_SCHEDULE_GROUP: clocks,
    TOURNIQUET_SCHEDULE_ROLE: Role?.Arn ?? '',
    TOURNIQUET_TICK: `arn:aws:lambda:${region}:${accounts.hub}:function:${name}-clock-tick`,
    TOURNIQUET_DEAD_LETTERS: `arn:aws:sqs:${region}:${accounts.hub}:${name}-dead-letters`,
    TOURNIQUET_LOOK_AGAIN: `arn:aws:lambda:${region}:${accounts.hub}:function:${name}-collect-logs`,
  };
}

const policy = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** A role of a class that whoever comes from the hub may assume. */
async function role(iam: IAMClient, hub: string, as: RoleClass, rights: readonly object[]): Promise<void> {
  const RoleName = `${name}-${as}`;
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${hub}:root` }, Action: 'sts:AssumeRole' };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy([trust]) }));
  if (rights.length === 0) return;
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: as, PolicyDocument: policy(rights) }));
}

/** What the member stack would make: the role of each class, and the policy that denies everything to whom it is attached. */
async function memberRoles(sandbox: Sandbox, client: Stage['client'], contracts: readonly AnyStep[]): Promise<void> {
  const { hub, member } = sandbox.accounts;
  const place = { partition: 'aws', account: member, region: sandbox.region };
  const iam = client(IAMClient, 'member');
  const PolicyName = quarantinePolicy(place, name).split('/').at(-1);
  const PolicyDocument = policy([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
  await iam.send(new CreatePolicyCommand({ PolicyName, Path: quarantinePath, PolicyDocument }));
  for (const as of RoleClass.options)
    await role(iam, hub, as, statements(permissionsOf(contracts, as), { ...place, region: '*' }));
}

/** The same where the organisation is administered, as far as it is about the organisation: any account of it may be the target. */
async function hubRoles(sandbox: Sandbox, client: Stage['client'], contracts: readonly AnyStep[]): Promise<void> {
  const anywhere = { partition: 'aws', account: '*', region: '*' };
  for (const as of RoleClass.options) {
    const rights = statements(permissionsOf(contracts, as, 'organization'), anywhere);
    await role(client(IAMClient, 'hub'), sandbox.accounts.hub, as, rights);
  }
}
