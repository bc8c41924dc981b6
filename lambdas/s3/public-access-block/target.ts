import * as z from 'zod';
import { AccountId } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** Block Public Access of an account, which holds for all its buckets in every Region. `id` is the account's. */
export const PublicAccessBlock = AnyTarget.extend({ kind: z.literal('public-access-block') });
export type PublicAccessBlock = z.infer<typeof PublicAccessBlock>;

export const publicAccessBlock = defineTarget(PublicAccessBlock)({
  kind: 'public-access-block',
  title: 'Block Public Access of account',
  arn: ({ partition, id }) => `arn:${partition}:s3::${id}:account/public-access-block`,
  from: ({ kind, id }, { place, now }) =>
    kind === 'public-access-block' && AccountId.safeParse(id).success
      ? { ...place, kind, id, seenAt: now, tags: {} }
      : null,
  suspects: () => [],
  asked: () => 'buckets of the account may be public on purpose: a person decides whether they go dark',
  any: (place) => ({ ...place, kind: 'public-access-block', id: '*', seenAt: '', tags: {} }),
  reads: [],
});
