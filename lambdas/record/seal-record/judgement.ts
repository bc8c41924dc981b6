import type { CustodyRecord, Verification } from '../../../lib/record/custody.ts';

/** What lies in the vault under an artefact's address. */
export type StoredArtefact =
  | 'gone'
  | { readonly sha256: string; readonly version: string | null; readonly lockedUntil: string | null };

/** Milliseconds: S3 answers with a time of whole seconds. */
const precision = 1000;

function flawOf({ sha256, lockedUntil }: CustodyRecord, seen: Exclude<StoredArtefact, 'gone'>): string | null {
  // Of a dump of memory that was cut short there may be none.
  if (sha256 !== null && seen.sha256 !== sha256) return `its SHA-256 is ${seen.sha256}`;
  if (!lockedUntil) return null;
  if (!seen.lockedUntil) return 'it is no longer locked';
  if (Date.parse(seen.lockedUntil) + precision < Date.parse(lockedUntil)) return `its lock ends at ${seen.lockedUntil}`;
  return null;
}

/** Holds what was seen against the custody record. A lock may have been extended since, and never shortened. */
export function judged(record: CustodyRecord, seen: StoredArtefact): Verification {
  const { id } = record;
  if (seen === 'gone') return { id, found: 'missing', version: record.version ?? null, lockedUntil: null };
  const { version, lockedUntil } = seen;
  const flaw = flawOf(record, seen);
  return flaw
    ? { id, found: 'changed', because: flaw, version, lockedUntil }
    : { id, found: 'as recorded', version, lockedUntil };
}

/** Of an artefact whose bytes were not seen: because of an error, in its words, or because there was no more time. */
export const unseen = ({ id, version }: CustodyRecord, error: string | null): Verification => ({
  id,
  version: version ?? null,
  lockedUntil: null,
  ...(error === null ? { found: 'not reached' } : { found: 'unreadable', because: error }),
});

/** Whether its bytes were seen, or seen to be gone. */
const wasSeen = ({ found }: Pick<Verification, 'found'>): boolean => found !== 'not reached' && found !== 'unreadable';

/** When its bytes were last read, whatever that showed; nothing where they never were. */
const lastRead = ({ verifications }: CustodyRecord): string => verifications.findLast(wasSeen)?.at ?? '';

/**
 * Orders artefacts for a look that may run out of time: those nobody has read for longest first, or the same would be left out every time;
 * among those the small ones first.
 */
export function soonerLooked(a: CustodyRecord, b: CustodyRecord): number {
  const [before, after] = [lastRead(a), lastRead(b)];
  if (before !== after) return before < after ? -1 : 1;
  return (a.size ?? 0) - (b.size ?? 0);
}

/** What people have to know at once, a line each: evidence that is not what was taken, or that nobody can read. */
export const alarmsIn = (records: readonly CustodyRecord[], looked: readonly Verification[]): string[] =>
  looked.flatMap(({ id, found, because }) => {
    if (found === 'as recorded' || found === 'not reached') return [];
    const uri = records.find((record) => record.id === id)?.uri ?? '';
    return [
      `${id} is ${found}${uri.includes(':snapshot/') ? '' : ' in the vault'}${because ? ` (${because})` : ''}: ${uri}`,
    ];
  });
