import * as z from 'zod';
import { Bucket } from './bucket/target.ts';
import { bucketArn } from './bucket-facts.ts';
import { StoredObject } from './object/target.ts';

/** What levers on a bucket take: the bucket, or an object that lies in it. */
export const Stored = z.discriminatedUnion('kind', [Bucket, StoredObject]);
export type Stored = z.infer<typeof Stored>;

/** Name of the bucket. */
export const bucketOf = ({ kind, id }: Pick<Stored, 'kind' | 'id'>): string =>
  kind === 'bucket' ? id : id.slice(0, id.indexOf('/'));

/** The one bucket, for permissions. */
export const bucketArns = (target: Stored): string[] => [bucketArn(target, bucketOf(target))];

/** As the calls of S3 take it: refused where the name is another account's by now (S3 user guide, "Verifying bucket ownership with bucket owner condition"). */
export const inBucket = (target: Stored): { readonly Bucket: string; readonly ExpectedBucketOwner: string } => ({
  Bucket: bucketOf(target),
  ExpectedBucketOwner: target.account,
});
