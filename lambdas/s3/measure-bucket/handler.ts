import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { blockOf } from '../block.ts';
import { bucketArn } from '../bucket-facts.ts';
import { orNone } from '../none.ts';
import { bucketOf, inBucket, type Stored } from '../stored.ts';
import {
  changedSentences,
  expirySentence,
  foreignKeySentence,
  isTelling,
  publicSentences,
  purposeSentences,
  readersSentence,
  recordsReads,
  replicationSentence,
  sharedSentence,
  versioningSentence,
} from './plan.ts';
import { measureBucket } from './step.ts';

interface Looking {
  readonly target: Stored;
  readonly session: Session;
}

/** Something that is asked: sentences when it can be read. */
type Ask = (looking: Looking) => Promise<string[]>;

const everybody = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)$/;

async function exposure({ target, session }: Looking): Promise<string[]> {
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  const [policy, status, block, acl, ownership] = await Promise.all([
    s3.send(new GetBucketPolicyCommand(where)).catch(orNone),
    s3.send(new GetBucketPolicyStatusCommand(where)).catch(orNone),
    blockOf(target, session),
    s3.send(new GetBucketAclCommand(where)),
    s3.send(new GetBucketOwnershipControlsCommand(where)).catch(orNone),
  ]);
  const grants = acl.Grants?.filter(({ Grantee }) => everybody.test(Grantee?.URI ?? '')) ?? [];
  const enforced = ownership?.OwnershipControls?.Rules?.some(
    ({ ObjectOwnership }) => ObjectOwnership === 'BucketOwnerEnforced',
  );
  const document = policy?.Policy ?? null;
  return [
    ...publicSentences({
      policy: document,
      policyIsPublic: status?.PolicyStatus?.IsPublic ? 'yes' : 'no',
      block,
      publicGrants: grants.flatMap(({ Permission }) => Permission ?? []),
      acls: enforced ? 'off' : 'on',
    }),
    sharedSentence(document, target.account),
  ];
}

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

/** Trails of the account in this Region; those of an organisation that lie elsewhere may not be asked from here. */
async function readers({ target, session }: Looking): Promise<string[]> {
  const [trails, s3] = [session.client(CloudTrailClient), session.client(S3Client)];
  const [{ trailList = [] }, { LoggingEnabled }] = await Promise.all([
    trails.send(new DescribeTrailsCommand({ includeShadowTrails: false })),
    s3.send(new GetBucketLoggingCommand(inBucket(target))),
  ]);
  const arn = bucketArn(target, bucketOf(target));
  const recording = await Promise.all(
    trailList.map(async ({ TrailARN, Name = '' }) => {
      const selecting = await trails.send(new GetEventSelectorsCommand({ TrailName: TrailARN }));
      return recordsReads(selecting, arn) ? [Name] : [];
    }),
  );
  return [readersSentence(recording.flat(), LoggingEnabled?.TargetBucket ?? null)];
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
  'What it is for': purpose,
  'What was changed': changes,
  'Who reads it': readers,
  'What becomes of it': remains,
};

/** S3 Control tells these, in calls of its own that no role of ours may make. */
const unasked = [
  'Block Public Access of the whole account, and access points: where the account blocks, nothing in it is public',
];

/** What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
export async function measure(looking: Looking) {
  const parts = await Promise.all(
    Object.entries(asks).map(([what, ask]) =>
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
