import * as z from 'zod';
import { type Removal, removalOf } from '../../../lib/domain/removal.ts';
import type { Disks } from '../kept-disks.ts';
import type { Shown } from './step.ts';

/** What a look found before anything went. */
export const Seen = z.object({
  state: z.string(),
  volumes: z.array(
    z.object({
      id: z.string(),
      /** `goes`: it is deleted with the instance. */
      fate: z.enum(['stays', 'goes']),
      /** The snapshot of this incident that has it, and how far that is; null where there is none. */
      copy: z.object({ id: z.string(), state: z.string() }).nullable(),
    }),
  ),
}) satisfies z.ZodType<Disks>;
export type Seen = z.infer<typeof Seen>;

/** It is gone, or on its way: there is nothing to stop that. */
export const isOver = (state: string): boolean => ['shutting-down', 'terminated', 'gone'].includes(state);

/** Why it must not be terminated yet; null where all that is on its disks is kept. */
export function whyNot({ volumes }: Seen, shown: Shown): string | null {
  const added = volumes.filter(({ id }) => !shown.volumes.includes(id)).map(({ id }) => id);
  if (added.length > 0) return `${added.join(', ')} came after the question`;
  const bare = volumes.filter(({ copy }) => copy === null || copy.state === 'error').map(({ id }) => id);
  if (bare.length > 0) return `no snapshot of this incident has ${bare.join(', ')}`;
  const early = volumes.filter(({ fate, copy }) => fate === 'goes' && copy?.state !== 'completed').map(({ id }) => id);
  return early.length > 0 ? `the snapshots of ${early.join(', ')}, which go with it, are not completed yet` : null;
}

const byHand = (id: string): string =>
  `terminate it by hand once that is so: aws ec2 terminate-instances --instance-ids ${id}`;

/** What it came to. `ending`: terminated, or why AWS did not. */
export function removalFrom(
  id: string,
  seen: Seen,
  shown: Shown,
  ending: 'terminated' | { readonly error: string },
): Removal {
  const what = `instance ${id}`;
  const nothing = { removed: [], left: [], failed: [], lastUsed: [] };
  if (isOver(seen.state)) return removalOf({ ...nothing, left: [`${what}: it is ${seen.state} already`] });
  const because = whyNot(seen, shown);
  if (because) return removalOf({ ...nothing, left: [`${what}: ${because}; ${byHand(id)}`] });
  if (ending !== 'terminated') return removalOf({ ...nothing, failed: [{ what, error: ending.error }] });
  return removalOf({ ...nothing, removed: [what] });
}
