import * as z from 'zod';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { BucketName, bucketArn, bucketFacts, bucketReads, meantToBePublic, noFacts } from '../bucket-facts.ts';

/** An object, `bucket/key`, or one version of it. Whoever writes an object chooses its key: it may hold anything. */
export const StoredObject = AnyTarget.extend({
  kind: z.literal('object'),
  ...bucketFacts,
  /** Null where the finding names none: the object as it is now. */
  version: z.string().nullable().default(null),
});
export type StoredObject = z.infer<typeof StoredObject>;

/** Whether it is `bucket/key`. */
function isPath(id: string): boolean {
  const at = id.indexOf('/');
  return at > 0 && at < id.length - 1 && BucketName.safeParse(id.slice(0, at)).success;
}

export const object = defineTarget(StoredObject)({
  kind: 'object',
  title: 'S3 object',
  arn: (target) => `${bucketArn(target, target.id)}${target.version ? `?versionId=${target.version}` : ''}`,
  from: ({ kind, id, version }, { place, now }) =>
    kind === 'object' && isPath(id) ? { ...place, kind, id, version, seenAt: now, ...noFacts } : null,
  suspects: () => [],
  asked: meantToBePublic,
  any: (place) => ({ ...place, kind: 'object', id: '*/*', version: null, seenAt: '', ...noFacts }),
  reads: bucketReads,
});
