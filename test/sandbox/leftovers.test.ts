/** Fail, deploy, destroy, deploy again with what stayed, destroy, as README has it: what stays are the records, sealed evidence with its key, the key that signs, and nothing else. In a sandbox of its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ended } from '../console/terminal.ts';
import { typed } from '../console/typed.ts';
import {
  type Credentials,
  clients,
  deployPrepared,
  deployStack,
  destroyOthers,
  destroyStack,
  hired,
  officePolicies,
  prepareStacks,
} from './deployment.ts';
import { findingAbout, send } from './finding.ts';
import { invoke } from './invoke.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { underSettings } from './settings.ts';

interface Thing {
  readonly account: string;
  readonly type: string;
  readonly id: string;
}
type Outputs = Readonly<Record<string, string>>;

/** Nobody is asked anything here. */
const noSlack = 'http://127.0.0.1:9';
const nobody = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }],
});
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
}, 180_000);
afterAll(() => sandbox?.stop());

const inventory = async (): Promise<Thing[]> => {
  const { hub, member } = sandbox.accounts;
  const of = (account: string) => sandbox.get<Thing[]>(`/_sandbox/inventory?account=${account}`);
  return [...(await of(hub)), ...(await of(member))];
};

/** What CDK keeps in the hub for all its apps: the bootstrap stack and everything in it. The member does without. */
async function bootstrap(): Promise<Set<string>> {
  const client = clients(sandbox)(CloudFormationClient, 'hub');
  const ids = ['CDKToolkit'];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: 'CDKToolkit' },
  ))
    ids.push(...StackResourceSummaries.map(({ PhysicalResourceId = '' }) => PhysicalResourceId));
  return new Set(ids);
}

const sentence = ({ account, type, id }: Thing): string => `${type} ${id} in ${account}`;

/** Everything that is there now and was not before, without what is CDK's own. */
async function left(before: readonly Thing[]): Promise<string[]> {
  const known = new Set(before.map(sentence));
  const kept = await bootstrap();
  const cdks = ({ account, id }: Thing) => account === sandbox.accounts.hub && kept.has(id);
  return (await inventory()).filter((thing) => !known.has(sentence(thing)) && !cdks(thing)).map(sentence);
}

/** The operator's command line in the hub. */
function typedBy({ accessKeyId, secretAccessKey }: Credentials): (...words: string[]) => Promise<Ended> {
  const { endpoint, region } = sandbox;
  const aws = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region };
  return (...words) => typed(words, { ...aws, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
}

const root = (...words: string[]): Promise<Ended> =>
  typedBy({ accessKeyId: sandbox.accounts.hub, secretAccessKey: 'sandbox' })(...words);

/** An incident about an instance that is gone: recorded, held, and sealed without an answer of anybody. */
async function respond(outputs: Outputs, instance: string): Promise<string> {
  const deployment = { client: clients(sandbox), sandbox, outputs, slack: { url: noSlack } };
  await underSettings(deployment, { mode: 'observe' });
  await send(deployment, findingAbout(deployment, instance));
  const stopped = async () => JSON.parse((await root('destroy', '--json')).stdout);
  await expect.poll(stopped, { timeout: 120_000, interval: 500 }).toMatchObject({ outcome: 'nothing held' });
  await invoke(deployment, 'seal-checkpoint');
  const { stdout } = await root('incidents', '--json');
  // The newest comes first.
  const [line = ''] = stdout.split('\n');
  return String(JSON.parse(line).incident);
}

/** By somebody who holds the policies of an operator and of an auditor, and no other right. */
async function destroy(outputs: Outputs, incident: string, checkpoints: readonly string[]): Promise<void> {
  const client = clients(sandbox);
  const iam = client(IAMClient, 'hub');
  const made = await officePolicies({ client, outputs });
  const [UserName, held] = ['remi', [made.operator, made.auditor]];
  const key = await hired({ client, outputs }, UserName, ...held);
  const to = join(mkdtempSync(join(tmpdir(), 'tourniquet-way-out-')), 'records');
  await sandbox.post('/_sandbox/enforce', { on: true });
  const kept = await typedBy(key)('retention', '--json');
  const ended = await typedBy(key)('destroy', '--to', to, '--json');
  await sandbox.post('/_sandbox/enforce', { on: false });
  const ours = JSON.parse(kept.stdout).kept.find((one: { incident: string }) => one.incident === incident);
  expect(ours.because).toContainEqual(expect.stringMatching(/^it is locked until /));
  expect(ours.bytes).toBeGreaterThan(1000);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const { outcome, remaining, existing } = JSON.parse(ended.stdout);
  expect(outcome).toBe('destroyed');
  expect(existing).toEqual(existingOf(outputs));
  const days = (from: string | null) => from && Math.round((Date.parse(from) - Date.now()) / 86_400_000);
  expect(remaining.map(({ from }: { from: string | null }) => days(from))).toEqual([104, 104, 104, null, null]);
  expect(await typed(['verify', join(to, incident)])).toMatchObject({ code: 0 });
  expect(readdirSync(join(to, 'checkpoints'))).toEqual(checkpoints);
  rmSync(join(to, '..'), { recursive: true });
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: key.accessKeyId }));
  for (const PolicyArn of held) await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
  await iam.send(new DeleteUserCommand({ UserName }));
  for (const PolicyArn of Object.values(made)) await iam.send(new DeletePolicyCommand({ PolicyArn }));
}

