/** Access points and the block of an account, as S3 behaves: what the facts about a bucket and the lever that blocks it rely on. */
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateAccessPointCommand,
  DeletePublicAccessBlockCommand as DeleteOfAccount,
  GetAccessPointPolicyStatusCommand,
  GetPublicAccessBlockCommand as GetOfAccount,
  ListAccessPointsCommand,
  PutAccessPointPolicyCommand,
  PutPublicAccessBlockCommand as PutOfAccount,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byName, type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let owner: S3Client;
let partner: S3Client;
let control: S3ControlClient;
let AccountId = '';

beforeAll(async () => {
  sandbox = await startSandbox();
  const { endpoint, region, members } = sandbox;
  const as = (accessKeyId = '') => ({ region, credentials: { accessKeyId, secretAccessKey: 'test' }, maxAttempts: 1 });
  [owner, partner] = [members[0], members[1]].map((one) => new S3Client({ endpoint, ...as(one) })) as [
    S3Client,
    S3Client,
  ];
  control = new S3ControlClient({ endpoint: byName(endpoint), ...as(members[0]) });
  AccountId = sandbox.accounts.member;
  await sandbox.post('/_sandbox/enforce', { on: true });
});
afterAll(() => sandbox?.stop());

const off = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
const on = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const Key = 'orders.csv';
const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });

/** A bucket that leaves all to its access points, and one of those; its alias. */
async function doorOf(Bucket: string, block = off): Promise<string> {
  const LocationConstraint = 'eu-central-1';
  await owner.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Condition = { StringEquals: { 's3:DataAccessPointAccount': AccountId } };
  const Policy = document({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource, Condition });
  await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await owner.send(new PutObjectCommand({ Bucket, Key, Body: 'name,street' }));
  const made = { AccountId, Bucket, Name: `${Bucket}-door`, PublicAccessBlockConfiguration: block };
  const { Alias = '' } = await control.send(new CreateAccessPointCommand(made));
  return Alias;
}
const open = (Name: string) =>
  control.send(
    new PutAccessPointPolicyCommand({
      AccountId,
      Name,
      Policy: document({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:eu-central-1:${AccountId}:accesspoint/${Name}/object/*`,
      }),
    }),
  );
const reads = (who: S3Client, Bucket: string): Promise<string> =>
  who.send(new GetObjectCommand({ Bucket, Key })).then(
    () => 'allowed',
    ({ name }: Error) => name,
  );

test('another account comes through by the policy of the access point, as far as no block forbids', async () => {
  const alias = await doorOf('passage');
  const Name = 'passage-door';
  // Its commands are sent once each: the client refuses a second time.
  const asked = () => control.send(new GetAccessPointPolicyStatusCommand({ AccountId, Name }));
  await expect(asked()).rejects.toMatchObject({ name: 'NoSuchAccessPointPolicy' });
  expect([await reads(partner, alias), await reads(owner, alias)]).toEqual(['AccessDenied', 'allowed']);
  await open(Name);
  expect((await asked()).PolicyStatus).toEqual({ IsPublic: true });
  expect([await reads(partner, alias), await reads(partner, 'passage')]).toEqual(['allowed', 'AccessDenied']);
  const Bucket = 'passage';
  await owner.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: on }));
  expect([await reads(partner, alias), await reads(owner, alias)]).toEqual(['AccessDenied', 'allowed']);
  await expect(open(Name)).rejects.toMatchObject({ name: 'AccessDenied' });
  await owner.send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await reads(partner, alias)).toBe('allowed');
  const { AccessPointList } = await control.send(new ListAccessPointsCommand({ AccountId, Bucket }));
  expect(AccessPointList).toMatchObject([{ Name, Bucket, Alias: alias }]);
});

test('one that blocks by itself takes no public policy', async () => {
  await doorOf('shut', on);
  await expect(open('shut-door')).rejects.toMatchObject({ name: 'AccessDenied' });
});

describe('the block of the account', () => {
  test('is none until it is set, and counts for every bucket', async () => {
    const asked = () => control.send(new GetOfAccount({ AccountId }));
    await expect(asked()).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' });
    const alias = await doorOf('whole');
    await open('whole-door');
    const PublicAccessBlockConfiguration = { ...off, RestrictPublicBuckets: true };
    await control.send(new PutOfAccount({ AccountId, PublicAccessBlockConfiguration }));
    expect(await asked()).toMatchObject({ PublicAccessBlockConfiguration });
    expect(await reads(partner, alias)).toBe('AccessDenied');
    await control.send(new DeleteOfAccount({ AccountId }));
    expect(await reads(partner, alias)).toBe('allowed');
  });

  test("is nobody else's to ask", async () => {
    const asked = control.send(new GetOfAccount({ AccountId: sandbox.members[1] }));
    await expect(asked).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
