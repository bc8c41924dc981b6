/** Buckets, who uses them, and who steals from them: for a bucket and for an object that lies in one. */
import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { leaked } from '../../test/contract/credential.ts';
import type { Picture } from '../../test/contract/picture.ts';
import type { Ground, Stage } from '../../test/contract/subject.ts';
import type { Attempts, Spoils } from '../../test/contract/worlds.ts';
import { clients } from '../../test/sandbox/deployment.ts';
import type { Attempt } from '../../test/sandbox/estate.ts';
import { readBack } from '../../test/sandbox/finding.ts';
import { aliasOf, openThrough } from './access-point.world.ts';
import { orNone } from './none.ts';
import { bucketOf, type Stored } from './stored.ts';

const word = (): string => randomBytes(5).toString('hex');
const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
/** Of the object in each bucket. */
export const key = 'orders/2026.csv';

export interface User {
  readonly name: string;
  readonly id: string;
  readonly accessKeyId: string;
}

/** A user of the account who may do anything with S3. */
export async function userIn({ client }: Where, name: string): Promise<User> {
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

/** The sandbox, and who may look around in it. */
type Where = Pick<Ground['deployment'], 'client' | 'sandbox'>;

/** A bucket, and who steals from it. */
export interface Made {
  readonly bucket: string;
  readonly thief: User;
  /** Of its object. */
  readonly version: string;
}

/** What lets everybody in: the policy, under no block or under one of a single flag; or the ACL of the object, and there is no policy; or an access point. */
type Opened = 'by its policy' | 'by its policy, under one flag' | 'by an ACL' | 'through an access point';

/** A GuardDuty finding about a bucket, or an object in it, and the user who was there (GuardDuty user guide, "Finding details", S3 bucket). */
export function toldOf(
  { sandbox }: Where,
  type: string,
  { bucket, thief, version: versionId }: Made,
  about: 'the bucket' | 'its object' = 'the bucket',
): object {
  const object = { key, objectArn: `arn:aws:s3:::${bucket}/${key}`, eTag: 'e', versionId };
  const { accounts, region } = sandbox;
  const [id, now] = [randomBytes(16).toString('hex'), new Date().toISOString()];
  const { accessKeyId, name: userName, id: principalId } = thief;
  return {
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
      s3BucketDetails: [
        { name: bucket, arn: `arn:aws:s3:::${bucket}`, s3ObjectDetails: about === 'its object' ? [object] : [] },
      ],
      accessKeyDetails: { accessKeyId, principalId, userType: 'IAMUser', userName },
    },
    service: { serviceName: 'guardduty', count: 1, eventFirstSeen: now, eventLastSeen: now, resourceRole: 'TARGET' },
  };
}

/** New buckets have all four flags, and ACLs that are off (S3 user guide, "Default settings for new S3 buckets"): somebody has taken them off. */
async function openUp(where: Where, Bucket: string, opened: Opened): Promise<void> {
  const s3 = where.client(S3Client, 'member');
  if (opened === 'by its policy, under one flag')
    await s3.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: flags('BlockPublicAcls') }),
    );
  else await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  if (opened === 'by an ACL') {
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  } else if (opened === 'through an access point') await openThrough(where, Bucket);
  else await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: document(publicly(Bucket), toPartner(Bucket)) }));
}

/** What somebody set that destroys in silence: all of it gone in a day, and replicated to where a thief reads. */
async function setBomb({ client, sandbox }: Where, Bucket: string): Promise<void> {
  const s3 = client(S3Client, 'member');
  const Status = 'Enabled' as const;
  const Rules = [
    { ID: 'soon', Status, Filter: { Prefix: '' }, Expiration: { Days: 1 } },
    { ID: 'then', Status, Filter: { Prefix: 'tmp/' }, Expiration: { Date: new Date('2030-01-01T00:00:00Z') } },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const replica = `${Bucket}-copy`;
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: replica, CreateBucketConfiguration }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: replica, VersioningConfiguration: { Status } }));
  const ReplicationConfiguration = {
    Role: `arn:aws:iam::${sandbox.accounts.member}:role/replication`,
    Rules: [
      {
        ID: 'all',
        Status,
        Priority: 1,
        Filter: { Prefix: '' },
        DeleteMarkerReplication: { Status: 'Disabled' as const },
        Destination: { Bucket: `arn:aws:s3:::${replica}` },
      },
    ],
  };
  await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
}

