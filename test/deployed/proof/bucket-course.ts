/** Buckets that were opened, and that a thief destroys: closed and protected while they are contained, as they were found once they are released. */
import { randomBytes } from 'node:crypto';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateJobCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import {
  before,
  key,
  lookAtBucket,
  type Made,
  makeBucket,
  toldOf,
  tryBucket,
  versionsOf,
} from '../../../lambdas/s3/bucket.world.ts';
import { clients } from '../../sandbox/deployment.ts';
import { send } from '../../sandbox/finding.ts';
import { byName } from '../../sandbox/sandbox.ts';
import { itemsOf } from '../../scenario/runs.ts';
import { allEnd, type Decide } from '../credentials/chain.ts';
import { opened, release, removalClosed, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { playAccountBlock } from './account-block-course.ts';
import { agree } from './eradication-course.ts';
import { once } from './once.ts';

/** The thief has a run of their own in the same incident: what is asked there is declined, so that the bucket alone stops them. */
const ofTheBucket: Decide = ({ question }) =>
  ['close', 'protect', 'handover', 'release'].includes(String(question)) ? 'approve' : 'decline';

/** Denied, and not deleted: it has to come back as it was. */
const ofTheObject: Decide = ({ question }) => (question === 'delete' ? 'decline' : 'approve');

/** A malicious version was written over a sound one: denied, and deleted by two people. The sound one shows again. */
async function removeVersion(deployment: Attached) {
  const made = await makeBucket(deployment, 'by its policy');
  const { bucket } = made;
  const sound = await versionsOf(deployment, bucket);
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'MZ' });
  const { VersionId: version = '' } = await deployment.client(S3Client, 'member').send(put);
  await send(deployment, toldOf(deployment, 'Object:S3/MaliciousFile', { ...made, version }, 'its object'));
  const incident = await opened(deployment, bucket);
  await toTheEnd(deployment, incident);
  const held = await tryBucket(deployment, bucket);
  await agree(deployment, incident, 'delete');
  const closing = await removalClosed(deployment, incident);
  const left = await versionsOf(deployment, bucket);
  const items = await itemsOf(deployment, `INC#${incident}`);
  const released = await release(deployment, incident);
  return { sound, held, closing, left, items, released, after: await tryBucket(deployment, bucket) };
}

/** A trail of another Region that would record who reads objects of the bucket, had somebody switched it on. */
async function recordReads({ sandbox }: Attached, bucket: string): Promise<() => Promise<unknown>> {
  const trails = clients({ ...sandbox, region: 'us-east-1' })(CloudTrailClient, 'member');
  const Name = `reads-${bucket}`;
  await trails.send(new CreateTrailCommand({ Name, S3BucketName: `${bucket}-copy`, IsMultiRegionTrail: true }));
  const DataResources = [{ Type: 'AWS::S3::Object', Values: [`arn:aws:s3:::${bucket}/`] }];
  await trails.send(new PutEventSelectorsCommand({ TrailName: Name, EventSelectors: [{ DataResources }] }));
  return () => trails.send(new DeleteTrailCommand({ Name }));
}

/** From the finding to the release; everybody tries before, while it holds and afterwards. */
async function contain(
  deployment: Attached,
  made: Made,
  type: string,
  about: 'the bucket' | 'its object' = 'the bucket',
) {
  const { bucket, thief } = made;
  const found = await lookAtBucket(deployment, bucket);
  const first = await tryBucket(deployment, bucket);
  await send(deployment, toldOf(deployment, type, made, about));
  const incident = await opened(deployment, bucket);
  // Of a malicious object nobody's credential is in doubt.
  const ending =
    about === 'the bucket'
      ? { words: [bucket, thief.name], least: 2, decide: ofTheBucket }
      : { words: [bucket], least: 1, decide: ofTheObject };
  const runs = await allEnd(deployment, { incident, ...ending });
  const during = await tryBucket(deployment, bucket);
  const items = await itemsOf(deployment, `INC#${incident}`);
  const released = await release(deployment, incident);
  const after = await tryBucket(deployment, bucket);
  const now = await lookAtBucket(deployment, bucket);
  return { incident, runs, items, released, tried: { before: first, during, after }, found, now };
}

/** A job of S3 Batch Operations, which copies whatever its manifest names. */
async function startJob({ sandbox }: Attached): Promise<void> {
  const AccountId = sandbox.accounts.member;
  const credentials = { accessKeyId: AccountId, secretAccessKey: 'sandbox' };
  const control = new S3ControlClient({ endpoint: byName(sandbox.endpoint), region: sandbox.region, credentials });
  const Location = { ObjectArn: 'arn:aws:s3:::elsewhere/manifest.csv', ETag: 'e' };
  const Spec = { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] } as const;
  const job = new CreateJobCommand({
    AccountId,
    Operation: { S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::elsewhere' } },
    Manifest: { Spec: { ...Spec, Fields: [...Spec.Fields] }, Location },
    Report: { Enabled: false },
    Priority: 1,
    RoleArn: `arn:aws:iam::${AccountId}:role/batch`,
    ClientRequestToken: randomBytes(8).toString('hex'),
  });
  await control.send(job);
}

/** One that is open by its policy; one that has none, so that none comes back; and one that only an access point opens. */
export const playBuckets = once(async (deployment: Attached) => {
  const exposed = await contain(
    deployment,
    await makeBucket(deployment, 'by its policy'),
    'Policy:S3/BucketAnonymousAccessGranted',
  );
  const bare = await makeBucket(deployment, 'by an ACL');
  await deployment.client(S3Client, 'member').send(new DeleteBucketPolicyCommand({ Bucket: bare.bucket }));
  // Deleted, with the version still below: that comes back.
  const gone = { Bucket: bare.bucket, Key: 'orders/2025.csv' };
  await deployment.client(S3Client, 'member').send(new PutObjectCommand({ ...gone, Body: 'name,street' }));
  await deployment.client(S3Client, 'member').send(new DeleteObjectCommand(gone));
  // Held to ransom: written over with a key of the thief's own.
  const ransomed = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: randomBytes(32).toString('base64') };
  const over = new PutObjectCommand({ Bucket: bare.bucket, Key: 'orders/2024.csv', Body: 'name,street', ...ransomed });
  await deployment.client(S3Client, 'member').send(over);
  await startJob(deployment);
  const destroyed = await contain(deployment, bare, 'Impact:S3/AnomalousBehavior.Delete');
  const object = 'Object:S3/MaliciousFile';
  const tagged = await makeBucket(deployment, 'by its policy, under one flag');
  // Without a tag of its own it comes back without any.
  const untagged = await makeBucket(deployment, 'by its policy');
  const s3 = deployment.client(S3Client, 'member');
  await s3.send(new DeleteObjectTaggingCommand({ Bucket: untagged.bucket, Key: key }));
  const denied = [
    await contain(deployment, tagged, object, 'its object'),
    await contain(deployment, untagged, object, 'its object'),
  ];
  const through = await makeBucket(deployment, 'through an access point');
  const forget = await recordReads(deployment, through.bucket);
  const hidden = await contain(deployment, through, 'Policy:S3/BucketPublicAccessGranted');
  await forget();
  const removed = await removeVersion(deployment);
  // Last, since it stops anybody everywhere.
  const account = await playAccountBlock(deployment);
  return { exposed, destroyed, denied, hidden, removed, account, before };
});
