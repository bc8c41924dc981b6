import * as z from 'zod';
import { type Removal, removalOf, usesOf } from '../../../lib/domain/removal.ts';
import { Shown } from './step.ts';

/** What the root user held before anything went, with the last use of each key (ISO 8601, UTC, with service and Region). */
export const RootCredentials = Shown.extend({ lastUsed: z.record(z.string(), z.string()) });
export type RootCredentials = z.infer<typeof RootCredentials>;

/** What of the shown is there. A password made anew since is another one. */
export const present = (shown: Shown, seen: Shown): Shown => ({
  keys: shown.keys.filter((id) => seen.keys.includes(id)),
  certificates: shown.certificates.filter((id) => seen.certificates.includes(id)),
  password: seen.password !== null && seen.password === shown.password ? seen.password : null,
});

/** A line for each. */
export const linesOf = ({ keys, certificates, password }: Shown): string[] => [
  ...keys.map((id) => `access key ${id} of the root user`),
  ...certificates.map((id) => `signing certificate ${id} of the root user`),
  ...(password === null ? [] : [`console password of the root user, created at ${password}`]),
];

const without = (all: readonly string[], some: readonly string[]): string[] => all.filter((one) => !some.includes(one));

/** What it came to, by what was there before and what could not be removed. */
export function removalFrom(shown: Shown, seen: RootCredentials, failed: Removal['failed']): Removal {
  const there = linesOf(present(shown, seen));
  const gone = without(linesOf(shown), linesOf(seen)).map((line) => `${line}: already gone`);
  const since = without(linesOf(seen), linesOf(shown)).map((line) => `${line}: not in the approved list`);
  return removalOf({
    removed: there.filter((line) => !failed.some(({ what }) => what === line)),
    left: [...gone, ...since],
    failed,
    lastUsed: usesOf(seen.lastUsed),
  });
}