/** A bucket that is open to everybody, with an object in it. */
export async function makeBucket(deployment: Where, opened: Opened): Promise<Made> {
  const s3 = deployment.client(S3Client, 'member');
  const Bucket = `world-${word()}`;
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await openUp(deployment, Bucket, opened);
  await setBomb(deployment, Bucket);
  const ACL = opened === 'by an ACL' ? 'public-read' : 'private';
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket, Key: key, Body: 'name,street', ACL, Tagging: 'team=web' }),
  );
  const [clerk, thief] = [await userIn(deployment, 'clerk'), await userIn(deployment, 'mallory')];
  users.set(Bucket, { clerk, thief });
  return { bucket: Bucket, thief, version: VersionId ?? '' };
}

/** One that is open, and a finding about it or about its object. */
export const bucketFound =
  (opened: Opened, type: string, about?: 'the bucket' | 'its object') =>
  async ({ deployment }: Ground): Promise<Finding> => {
    return readBack(toldOf(deployment, type, await makeBucket(deployment, opened), about));
  };

/** What is set on the bucket, to the account's own root. */
export async function lookAtBucket({ client }: Where, bucket: string): Promise<Picture> {
  const s3 = client(S3Client, 'member');
  const where = { Bucket: bucket };
  const [policy, block, lifecycle, replication, { TagSet }] = await Promise.all([
    s3.send(new GetBucketPolicyCommand(where)).catch(orNone),
    s3.send(new GetPublicAccessBlockCommand(where)).catch(orNone),
    s3.send(new GetBucketLifecycleConfigurationCommand(where)).catch(orNone),
    s3.send(new GetBucketReplicationCommand(where)).catch(orNone),
    s3.send(new GetObjectTaggingCommand({ ...where, Key: key })),
  ]);
  return {
    policy: policy?.Policy ?? null,
    block: block?.PublicAccessBlockConfiguration ?? null,
    lifecycle: lifecycle?.Rules ?? null,
    replication: replication?.ReplicationConfiguration ?? null,
    tags: TagSet,
  };
}

/** Somebody else's work: another flag, a statement more, each of ours weakened, another lifecycle, and another tag. */
export async function meddleWithBucket({ client }: Where, Bucket: string): Promise<void> {
  const s3 = client(S3Client, 'member');
  // First: with it, S3 takes policies that are public again.
  const PublicAccessBlockConfiguration = flags('IgnorePublicAcls');
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  const { Policy } = (await s3.send(new GetBucketPolicyCommand({ Bucket })).catch(orNone)) ?? {};
  const { Statement: found = [] } = JSON.parse(Policy ?? '{}') as { Statement?: { Sid: string }[] };
  const weakened = found.map((one) => (one.Sid.startsWith('Tourniquet') ? { ...one, Action: 's3:PutObject' } : one));
  const reports = { ...toPartner(Bucket), Sid: 'Reports' };
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: document(...weakened, reports) }));
  const TagSet = [{ Key: 'GuardDutyMalwareScanStatus', Value: 'NO_THREATS_FOUND' }];
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: key, Tagging: { TagSet } }));
  const Rules = [{ ID: 'tidy', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 30 } }];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
}

/** ETags of the versions of its object, newest first. */
export async function versionsOf({ client }: Where, Bucket: string): Promise<string[]> {
  const { Versions = [] } = await client(S3Client, 'member').send(
    new ListObjectVersionsCommand({ Bucket, Prefix: key }),
  );
  return Versions.map(({ ETag = '' }) => ETag);
}

/** Somebody writes another version over the object of the bucket. */
export async function writeOver(stage: Where, Bucket: string): Promise<Spoils> {
  await stage.client(S3Client, 'member').send(new PutObjectCommand({ Bucket, Key: key, Body: 'MZ' }));
  return async () => ({ versions: await versionsOf(stage, Bucket) });
}

