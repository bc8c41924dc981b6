import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import { accountBlock } from '../account-block.ts';
import { blockOf } from '../block.ts';
import { orNone } from '../none.ts';
import { bucketOf, inBucket } from '../stored.ts';
import { accessPoints, exposure, type Looking } from './ask-exposure.ts';
import { batchJobs } from './ask-jobs.ts';
import { readers } from './ask-readers.ts';
import {
  changedSentences,
  expirySentence,
  foreignKeySentence,
  isTelling,
  purposeSentences,
  replicationSentence,
  versioningSentence,
} from './plan.ts';
import { measureBucket } from './step.ts';

/** Something that is asked: sentences when it can be read. */
type Ask = (looking: Looking) => Promise<string[]>;

async function purpose({ target, session }: Looking): Promise<string[]> {
  const website = await session
    .client(S3Client)
    .send(new GetBucketWebsiteCommand(inBucket(target)))
    .catch(orNone);
  return purposeSentences(target.tags, website ? 'set' : 'none');
}

async function changes({ target, session }: Looking): Promise<string[]> {
  const LookupAttributes = [{ AttributeKey: 'ResourceName' as const, AttributeValue: bucketOf(target) }];
  const { Events = [] } = await session
    .client(CloudTrailClient)
    .send(new LookupEventsCommand({ LookupAttributes, MaxResults: 50 }));
  return changedSentences(
    Events.flatMap(({ EventName = '', EventTime, Username = 'somebody' }) =>
      isTelling(EventName)
        ? [{ name: EventName, at: EventTime?.toISOString() ?? 'an unknown time', by: Username }]
        : [],
    ),
  );
}

async function remains({ target, session }: Looking): Promise<string[]> {
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  const [versioning, lifecycle, replication, encryption] = await Promise.all([
    s3.send(new GetBucketVersioningCommand(where)),
    s3.send(new GetBucketLifecycleConfigurationCommand(where)).catch(orNone),
    s3.send(new GetBucketReplicationCommand(where)).catch(orNone),
    s3.send(new GetBucketEncryptionCommand(where)).catch(orNone),
  ]);
  const rules = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  return [
    versioningSentence(versioning.Status),
    expirySentence(lifecycle?.Rules ?? []),
    replicationSentence(replication?.ReplicationConfiguration?.Rules ?? []),
    foreignKeySentence(rules.flatMap(({ BlockedEncryptionTypes }) => BlockedEncryptionTypes?.EncryptionType ?? [])),
  ];
}

const asks: Readonly<Record<string, Ask>> = {
  'Who may use it': exposure,
  'Who may use it through access points': accessPoints,
  'What it is for': purpose,
  'What was changed': changes,
  'Who reads it': readers,
  'What becomes of it': remains,
  'What works on many objects at once': batchJobs,
};

/** What no call of this account and Region tells. */
const unasked = [
  'Access points that other accounts made for it, and Multi-Region Access Points: what the bucket blocks counts for them too',
];

/** What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
export async function measure({ target, session }: Pick<Looking, 'target' | 'session'>) {
  const account = accountBlock(target, session);
  const bucket = blockOf(target, session);
  // Without the account's, the bucket's are told all the same: whoever reads that it is public reads too what is not known.
  const blocks = Promise.all([account.catch(() => null), bucket]).then(([one, other]) => ({
    account: one,
    bucket: other,
  }));
  const looking = { target, session, blocks };
  const whole: Ask = () => account.then(() => []);
  const parts = await Promise.all(
    Object.entries({ ...asks, 'Block Public Access of the account': whole }).map(([what, ask]) =>
      ask(looking).then(
        (facts) => ({ facts, unknown: [] }),
        (error: unknown) => ({ facts: [], unknown: [`${what}: ${sentence(error)}`] }),
      ),
    ),
  );
  const facts = parts.flatMap((part): string[] => part.facts);
  const unknown = parts.flatMap((part): string[] => part.unknown);
  return { outcome: 'measured' as const, facts, unknown: [...unknown, ...unasked] };
}

export const handler = serveStep(measureBucket, measure);
