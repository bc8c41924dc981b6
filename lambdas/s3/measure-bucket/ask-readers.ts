import {
  CloudTrailClient,
  type Trail as Described,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { GetBucketLoggingCommand, S3Client } from '@aws-sdk/client-s3';
import { bucketArn } from '../bucket-facts.ts';
import { bucketOf, inBucket } from '../stored.ts';
import type { Looking } from './ask-exposure.ts';
import { readersSentences, readsRecorded, type Trail } from './readers.ts';

const places = (bucket: string, prefix = ''): string => `s3://${bucket}/${prefix}`;

/** What a trail records, as its home Region knows. One of the organisation is the management account's, and only that may be asked. */
async function asked({ target, session }: Looking, trail: Described): Promise<Trail> {
  const { Name = '', TrailARN = '', HomeRegion, S3BucketName = '', S3KeyPrefix, CloudWatchLogsLogGroupArn } = trail;
  const account = TrailARN.split(':')[4] ?? '';
  const files = places(S3BucketName, S3KeyPrefix && `${S3KeyPrefix}/`);
  const group = CloudWatchLogsLogGroupArn?.split(':')[6] ?? null;
  const known = { name: Name, account, files, group };
  if (account !== target.account) return { ...known, reads: 'unasked', logging: 'on' };
  const trails = session.client(CloudTrailClient, HomeRegion);
  const [selecting, { IsLogging }] = await Promise.all([
    trails.send(new GetEventSelectorsCommand({ TrailName: TrailARN })),
    trails.send(new GetTrailStatusCommand({ Name: TrailARN })),
  ]);
  const reads = readsRecorded(selecting, bucketArn(target, bucketOf(target)));
  return { ...known, reads, logging: IsLogging === false ? 'off' : 'on' };
}

/** Trails that record in this Region, shadows of those of other Regions and of the organisation among them (CloudTrail API reference, DescribeTrails). */
export async function readers(looking: Looking): Promise<string[]> {
  const { target, session } = looking;
  const [{ trailList = [] }, { LoggingEnabled }] = await Promise.all([
    session.client(CloudTrailClient).send(new DescribeTrailsCommand({ includeShadowTrails: true })),
    session.client(S3Client).send(new GetBucketLoggingCommand(inBucket(target))),
  ]);
  const trails = await Promise.all(trailList.map((one) => asked(looking, one)));
  const logs = LoggingEnabled?.TargetBucket;
  return readersSentences(trails, logs ? places(logs, LoggingEnabled.TargetPrefix) : null);
}
