/** A bucket that everybody can read, and whose access log lies in another one: it is in the vault, as S3 wrote it. */
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, PutBucketLoggingCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { makeBucket, toldOf } from '../../../lambdas/s3/bucket.world.ts';
import { send } from '../../sandbox/finding.ts';
import { opened, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { collected } from './log-course.ts';
import { once } from './once.ts';

/** Logs are taken whatever people answer. */
const no = 'decline';
const nothing = { close: no, restrict: no, block: no, revoke: no, deny: no, lockdown: no, handover: no } as const;

/** A request of somebody without credentials, in the words of S3 (S3 user guide, "Amazon S3 server access log format"). */
function lineOf(bucket: string, at: Date): string {
  const [day, month, date, year] = at.toUTCString().replace(',', '').split(' ').slice(0, 4);
  const time = `${month}/${date}/${year}:${at.toISOString().slice(11, 19)} +0000`;
  return `79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be ${bucket} [${time}] 198.51.100.7 - ${day}${randomBytes(6).toString('hex').toUpperCase()} REST.GET.OBJECT orders/2026.csv "GET /${bucket}/orders/2026.csv HTTP/1.1" 200 - 113 113 7 6 "-" "curl/8.5.0" - - - - - ${bucket}.s3.eu-central-1.amazonaws.com TLSv1.3 - -`;
}

/** What the incident of the bucket has of logs, and the file that S3 wrote. */
export const playAccessLog = once(async (deployment: Attached) => {
  const s3 = deployment.client(S3Client, 'member');
  const made = await makeBucket(deployment, 'by its policy');
  const { bucket } = made;
  const logs = `${bucket}-access`;
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: logs, CreateBucketConfiguration }));
  const LoggingEnabled = { TargetBucket: logs, TargetPrefix: 'of-orders-' };
  await s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: { LoggingEnabled } }));
  const now = new Date();
  const name = `of-orders-${now.toISOString().slice(0, 19).replace(/[T:]/g, '-')}-${randomBytes(8).toString('hex').toUpperCase()}`;
  const line = `${lineOf(bucket, now)}\n`;
  await s3.send(new PutObjectCommand({ Bucket: logs, Key: name, Body: line }));
  await send(deployment, toldOf(deployment, 'Policy:S3/BucketAnonymousAccessGranted', made, 'the bucket'));
  const incident = await opened(deployment, bucket);
  const { result, files } = await collected(deployment, incident, bucket);
  await toTheEnd(deployment, incident, nothing);
  return { result, files, line };
});