/** What a deployment that was used leaves to be cleaned up: evidence under lock, and a clock that runs. */
async function use(outputs: Outputs): Promise<void> {
  const client = clients(sandbox);
  const until = new Date(Date.now() + 86_400_000);
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until } as const;
  const object = { Bucket: outputs.VaultName, Key: 'incidents/one/console.txt', Body: 'evidence', ...lock };
  await client(S3Client, 'hub').send(new PutObjectCommand(object));
  const { hub } = sandbox.accounts;
  const target = `arn:aws:lambda:${sandbox.region}:${hub}:function:tourniquet-clock-tick`;
  await client(SchedulerClient, 'hub').send(
    new CreateScheduleCommand({
      GroupName: outputs.ScheduleGroup,
      Name: 'one-dfars-initial-due',
      ScheduleExpression: 'at(2099-01-01T00:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: target, RoleArn: `arn:aws:iam::${hub}:role/tourniquet-schedules` },
    }),
  );
}

/** The tables, the vault and the keys, as the inventory would name them. */
async function lasting({
  TableName,
  SettingsTableName,
  VaultName = '',
  SealingKeyArn = '',
}: Outputs): Promise<string[]> {
  const { hub } = sandbox.accounts;
  const Key = 'incidents/one/console.txt';
  const s3 = clients(sandbox)(S3Client, 'hub');
  const { SSEKMSKeyId = '', Body } = await s3.send(new GetObjectCommand({ Bucket: VaultName, Key }));
  expect(await Body?.transformToString()).toBe('evidence');
  const keys = [SSEKMSKeyId, SealingKeyArn].map((arn) => `AWS::KMS::Key ${arn.split('/').at(-1)} in ${hub}`);
  const tables = [TableName, SettingsTableName].map((name) => `AWS::DynamoDB::Table ${name} in ${hub}`);
  return [...keys, `AWS::S3::Bucket ${VaultName} in ${hub}`, ...tables];
}

/** The root user with every bypass there is, at what Tourniquet itself has sealed. */
async function cannotBeLoosened({ VaultName: Bucket }: Outputs, incident: string): Promise<void> {
  const s3 = clients(sandbox)(S3Client, 'hub');
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: `incidents/${incident}/` }));
  expect(Versions.length).toBeGreaterThan(0);
  for (const { Key, VersionId } of Versions) {
    const place = { Bucket, Key, VersionId };
    const { Retention } = await s3.send(new GetObjectRetentionCommand(place));
    expect(Retention?.Mode).toBe('COMPLIANCE');
    const sooner = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 86_400_000) } as const;
    const bypass = { ...place, BypassGovernanceRetention: true };
    await expect(s3.send(new PutObjectRetentionCommand({ ...bypass, Retention: sooner }))).rejects.toThrow();
    await expect(s3.send(new DeleteObjectCommand(bypass))).rejects.toThrow();
  }
}

