import {
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetAccessPointCommand,
  GetAccessPointPolicyStatusCommand,
  ListAccessPointsCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import type { Session } from '../../runtime/session.ts';
import { flagsIn } from '../bucket-facts.ts';
import { orNone } from '../none.ts';
import { isForEverybody } from '../public-grants.ts';
import { bucketOf, inBucket, type Stored } from '../stored.ts';
import {
  type AccessPoint,
  accessPointSentences,
  type Blocks,
  blocksSentence,
  looked,
  publicSentences,
  sharedSentence,
} from './exposure.ts';

/** What is looked at, and by whom. */
export interface Looking {
  readonly target: Stored;
  readonly session: Session;
  /** Read once for all that is asked. */
  readonly blocks: Promise<Blocks>;
}

/** What lets people in by the bucket itself. */
export async function exposure({ target, session, blocks }: Looking): Promise<string[]> {
  const s3 = session.client(S3Client);
  const where = inBucket(target);
  const [policy, status, acl, ownership, levels] = await Promise.all([
    s3.send(new GetBucketPolicyCommand(where)).catch(orNone),
    s3.send(new GetBucketPolicyStatusCommand(where)).catch(orNone),
    s3.send(new GetBucketAclCommand(where)),
    s3.send(new GetBucketOwnershipControlsCommand(where)).catch(orNone),
    blocks,
  ]);
  const grants = (acl.Grants ?? []).filter(isForEverybody);
  const enforced = ownership?.OwnershipControls?.Rules?.some(
    ({ ObjectOwnership }) => ObjectOwnership === 'BucketOwnerEnforced',
  );
  const document = policy?.Policy ?? null;
  return [
    ...publicSentences({
      policy: document,
      policyIsPublic: status?.PolicyStatus?.IsPublic ? 'yes' : 'no',
      blocks: levels,
      publicGrants: grants.flatMap(({ Permission }) => Permission ?? []),
      acls: enforced ? 'off' : 'on',
    }),
    blocksSentence(levels),
    sharedSentence(document, target.account),
  ];
}

/** What lets people in by an access point: its policy, as S3 judges it, and its own block. */
export async function accessPoints({ target, session, blocks }: Looking): Promise<string[]> {
  const [control, AccountId] = [session.client(S3ControlClient), target.account];
  const list = new ListAccessPointsCommand({ AccountId, Bucket: bucketOf(target), MaxResults: looked });
  const [{ AccessPointList = [], NextToken }, levels] = await Promise.all([control.send(list), blocks]);
  const points = await Promise.all(
    AccessPointList.map(async ({ Name = '' }): Promise<AccessPoint> => {
      const [status, point] = await Promise.all([
        control.send(new GetAccessPointPolicyStatusCommand({ AccountId, Name })).catch(orNone),
        control.send(new GetAccessPointCommand({ AccountId, Name })).catch(orNone),
      ]);
      const block = point && flagsIn(point.PublicAccessBlockConfiguration);
      return { name: Name, policyIsPublic: status?.PolicyStatus?.IsPublic ? 'yes' : 'no', block };
    }),
  );
  return accessPointSentences(points, levels, NextToken ? 'more' : 'all');
}
