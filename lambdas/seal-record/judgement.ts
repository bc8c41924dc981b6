import type { CustodyRecord, Verification } from '../../lib/record/custody.ts';

/** What lies in the vault under an artefact's address. */
export type Seen =
  | 'gone'
  | { readonly sha256: string; readonly version: string | null; readonly lockedUntil: string | null };

/** Milliseconds: S3 answers with a time of whole seconds. */
const precision = 1000;

function flawOf({ sha256, lockedUntil }: CustodyRecord, seen: Exclude<Seen, 'gone'>): string | null {
  if (seen.sha256 !== sha256) return `its SHA-256 is ${seen.sha256}`;
  if (!lockedUntil) return null;
  if (!seen.lockedUntil) return 'it is no longer locked';
  if (Date.parse(seen.lockedUntil) + precision < Date.parse(lockedUntil)) return `its lock ends at ${seen.lockedUntil}`;
  return null;
}

/** Holds what was seen against the custody record. A lock may have been extended since, and never shortened. */
export function judged(record: CustodyRecord, seen: Seen): Verification {
  const { id } = record;
  if (seen === 'gone') return { id, found: 'missing', version: record.version ?? null, lockedUntil: null };
  const { version, lockedUntil } = seen;
  const flaw = flawOf(record, seen);
  return flaw
    ? { id, found: 'changed', because: flaw, version, lockedUntil }
    : { id, found: 'as recorded', version, lockedUntil };
}

export const notLookedAt = ({ id, version }: CustodyRecord, because: string): Verification => ({
  ...{ id, found: 'not looked at', because, version: version ?? null, lockedUntil: null },
});

/** What people have to know at once, a line each: evidence that is not what was taken. */
export const alarmsIn = (records: readonly CustodyRecord[], looked: readonly Verification[]): string[] =>
  looked.flatMap(({ id, found, because }) => {
    if (found !== 'changed' && found !== 'missing') return [];
    const uri = records.find((record) => record.id === id)?.uri ?? '';
    return [`${id} is ${found} in the vault${because ? ` (${because})` : ''}: ${uri}`];
  });
