import * as z from 'zod';
import { type Named, Principal } from '../../lib/domain/named.ts';
import { allow } from '../../lib/domain/permission.ts';
import { AccountId, type Place } from '../../lib/domain/resource.ts';

/** As S3 has ever let a bucket be called: older ones have capitals, underscores and up to 255 characters (S3 user guide, "General purpose bucket naming rules"). */
export const BucketName = z.string().regex(/^[A-Za-z0-9][\w.-]{1,254}$/);

/** The ARN of a bucket has neither Region nor account. */
export const bucketArn = ({ partition }: Pick<Place, 'partition'>, name: string): string =>
  `arn:${partition}:s3:::${name}`;

/** The four flags of Block Public Access (S3 user guide, "Blocking public access to your Amazon S3 storage"). */
export const Block = z.object({
  BlockPublicAcls: z.boolean(),
  IgnorePublicAcls: z.boolean(),
  BlockPublicPolicy: z.boolean(),
  RestrictPublicBuckets: z.boolean(),
});
export type Block = z.infer<typeof Block>;

/** All four, where S3 names them or not; a configuration that is not there has none on. */
export const flagsIn = (found: { readonly [Flag in keyof Block]?: boolean | undefined } | undefined): Block => ({
  BlockPublicAcls: found?.BlockPublicAcls ?? false,
  IgnorePublicAcls: found?.IgnorePublicAcls ?? false,
  BlockPublicPolicy: found?.BlockPublicPolicy ?? false,
  RestrictPublicBuckets: found?.RestrictPublicBuckets ?? false,
});

/** What is new is refused, and what is there counts no more. */
export const allBlocked: Block = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** One whom a finding names beside the bucket: who did it, and the account in which the finding places them. */
export const Actor = z.object({ account: AccountId.nullable(), principal: Principal });
export type Actor = z.infer<typeof Actor>;

/** What is known of the bucket that a target is, or lies in. `block` is null where the bucket has none. Runs of earlier versions carry neither. */
export const bucketFacts = { block: Block.nullable().default(null), actors: z.array(Actor).default([]) } as const;

/** Before anything is read. */
export const noFacts = { tags: {}, block: null, actors: [] };

const buckets = (place: Place): string[] => [bucketArn(place, '*')];

/** What is read of a bucket before anybody is asked. */
export const bucketReads = [
  allow('s3:GetBucketLocation', buckets),
  allow('s3:GetBucketTagging', buckets),
  allow('s3:GetBucketPublicAccessBlock', buckets),
] as const;

/** Whom a finding names as holders of credentials, each once. */
export function actorsIn(targets: readonly Named[]): Actor[] {
  const all = targets.flatMap(({ account, principal }) => (principal ? [{ account, principal }] : []));
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** By this tag a company says that a bucket is public on purpose. Whoever may tag may set it, so it only asks. */
export const meantToBePublic = ({ tags }: { readonly tags: Readonly<Record<string, string>> }): string | null =>
  Object.keys(tags).some((key) => key.toLowerCase() === 'allow-public')
    ? 'the bucket carries the tag allow-public: a person decides whether it is public on purpose'
    : null;
