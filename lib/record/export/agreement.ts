import canonicalize from 'canonicalize';
import * as z from 'zod';
import { genesis } from '../../domain/ledger.ts';
import { type CustodyRecord, custodyRecords } from '../custody.ts';
import { hashOf } from '../hash.ts';
import { Statements, unknownStatement } from '../statements.ts';
import { wrong } from './fault.ts';
import { names } from './files.ts';
import type { Entry, Head } from './ledger-lines.ts';

const TimelineLine = z.object({
  sequence: z.int(),
  at: z.string(),
  kind: z.string(),
  actor: z.string(),
  what: z.string(),
});

/** What the incident's own page repeats of the ledger. */
export const Summary = z.object({
  incident: z.string(),
  ledger: z.object({ entries: z.int(), head: z.string().nullable() }),
  timeline: z.array(TimelineLine),
  ...Statements.shape,
});
export type Summary = z.infer<typeof Summary>;

/** `incident.json` tells of this ledger, all of it, as it is. */
export function checkSummary(summary: Summary, entries: readonly Entry[], head: Head): void {
  const { incident, ledger, timeline } = summary;
  const file = names.incident;
  if (incident !== head.incident)
    wrong(file, `${file} is about ${incident}, and ${names.head} about ${head.incident}.`);
  if (ledger.entries !== head.entries || ledger.head !== head.hash)
    wrong(file, `${file} describes another ledger: ${ledger.entries} entries, and a head that is not the signed one.`);
  const differs = (
    { sequence, at, kind, actor, what }: Entry,
    told: z.infer<typeof TimelineLine> | undefined,
  ): boolean =>
    JSON.stringify([told?.sequence, told?.at, told?.kind, told?.actor, told?.what]) !==
    JSON.stringify([sequence, at, kind, actor, what]);
  const at = entries.findIndex((entry, index) => differs(entry, timeline[index]));
  const first = at < 0 && timeline.length > entries.length ? entries.length : at;
  if (first >= 0) wrong(file, `The timeline in ${file} differs from the ledger at entry ${first + 1}.`, first + 1);
  const word = unknownStatement(summary, entries);
  if (word) wrong(file, `${file} has ${word}, which no entry of the ledger mentions.`);
}

const Listed = z.looseObject({ id: z.string(), entry: z.int(), uri: z.string() });

function readRecords(text: string): z.infer<typeof Listed>[] {
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, index) => {
      try {
        return Listed.parse(JSON.parse(line));
      } catch {
        return wrong(names.evidence, `Line ${index + 1} of ${names.evidence} is not a custody record.`);
      }
    });
}

/**
 * The custody records in `evidence.jsonl` are those that follow from the ledger, no more, no less and no other; it returns them. Throws what is
 * wrong first.
 */
export function checkEvidence(text: string, entries: readonly Entry[], { evidence }: Head): CustodyRecord[] {
  const file = names.evidence;
  const records = custodyRecords(entries);
  const listed = readRecords(text);
  const ids = new Set(listed.map(({ id }) => id));
  const left = records.find(({ id }) => !ids.has(id));
  if (left) wrong(file, `${file} leaves out ${left.uri}, which entry ${left.entry} of the ledger names.`, left.entry);
  const known = new Set(records.map(({ id }) => id));
  const made = listed.find(({ id }) => !known.has(id));
  if (made) wrong(file, `${file} lists ${made.uri} as ${made.id}, which the ledger does not mention.`, made.entry);
  const at = listed.findIndex((one, index) => canonicalize(one) !== canonicalize(records[index]));
  const other = listed[at];
  if (other) wrong(file, `${file} describes ${other.uri} (${other.id}) differently from the ledger.`, other.entry);
  const last = records.at(-1);
  if (evidence.records !== records.length || evidence.hash !== (last ? hashOf(last) : genesis))
    wrong(names.head, `${names.head} describes another ${file}: ${evidence.records} records, or another last one.`);
  return records;
}

const last = (path: string): string => path.split('/').at(-1) ?? '';

/**
 * Every artefact that has a digest is among `copies`, SHA-256 by file name. A name alone proves nothing: several versions of one object
 * have one name, so the bytes decide.
 */
export function checkArtefacts(listed: readonly CustodyRecord[], copies: ReadonlyMap<string, string>): void {
  const there = new Set(copies.values());
  const gone = listed.find(({ sha256 }) => sha256 !== null && !there.has(sha256));
  if (!gone) return;
  const alike = [...copies.keys()].find((name) => last(name) === last(gone.uri));
  const what = alike
    ? `The artefact ${gone.uri} was changed: ${alike} has another SHA-256 than entry ${gone.entry} says.`
    : `The artefact ${gone.uri} is missing: no file there has the SHA-256 that entry ${gone.entry} says.`;
  wrong(gone.uri, what, gone.entry);
}

/** By the id of the snapshot that a disk was made from: the Merkle root over its blocks of 512 KiB, and how many it has. */
export type Disks = ReadonlyMap<string, { readonly root: string; readonly blocks: number }>;

/** Every disk is block by block what its snapshot was when it was read. */
export function checkDisks(listed: readonly CustodyRecord[], disks: Disks): void {
  for (const [snapshot, { root, blocks }] of disks) {
    const { uri = snapshot, proof } = listed.find((one) => last(one.uri) === snapshot) ?? {};
    if (!proof?.root) wrong(uri, `The record has no Merkle root of ${snapshot}: there is nothing to compare with.`);
    if (proof.blocks !== blocks)
      wrong(uri, `The disk has ${blocks} blocks of 512 KiB, and ${snapshot} has ${proof.blocks}.`, proof.entry);
    if (proof.root !== root)
      wrong(uri, `The disk is not ${snapshot}: its Merkle root is ${root}, not ${proof.root}.`, proof.entry);
  }
}
