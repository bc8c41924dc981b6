/** Buckets, who uses them, and who steals from them: for a bucket and for an object that lies in one. */
import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { leaked } from '../../test/contract/credential.ts';
import type { Picture } from '../../test/contract/picture.ts';
import type { Ground, Stage } from '../../test/contract/subject.ts';
import type { Attempts } from '../../test/contract/worlds.ts';
import { clients } from '../../test/sandbox/deployment.ts';
import type { Attempt } from '../../test/sandbox/estate.ts';
import { readBack } from '../../test/sandbox/finding.ts';
import { orNone } from './none.ts';
import { bucketOf, type Stored } from './stored.ts';

const word = (): string => randomBytes(5).toString('hex');
const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const key = 'orders/2026.csv';

interface User {
  readonly name: string;
  readonly id: string;
  readonly accessKeyId: string;
}

/** A user of the account who may do anything with S3. */
async function userIn({ client }: Ground['deployment'], name: string): Promise<User> {
  const iam = client(IAMClient, 'member');
  const UserName = `${name}-${word()}`;
  const { User } = await iam.send(new CreateUserCommand({ UserName, Path: '/people/' }));
  const PolicyDocument = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 's3', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  leaked.set(credentials.accessKeyId, credentials);
  return { name: UserName, id: User?.UserId ?? '', accessKeyId: credentials.accessKeyId };
}

/** Of each bucket somebody innocent who works with it, and the thief. */
const users = new Map<string, { readonly clerk: User; readonly thief: User }>();

const publicly = (bucket: string): object => ({
  Sid: 'Website',
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
});
const toPartner = (bucket: string): object => ({
  Sid: 'Partner',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::555566667777:root' },
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
});

/** S3 answers all four, whichever were named. */
const flags = (on: 'BlockPublicAcls' | 'IgnorePublicAcls') => ({
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
  [on]: true,
});

/** What lets everybody in: the policy, under no block or under one of a single flag; or the ACL of the object, and there is no policy. */
type Opened = 'by its policy' | 'by its policy, under one flag' | 'by an ACL';

