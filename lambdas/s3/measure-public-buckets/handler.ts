import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sentence } from '../../runtime/errors.ts';
import { tagsOf } from '../../runtime/facts.ts';
import { measured } from '../../runtime/measure.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { accountBlock } from '../account-block.ts';
import { type Block, flagsIn, meantToBePublic } from '../bucket-facts.ts';
import { orNone } from '../none.ts';
import type { PublicAccessBlock } from '../public-access-block/target.ts';
import { isForEverybody } from '../public-grants.ts';
import { accountSentence, type Bucket, changedSentence, looked, openBy, publicSentences, type Unread } from './plan.ts';
import { measurePublicBuckets } from './step.ts';

interface Looking {
  readonly target: PublicAccessBlock;
  readonly session: Session;
  /** Read once for all that is asked. */
  readonly account: Promise<Block | null>;
}

/** Buckets that are looked at side by side. */
const atOnce = 10;

interface Where {
  readonly s3: S3Client;
  readonly name: string;
  readonly owner: string;
}

/** All that lets people into one bucket; none of it is an error to lack. */
async function bucket({ s3, name, owner }: Where, account: Block | null): Promise<Bucket> {
  const where = { Bucket: name, ExpectedBucketOwner: owner };
  const [status, found, acl, ownership, website, tagging] = await Promise.all([
    s3.send(new GetBucketPolicyStatusCommand(where)).catch(orNone),
    s3.send(new GetPublicAccessBlockCommand(where)).catch(orNone),
    s3.send(new GetBucketAclCommand(where)),
    s3.send(new GetBucketOwnershipControlsCommand(where)).catch(orNone),
    s3.send(new GetBucketWebsiteCommand(where)).catch(orNone),
    s3.send(new GetBucketTaggingCommand(where)).catch(orNone),
  ]);
  const block = found && flagsIn(found.PublicAccessBlockConfiguration);
  const enforced = ownership?.OwnershipControls?.Rules?.some(
    ({ ObjectOwnership }) => ObjectOwnership === 'BucketOwnerEnforced',
  );
  const aclIsPublic = !enforced && (acl.Grants ?? []).some(isForEverybody);
  const policyIsPublic = status?.PolicyStatus?.IsPublic === true;
  const ignored = account?.IgnorePublicAcls || block?.IgnorePublicAcls;
  return {
    name,
    open: openBy({ policyIsPublic, aclIsPublic }, [account, block]),
    purpose: [
      ...(meantToBePublic({ tags: tagsOf(tagging?.TagSet) }) ? ['tagged allow-public'] : []),
      ...(website ? ['serves a website'] : []),
    ],
    acls: enforced || ignored ? 'off' : 'on',
  };
}

/** The first of them by name; S3 says where each lies only where the list is asked for in pages (S3 API reference, ListBuckets). */
async function buckets({ target, session, account }: Looking): Promise<string[]> {
  const list = new ListBucketsCommand({ MaxBuckets: looked });
  const [{ Buckets = [], ContinuationToken }, block] = await Promise.all([
    session.client(S3Client).send(list),
    account,
  ]);
  const [seen, unread]: [Bucket[], Unread[]] = [[], []];
  for (let from = 0; from < Buckets.length; from += atOnce)
    await Promise.all(
      Buckets.slice(from, from + atOnce).map(async ({ Name: name = '', BucketRegion }) => {
        const s3 = session.client(S3Client, BucketRegion);
        await bucket({ s3, name, owner: target.id }, block).then(
          (one) => seen.push(one),
          (error: unknown) => unread.push({ name, because: sentence(error) }),
        );
      }),
    );
  return publicSentences(seen, unread, ContinuationToken ? 'more' : 'all');
}

/** As CloudTrail calls them (S3 user guide, "Amazon S3 CloudTrail events", account-level actions). */
const changing = ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'];

async function changes({ session }: Looking): Promise<string[]> {
  const trail = session.client(CloudTrailClient);
  const found = await Promise.all(
    changing.map((AttributeValue) => {
      const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue }];
      return trail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 10 }));
    }),
  );
  return [
    changedSentence(
      found.flatMap(({ Events = [] }) =>
        Events.map(({ EventName: name = '', EventTime, Username: by = 'somebody' }) => ({
          name,
          by,
          at: EventTime?.toISOString() ?? 'an unknown time',
        })),
      ),
    ),
  ];
}

/** What no call of this account tells. */
const unasked =
  'Access points that are public by policies of their own, and single objects that are public by ACLs of their own: those go dark too';

export const handler = serveStep(measurePublicBuckets, async ({ target, session }) => {
  const account = accountBlock(target, session);
  const parts = {
    'Block Public Access of the account': async () => [accountSentence(await account)],
    'Which buckets are public': buckets,
    'Who changed it': changes,
  };
  const { unknown, ...rest } = await measured<Looking>(parts, { target, session, account });
  return { ...rest, unknown: [...unknown, unasked] };
});