/** The root of an account that is nothing to the bucket but what the bucket lets in. */
const foreign = ({ sandbox }: Where, accessKeyId: string): S3Client =>
  clients(sandbox)(S3Client, 'member', { accessKeyId, secretAccessKey: 'sandbox' });

export const triedBy = (attempt: Promise<unknown>): Promise<Attempt> =>
  attempt.then(
    () => 'allowed' as const,
    (error: unknown) => {
      // By a policy, or because the key is inactive (S3 API reference, "Error responses").
      if (error instanceof Error && ['AccessDenied', 'InvalidAccessKeyId'].includes(error.name))
        return 'denied' as const;
      throw error;
    },
  );

/** Without any credentials, as a browser asks. */
async function anonymously({ sandbox }: Where, bucket: string): Promise<Attempt> {
  const { status } = await fetch(`${sandbox.endpoint}/${bucket}/${key}`);
  if (status !== 200 && status !== 403) throw new Error(`S3 answered ${status}`);
  return status === 200 ? 'allowed' : 'denied';
}

/** Writes something new and reads it: what the finding is about may be denied to everybody. */
const working = async (s3: S3Client, Bucket: string): Promise<void> => {
  const Key = 'orders/today.csv';
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'name,street' }));
  await s3.send(new GetObjectCommand({ Bucket, Key }));
};

/** Deletes a version for good, which nobody misses: it was put there for that. */
export async function destroying(stage: Where, s3: S3Client, Bucket: string): Promise<void> {
  const Key = 'orders/old.csv';
  const put = new PutObjectCommand({ Bucket, Key, Body: 'name,street' });
  const { VersionId } = await stage.client(S3Client, 'member').send(put);
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
}

/** Anybody, a partner's account, the user of the finding, and another user of the account who has nothing to do with it. */
export async function tryBucket(stage: Where, bucket: string): Promise<Attempts> {
  const { clerk, thief } = users.get(bucket) ?? {};
  const as = (user: User | undefined) =>
    clients(stage.sandbox)(S3Client, 'member', leaked.get(user?.accessKeyId ?? ''));
  const [, partner = ''] = stage.sandbox.members;
  const elsewhere = (Bucket: string) =>
    triedBy(foreign(stage, partner).send(new GetObjectCommand({ Bucket, Key: key })));
  const alias = aliasOf(bucket);
  return {
    anybody: await anonymously(stage, bucket),
    partner: await elsewhere(bucket),
    ...(alias && { 'partner, through the access point': await elsewhere(alias) }),
    'the thief reads': await triedBy(as(thief).send(new GetObjectCommand({ Bucket: bucket, Key: key }))),
    'the thief deletes': await triedBy(destroying(stage, as(thief), bucket)),
    clerk: await triedBy(working(as(clerk), bucket)),
  };
}

/** What each can do before any lever. */
export const before = {
  anybody: 'allowed',
  partner: 'allowed',
  'the thief reads': 'allowed',
  'the thief deletes': 'allowed',
  clerk: 'allowed',
} as const;

/** What the worlds of a bucket and of an object have in common. */
export const shared = {
  look: (stage: Stage, target: Stored) => lookAtBucket(stage, bucketOf(target)),
  meddle: (stage: Stage, target: Stored) => meddleWithBucket(stage, bucketOf(target)),
  trial: {
    try: (stage: Stage, target: Stored) => tryBucket(stage, bucketOf(target)),
    before,
    // A policy that lets everybody in lets no partner in any more either, as long as public policies do not count.
    held: {
      'block-public-access': { ...before, anybody: 'denied', partner: 'denied' },
      'deny-on-bucket': { ...before, 'the thief reads': 'denied', 'the thief deletes': 'denied' },
      'deny-object': { ...before, anybody: 'denied', partner: 'denied', 'the thief reads': 'denied' },
      'deny-destruction': { ...before, 'the thief deletes': 'denied' },
      'deny-deletes': { ...before, 'the thief deletes': 'denied' },
    },
  },
} as const;
