import * as z from 'zod';
import { type Removal, removalOf } from '../../../lib/domain/removal.ts';
import type { AnyDatabase } from '../database.ts';
import type { Shown } from './step.ts';

/** Which version was current before: it is evidence, since the trail names versions. */
export const Version = z.object({ version: z.string().nullable() });
export type Version = z.infer<typeof Version>;

/** Only the password that people were shown as the current one. */
export const isShown = ({ version }: Version, shown: Shown): boolean => version !== null && version === shown.version;

export const wordsFor = ({ id, cluster }: Pick<AnyDatabase, 'id' | 'cluster'>): string =>
  `the password of the master user of ${cluster ?? id} as it was`;

/** How it ended: rotated, not yet after all that was waited for, or refused. */
export type Ending = 'rotated' | { readonly error: string };

/** What it came to. */
export function removalFrom(
  target: Pick<AnyDatabase, 'id' | 'cluster'>,
  ending: Ending | 'another version is current',
): Removal {
  const what = wordsFor(target);
  const nothing = { removed: [], left: [], failed: [], lastUsed: [] };
  if (ending === 'rotated') return removalOf({ ...nothing, removed: [what] });
  if (typeof ending === 'object') return removalOf({ ...nothing, failed: [{ what, error: ending.error }] });
  return removalOf({ ...nothing, left: [`${what}: it was changed since it was shown`] });
}
