import * as z from 'zod';
import type { Dump } from '../../../lib/domain/lime.ts';
import { Part } from '../../../lib/domain/parts.ts';
import type { Memory } from './step.ts';

/** Where nothing of ours can take a copy (EC2 user guide, "Hibernate your Amazon EC2 instance"). */
export const otherWay =
  'the other way is hibernation, where it was enabled at launch: it writes the memory onto the encrypted root volume, of which a snapshot is taken then';

/** What is done so far; it is on the ledger, and whoever is called again goes on from there. */
export const Progress = z.object({
  /** When the way into the vault was opened. */
  since: z.string(),
  upload: z.string(),
  /** Id of the command at Systems Manager; null before it was sent. */
  command: z.string().nullable(),
  /** Of which tool it is told, as the instance may only run what has its hash. */
  platform: z.enum(['Linux', 'Windows']),
  /** What was made one object of; null before. */
  parts: z.array(Part).nullable(),
});
export type Progress = z.infer<typeof Progress>;

/** Why the script did nothing, in its words and in ours. */
const reasons = {
  'no-tool': 'memory names no tool for its kind of processor',
  'no-room': 'it has no file system in memory from which a program may run (/dev/shm, /run)',
  'no-programs': 'it lacks curl, openssl, sha256sum or mkfifo',
  'no-file': 'the tool could not be had: its path, or its bucket, is not there, or not for us',
  'other-tool': 'the tool has another SHA-256 than memory says, and was not run',
} as const;

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Whoever holds the instance may have written all of it: only what has the shape of a number, a hash or one of our words is taken. */
const Said = z.object({
  why: z.enum(Object.keys(reasons) as (keyof typeof reasons)[]).nullable(),
  have: Digest.nullable(),
  /** SHA-256 of the tool that was run. */
  ran: Digest.nullable(),
  /** `tool`: the tool has ended by itself. `refused`: a part did not get into the vault. `full`: there are more parts than addresses. */
  ended: z.enum(['tool', 'cap', 'full', 'refused']).nullable(),
  parts: z.coerce.number().int().nonnegative(),
  size: z.coerce.number().int().nonnegative(),
  /** With which the tool has ended. */
  code: z.coerce.number().int().nullable(),
  /** HTTP status of a part that did not get there, 0 for none. */
  status: z.coerce.number().int().min(0).max(599),
  sha256: Digest.nullable(),
});
export type Said = z.infer<typeof Said>;

/** What the script has said, or null where that is nothing it would say. */
export function saidIn(output: string): Said | null {
  const word = (name: string): string | null => new RegExp(`^${name} (\\S+)\\s*$`, 'm').exec(output)?.[1] ?? null;
  const said = Object.fromEntries(Object.keys(Said.shape).map((name) => [name, word(name)]));
  const { data } = Said.safeParse({ ...said, status: said.status ?? 0 });
  return data && (data.why ?? data.ended) ? data : null;
}

/** What has become of the command. */
export type End =
  | { readonly came: 'ended'; readonly output: string }
  | { readonly came: 'nothing'; readonly because: string };

/** Why nothing is in the vault. */
export function whyNothing(end: End): string {
  if (end.came === 'nothing') return end.because;
  const said = saidIn(end.output);
  if (!said) return 'what came back is not what the script says';
  const have = said.why === 'other-tool' && said.have ? `: ${said.have}` : '';
  return said.why ? `${reasons[said.why]}${have}` : `nothing of it came into the vault (${endWords(said)})`;
}

function endWords({ ended, code, status }: Said): string {
  if (ended === 'tool')
    return `the tool has ended with code ${code}; AVML does not get at the memory where the kernel is locked down`;
  if (ended === 'cap') return 'capMinutes were over';
  if (ended === 'full') return 'it is a quarter larger than the memory that the instance says it has';
  return status ? `the vault answered the instance with ${status}` : 'the instance could not reach the vault';
}

/** What lies in the vault now. */
export interface Taken {
  readonly size: number;
  readonly parts: number;
  readonly sha256: string | null;
  /** Null of what has no headers. */
  readonly dump: Dump | null;
}

/** The hash counts where the instance says that all it has hashed has arrived, and just that is there. */
export const hashOf = (said: Said | null, parts: readonly Part[]): string | null =>
  said?.parts === parts.length && said.size === sizeOf(parts) ? said.sha256 : null;

export const sizeOf = (parts: readonly Part[]): number => parts.reduce((sum, { size }) => sum + size, 0);

const counted = (count: number): string => count.toLocaleString('en-US');

function dumpWords(dump: Dump | null): string {
  if (!dump) return 'raw, as WinPmem writes it: nothing in it says whether it is whole';
  if (dump.kind === 'compressed') return 'compressed by AVML: only avml-convert can tell whether it is whole';
  if (dump.kind === 'no dump') return `not LiME: ${dump.because}`;
  const ranges = `LiME, ${counted(dump.ranges)} ${dump.ranges === 1 ? 'range' : 'ranges'} of memory, ${counted(dump.bytes)} bytes`;
  if (dump.kind === 'cut') return `${ranges}, of which the last ${counted(dump.missing)} are missing`;
  return `${ranges}; the last ends where the dump does`;
}

/** What is to be said of what lies in the vault. */
export function resultOf({ size, parts, sha256, dump }: Taken, end: End): Omit<Memory, 'evidence'> {
  const said = end.came === 'ended' ? saidIn(end.output) : null;
  const ended = said?.ended === 'tool' && said.code === 0 && said.parts === parts && said.size === size;
  const facts = [
    `memory: ${counted(size)} bytes in ${parts} parts`,
    dumpWords(dump),
    sha256 ? `SHA-256 ${sha256}` : 'no SHA-256: it was cut short, and is too large to be read back here',
  ];
  if (!ended || dump?.kind === 'cut') {
    const why = said
      ? endWords(said)
      : end.came === 'nothing'
        ? end.because
        : 'what came back is not what the script says';
    return { outcome: 'cut-short', facts, because: ended ? 'its last range is not all there' : why };
  }
  if (dump?.kind !== 'whole') return { outcome: 'not-checked', facts, because: dumpWords(dump) };
  return { outcome: 'captured', facts };
}
