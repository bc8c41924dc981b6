import { createHash } from 'node:crypto';
import {
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { differences } from '../../../lib/domain/before-state.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { orGone, tagsOf } from '../../runtime/facts.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { spare } from '../../runtime/spared.ts';
import type { StoredObject } from '../object/target.ts';
import { lookAtPolicy, putOurs, takeOurs } from '../put-policy.ts';
import { atVersion } from '../version.ts';
import { comparedDeny, leftOf, planObjectDeny, sidFor, tagsTowards } from './plan.ts';
import { denyObject, type ObjectDeny } from './step.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

async function look(target: StoredObject, session: Session): Promise<ObjectDeny> {
  const [policy, tagging] = await Promise.all([
    lookAtPolicy(target, session, [sidFor(target, digest)]),
    session
      .client(S3Client)
      .send(new GetObjectTaggingCommand(atVersion(target)))
      .catch(orGone),
  ]);
  return { ...policy, tags: tagging && tagsOf(tagging.TagSet) };
}

type Job = Omit<LeverJob<StoredObject, ObjectDeny>, 'prepared'>;

async function setTags({ target, session }: Job, tags: Readonly<Record<string, string>>): Promise<unknown> {
  const s3 = session.client(S3Client);
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (TagSet.length === 0) return s3.send(new DeleteObjectTaggingCommand(atVersion(target)));
  return s3.send(new PutObjectTaggingCommand({ ...atVersion(target), Tagging: { TagSet } }));
}

/** The policy is written by the same code as that of other levers; the tag of one version beside it. */
const walk =
  (writePolicy: (job: Job) => Promise<Change>) =>
  async (job: Job): Promise<Change> => {
    const { from, to, target } = job;
    const tags = tagsTowards(from.tags, to.tags);
    const differ = tags !== null && differences(from.tags, tags).length > 0;
    const tag = differ ? [[`${target.id}: tags`, () => setTags(job, tags)] as const] : [];
    const { done, failed } = await all([[`${target.id}: policy`, () => writePolicy(job)], ...tag]);
    return changeOf(done, failed);
  };

export const handler = serveLever(denyObject, {
  look,
  prepare: (target, _, work) => spare(target, work),
  plan: planObjectDeny,
  apply: walk(putOurs),
  release: walk(takeOurs),
  compared: comparedDeny,
  left: leftOf,
});