/** A GuardDuty finding about a bucket, or an object in it, and the user who was there (GuardDuty user guide, "Finding details", S3 bucket). */
function found(
  { sandbox }: Ground['deployment'],
  type: string,
  bucket: string,
  thief: User,
  object: object[],
): Finding {
  const { accounts, region } = sandbox;
  const [id, now] = [randomBytes(16).toString('hex'), new Date().toISOString()];
  const { accessKeyId, name: userName, id: principalId } = thief;
  return readBack({
    schemaVersion: '2.0',
    accountId: accounts.member,
    region,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${region}:${accounts.member}:detector/${'d'.repeat(32)}/finding/${id}`,
    type,
    severity: 8,
    createdAt: now,
    updatedAt: now,
    title: `The bucket ${bucket} was opened.`,
    description: `The bucket ${bucket} was opened.`,
    resource: {
      resourceType: 'S3Bucket',
      s3BucketDetails: [{ name: bucket, arn: `arn:aws:s3:::${bucket}`, s3ObjectDetails: object }],
      accessKeyDetails: { accessKeyId, principalId, userType: 'IAMUser', userName },
    },
    service: { serviceName: 'guardduty', count: 1, eventFirstSeen: now, eventLastSeen: now, resourceRole: 'TARGET' },
  });
}

/** New buckets have all four flags, and ACLs that are off (S3 user guide, "Default settings for new S3 buckets"): somebody has taken them off. */
async function openUp(s3: S3Client, Bucket: string, opened: Opened): Promise<void> {
  if (opened === 'by its policy, under one flag')
    await s3.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: flags('BlockPublicAcls') }),
    );
  else await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  if (opened === 'by an ACL') {
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  } else await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: document(publicly(Bucket), toPartner(Bucket)) }));
}

/** A bucket that is open to everybody, with an object, and a finding about one or the other. */
export const bucketFound =
  (opened: Opened, type: string, about: 'the bucket' | 'its object' = 'the bucket') =>
  async ({ deployment }: Ground): Promise<Finding> => {
    const s3 = deployment.client(S3Client, 'member');
    const Bucket = `world-${word()}`;
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await openUp(s3, Bucket, opened);
    const ACL = opened === 'by an ACL' ? 'public-read' : 'private';
    const put = new PutObjectCommand({ Bucket, Key: key, Body: 'name,street', ACL });
    const { VersionId: versionId } = await s3.send(put);
    const [clerk, thief] = [await userIn(deployment, 'clerk'), await userIn(deployment, 'mallory')];
    users.set(Bucket, { clerk, thief });
    const object = { key, objectArn: `arn:aws:s3:::${Bucket}/${key}`, eTag: 'e', versionId };
    return found(deployment, type, Bucket, thief, about === 'its object' ? [object] : []);
  };

/** What is set on the bucket, to the account's own root. */
export async function lookAtBucket({ client }: Stage, target: Stored): Promise<Picture> {
  const s3 = client(S3Client, 'member');
  const where = { Bucket: bucketOf(target) };
  const [policy, block] = await Promise.all([
    s3.send(new GetBucketPolicyCommand(where)).catch(orNone),
    s3.send(new GetPublicAccessBlockCommand(where)).catch(orNone),
  ]);
  return { policy: policy?.Policy ?? null, block: block?.PublicAccessBlockConfiguration ?? null };
}

/** Somebody else's work: another flag. */
export async function meddleWithBucket({ client }: Stage, target: Stored): Promise<void> {
  const s3 = client(S3Client, 'member');
  const PublicAccessBlockConfiguration = flags('IgnorePublicAcls');
  await s3.send(new PutPublicAccessBlockCommand({ Bucket: bucketOf(target), PublicAccessBlockConfiguration }));
}

/** The root of an account that is nothing to the bucket but what the bucket lets in. */
const foreign = ({ sandbox }: Stage, accessKeyId: string): S3Client =>
  clients(sandbox)(S3Client, 'member', { accessKeyId, secretAccessKey: 'sandbox' });

const triedBy = (attempt: Promise<unknown>): Promise<Attempt> =>
  attempt.then(
    () => 'allowed' as const,
    (error: unknown) => {
      if (error instanceof Error && error.name === 'AccessDenied') return 'denied' as const;
      throw error;
    },
  );

/** Without any credentials, as a browser asks. */
async function anonymously({ sandbox }: Stage, bucket: string): Promise<Attempt> {
  const { status } = await fetch(`${sandbox.endpoint}/${bucket}/${key}`);
  if (status !== 200 && status !== 403) throw new Error(`S3 answered ${status}`);
  return status === 200 ? 'allowed' : 'denied';
}

/** Reads what lies there and writes something new. */
const working = async (s3: S3Client, Bucket: string): Promise<void> => {
  await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'orders/today.csv', Body: 'name,street' }));
};

/** Deletes a version for good, which nobody misses: it was put there for that. */
async function destroying(stage: Stage, s3: S3Client, Bucket: string): Promise<void> {
  const Key = 'orders/old.csv';
  const put = new PutObjectCommand({ Bucket, Key, Body: 'name,street' });
  const { VersionId } = await stage.client(S3Client, 'member').send(put);
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
}

/** Anybody, a partner's account, the user of the finding, and another user of the account who has nothing to do with it. */
async function tryBucket(stage: Stage, target: Stored): Promise<Attempts> {
  const bucket = bucketOf(target);
  const { clerk, thief } = users.get(bucket) ?? {};
  const as = (user: User | undefined) =>
    clients(stage.sandbox)(S3Client, 'member', leaked.get(user?.accessKeyId ?? ''));
  const [, partner = ''] = stage.sandbox.members;
  return {
    anybody: await anonymously(stage, bucket),
    partner: await triedBy(foreign(stage, partner).send(new GetObjectCommand({ Bucket: bucket, Key: key }))),
    'the thief reads': await triedBy(as(thief).send(new GetObjectCommand({ Bucket: bucket, Key: key }))),
    'the thief deletes': await triedBy(destroying(stage, as(thief), bucket)),
    clerk: await triedBy(working(as(clerk), bucket)),
  };
}

const before = {
  anybody: 'allowed',
  partner: 'allowed',
  'the thief reads': 'allowed',
  'the thief deletes': 'allowed',
  clerk: 'allowed',
} as const;

export const trial = {
  try: tryBucket,
  before,
  // A policy that lets everybody in lets no partner in any more either, as long as public policies do not count.
  held: { 'block-public-access': { ...before, anybody: 'denied', partner: 'denied' } },
} as const;
