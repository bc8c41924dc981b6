import * as z from 'zod';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { BucketName, bucketArn, bucketFacts, bucketReads, meantToBePublic, noFacts } from '../bucket-facts.ts';

/** A general purpose bucket. `id` is its name; `region` is where it lies, once its facts are read. */
export const Bucket = AnyTarget.extend({ kind: z.literal('bucket'), ...bucketFacts });
export type Bucket = z.infer<typeof Bucket>;

export const bucket = defineTarget(Bucket)({
  kind: 'bucket',
  title: 'S3 bucket',
  arn: (target) => bucketArn(target, target.id),
  from: ({ kind, id }, { place, now }) =>
    kind === 'bucket' && BucketName.safeParse(id).success ? { ...place, kind, id, seenAt: now, ...noFacts } : null,
  // Whoever the finding names as holder of a credential is in doubt, whatever the target is.
  suspects: () => [],
  asked: meantToBePublic,
  any: (place) => ({ ...place, kind: 'bucket', id: '*', seenAt: '', ...noFacts }),
  reads: bucketReads,
});
