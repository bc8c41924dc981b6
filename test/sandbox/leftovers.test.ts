/** Fail, deploy, destroy, deploy again, destroy: what stays are the records, sealed evidence with its key, the key that signs, and nothing else. In a sandbox of its own. */
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  clients,
  deployPrepared,
  deployStack,
  destroyStack,
  destroyStacks,
  liftProtection,
  prepareStacks,
} from './deployment.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

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

/** The table, the vault and the keys, as the inventory would name them. */
async function lasting({ TableName, VaultName = '', SealingKeyArn = '' }: Outputs): Promise<string[]> {
  const { hub } = sandbox.accounts;
  const Key = 'incidents/one/console.txt';
  const s3 = clients(sandbox)(S3Client, 'hub');
  const { SSEKMSKeyId = '', Body } = await s3.send(new GetObjectCommand({ Bucket: VaultName, Key }));
  expect(await Body?.transformToString()).toBe('evidence');
  const keys = [SSEKMSKeyId, SealingKeyArn].map((arn) => `AWS::KMS::Key ${arn.split('/').at(-1)} in ${hub}`);
  return [...keys, `AWS::S3::Bucket ${VaultName} in ${hub}`, `AWS::DynamoDB::Table ${TableName} in ${hub}`];
}

/** `cdk deploy --all`, and a StackSet for a whole organisation, put the member stack into the hub too. */
async function changesNothingInTheHub(): Promise<void> {
  const before = await inventory();
  await deployStack(sandbox, 'hub', 'TourniquetMember');
  const made = await left(before);
  expect(made).toEqual([expect.stringMatching(/^AWS::CloudFormation::Stack .*tourniquet-member/)]);
  await destroyStack(sandbox, 'hub', 'TourniquetMember');
}

test('a first deployment that fails leaves an empty table; two that succeed leave records, vaults and keys, and nothing else', async () => {
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
  expect(expected).toHaveLength(1);
  // The command line protects a stack before it makes anything in it, and deletes a failed one before it tries again.
  await liftProtection(sandbox);
  for (const round of ['first', 'second'] as const) {
    const outputs = await deployPrepared(sandbox);
    expect((await left(before)).length, `the ${round} deployment made something`).toBeGreaterThan(90);
    if (round === 'second') await changesNothingInTheHub();
    await use(outputs);
    await expect(destroyStack(sandbox, 'hub', 'Tourniquet')).rejects.toThrow(/TerminationProtection is enabled/);
    await destroyStacks(sandbox);
    expected.push(...(await lasting(outputs)));
    expect((await left(before)).toSorted(), `after the ${round} deployment`).toEqual(expected.toSorted());
  }
}, 600_000);
