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
import { tagsOf } from '../../runtime/facts.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { StoredObject } from '../object/target.ts';
import { keyOf, versionOf } from '../object-arns.ts';
import { lookAtPolicy, putOurs, spare, takeOurs } from '../put-policy.ts';
import { inBucket } from '../stored.ts';
import { comparedDeny, planObjectDeny, sidFor, tagsTowards } from './plan.ts';
import { denyObject, type ObjectDeny } from './step.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const atVersion = (target: StoredObject) => ({
  ...inBucket(target),
  Key: keyOf(target),
  VersionId: versionOf(target),
});

async function look(target: StoredObject, session: Session): Promise<ObjectDeny> {
  const [policy, tagging] = await Promise.all([
    lookAtPolicy(target, session, [sidFor(target, digest)]),
    session.client(S3Client).send(new GetObjectTaggingCommand(atVersion(target))),
  ]);
  return { ...policy, tags: tagsOf(tagging.TagSet) };
}

type Job = Omit<LeverJob<StoredObject, ObjectDeny>, 'prepared'>;

async function setTags({ target, from, to, session }: Job): Promise<unknown> {
  const tags = tagsTowards(from.tags, to.tags);
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
    const differ = differences(from.tags, tagsTowards(from.tags, to.tags)).length > 0;
    const tag = differ ? [[`${target.id}: tags`, () => setTags(job)] as const] : [];
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
});