/** What a later deployment is configured with to adopt it. */
const existingOf = ({ TableStreamArn, SettingsTableArn, VaultName, VaultKeyArn, SealingKeyArn }: Outputs) => ({
  table: TableStreamArn,
  settings: SettingsTableArn,
  vault: { bucket: VaultName, key: VaultKeyArn },
  sealingKey: SealingKeyArn,
});

/** `cdk deploy --all`, and a StackSet for a whole organisation, put the member stack into the hub too. */
async function changesNothingInTheHub(): Promise<void> {
  const before = await inventory();
  await deployStack(sandbox, 'hub', 'TourniquetMember');
  const made = await left(before);
  expect(made).toEqual([expect.stringMatching(/^AWS::CloudFormation::Stack .*tourniquet-member/)]);
  await destroyStack(sandbox, 'hub', 'TourniquetMember');
}

test('a first deployment that fails leaves empty tables; one that succeeds leaves records, vault and keys, which the next adopts, and nothing else', async () => {
  const before = await inventory();
  const iam = clients(sandbox)(IAMClient, 'hub');
  const inTheWay = { RoleName: 'tourniquet-run-release' };
  await iam.send(new CreateRoleCommand({ ...inTheWay, AssumeRolePolicyDocument: nobody }));
  await prepareStacks(sandbox, noSlack);
  await expect(deployStack(sandbox, 'hub', 'Tourniquet')).rejects.toThrow(/already exists/);
  await iam.send(new DeleteRoleCommand(inTheWay));
  await expect(deployStack(sandbox, 'member', 'Tourniquet')).rejects.toThrow(sandbox.accounts.hub);
  const failed = await left(before);
  const expected = failed.filter((one) => one.startsWith('AWS::DynamoDB::Table '));
  expect(failed).toEqual([`AWS::CloudFormation::Stack tourniquet in ${sandbox.accounts.hub}`, ...expected]);
  expect(expected).toHaveLength(2);
  // cdk protects a stack before it makes anything in it, and would have to delete a failed one before it tries again.
  const saying = (words: string) => ({ code: 0, stdout: expect.stringContaining(words) });
  expect(await root('destroy')).toMatchObject(saying('With --to it is deleted'));
  expect(await root('destroy', '--to', sandbox.work)).toMatchObject(saying('only its empty tables stay'));
  let kept = {};
  for (const round of ['first', 'second'] as const) {
    if (round === 'second') await prepareStacks(sandbox, noSlack, { ...kept, lock: 'compliance' });
    const outputs = await deployPrepared(sandbox);
    expect((await left(before)).length, `the ${round} deployment made something`).toBeGreaterThan(90);
    if (round === 'second') await changesNothingInTheHub();
    await use(outputs);
    // Another instance each time: a finding about the first would join the incident that was adopted.
    const incident = await respond(outputs, round === 'first' ? 'i-0123456789abcdef0' : 'i-0123456789abcdef1');
    if (round === 'second') await cannotBeLoosened(outputs, incident);
    await expect(destroyStack(sandbox, 'hub', 'Tourniquet')).rejects.toThrow(/TerminationProtection is enabled/);
    await destroy(outputs, incident, round === 'first' ? ['000001.tar'] : ['000001.tar', '000002.tar']);
    await destroyOthers(sandbox);
    // The second has adopted what the first left, with the incidents in it.
    const stays = (await lasting(outputs)).filter((one) => !expected.includes(one));
    if (round === 'second') expect(stays).toEqual([]);
    if (round === 'second') expect(kept).toEqual({ existing: existingOf(outputs) });
    expected.push(...stays);
    kept = { existing: existingOf(outputs) };
    expect((await left(before)).toSorted(), `after the ${round} deployment`).toEqual(expected.toSorted());
  }
}, 600_000);
