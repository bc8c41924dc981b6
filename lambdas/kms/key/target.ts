import * as z from 'zod';
import { arn } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** A KMS key by its id; a multi-Region one begins with `mrk-`. An alias is another thing, and may point elsewhere by now. */
export const Key = AnyTarget.extend({ kind: z.literal('key'), id: z.string() });
export type Key = z.infer<typeof Key>;

const keyId = /^[0-9a-zA-Z-]{1,64}$/;

export const keyArns = (target: Key): string[] => [key.arn(target)];

export const key = defineTarget(Key)({
  kind: 'key',
  title: 'KMS key',
  arn: (target) => arn(target, 'kms', `key/${target.id}`),
  from: ({ kind, id }, { place, now }) =>
    kind === 'key' && keyId.test(id) ? { ...place, kind, id, seenAt: now, tags: {} } : null,
  suspects: () => [],
  any: (place) => ({ ...place, kind: 'key', id: '*', seenAt: '', tags: {} }),
  reads: [],
});
