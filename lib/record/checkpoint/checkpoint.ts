import canonicalize from 'canonicalize';
import * as z from 'zod';
import { genesis } from '../../domain/ledger.ts';
import type { Tip } from '../../items/checkpoint.ts';
import type { Departure } from '../../items/departure.ts';
import type { Signer } from '../export/contents.ts';
import { names as exported, type Files, sha256, timeStampName } from '../export/files.ts';
import { manifestOf } from '../export/manifest.ts';
import { type Key, pemOf } from '../export/signature.ts';
import { emptyTree, grown, rootOf } from './tree.ts';

/** What a checkpoint consists of; docs/checkpoints.md describes it. The manifest is signed and stamped like that of an export. */
export const names = {
  checkpoint: 'checkpoint.json',
  heads: 'heads.jsonl',
  removals: 'removals.jsonl',
  key: exported.key,
  publicKey: exported.publicKey,
  manifest: exported.manifest,
  signature: exported.signature,
} as const;

/** The format that is written today. */
export const format = 2;

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

export const Checkpoint = z.object({
  v: z.literal(format),
  number: z.int().min(1),
  /** When the ledgers were read at the earliest: what was written before is in it. */
  at: z.iso.datetime(),
  /** SHA-256 of the manifest of the checkpoint before; zeros in the first. */
  previous: Hash,
  /** Incidents that this checkpoint or one before names. */
  incidents: z.int().min(0),
  /** Heads in this checkpoint: of the ledgers that grew since the one before. */
  added: z.int().min(0),
  /** Removals that it names for the first time. */
  removed: z.int().min(0),
  /** As many of `incidents` as need not be in the list of them: removed so far, and the ledger of removals itself. */
  unlisted: z.int().min(0),
  /** Heads in all checkpoints up to this one, the leaves of the tree. */
  size: z.int().min(0),
  root: Hash,
  peaks: z.array(Hash),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** Format 1 knew no removals. Bytes are hashed and signed as they are: this is for reading alone. */
export const fromFormat1 = (older: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...older,
  v: format,
  removed: 0,
  unlisted: 0,
});

/** How far one ledger had come. */
export const LedgerHead = z.strictObject({
  incident: z.string().min(1),
  entries: z.int().min(1),
  /** SHA-256 of the last entry. */
  hash: Hash,
  /** Time of the first entry; null where there was none any more. */
  opened: z.iso.datetime().nullable(),
});
export type LedgerHead = z.infer<typeof LedgerHead>;

/** A head as a leaf of the tree: canonical JSON (RFC 8785). */
export const lineOf = (head: LedgerHead): string => canonicalize(head) ?? '';

/** A removal as a line of its file, in the same form. */
export const removalLine = (removal: Departure): string => canonicalize(removal) ?? '';

/** Where a checkpoint lies in the vault. */
export const folder = 'checkpoints/';
export const keyOf = (number: number): string => `${folder}${String(number).padStart(6, '0')}.tar`;

/** What a checkpoint is made of. */
export interface Material {
  /** The newest one there is; null where this is the first. */
  readonly tip: Omit<Tip, 'build'> | null;
  readonly at: string;
  readonly heads: readonly LedgerHead[];
  /** How many of the heads are of incidents that no checkpoint has named so far. */
  readonly fresh: number;
  /** How many of those are no incidents: one where the ledger of removals is named for the first time. */
  readonly apart: number;
  /** Incidents that leave the table: once this names them they are not missed. */
  readonly removals: readonly Departure[];
  readonly signer: Signer;
}

/** What is signed; `files` lack nothing but the signature of `manifest`. */
export interface Unsigned {
  readonly checkpoint: Checkpoint;
  readonly files: Files;
  readonly manifest: Uint8Array;
}

const byIncident = (a: { incident: string }, b: { incident: string }): number => (a.incident < b.incident ? -1 : 1);

/** The next checkpoint. The same material gives the same bytes. */
export function checkpointOf({
  tip,
  at,
  heads,
  fresh,
  apart,
  removals,
  signer: { keyArn, publicKey },
}: Material): Unsigned {
  const lines = heads.toSorted(byIncident).map(lineOf);
  const removed = removals.toSorted(byIncident).map(removalLine);
  const tree = grown(tip ?? emptyTree, lines);
  const checkpoint: Checkpoint = {
    v: format,
    number: (tip?.number ?? 0) + 1,
    at,
    previous: tip?.manifest ?? genesis,
    incidents: (tip?.incidents ?? 0) + fresh,
    added: lines.length,
    removed: removed.length,
    unlisted: (tip?.unlisted ?? 0) + removed.length + apart,
    size: tree.size,
    root: rootOf(tree),
    peaks: [...tree.peaks],
  };
  const key: Key = { keyArn, algorithm: 'ECDSA_SHA_256', fingerprint: sha256(publicKey) };
  const texts: [string, string][] = [
    [names.checkpoint, `${JSON.stringify(checkpoint, null, 2)}\n`],
    [names.heads, lines.map((line) => `${line}\n`).join('')],
    [names.removals, removed.map((line) => `${line}\n`).join('')],
    [names.key, `${JSON.stringify(key, null, 2)}\n`],
    [names.publicKey, pemOf(publicKey)],
  ];
  const files = new Map<string, Uint8Array>(texts.map(([name, text]) => [name, Buffer.from(text)]));
  const manifest = Buffer.from(manifestOf(files));
  return { checkpoint, manifest, files: files.set(names.manifest, manifest) };
}

/** The whole checkpoint, with the signature (DER) and, where there is one, the time-stamp over that. */
export const sealed = ({ files }: Unsigned, signature: Uint8Array, timeStamp: Uint8Array | null): Files =>
  new Map([...files, [names.signature, signature], ...(timeStamp ? [[timeStampName, timeStamp] as const] : [])]);

/** What the checkpoint after this one is built on. */
export const tipOf = (
  { number, at, size, peaks, incidents, unlisted }: Checkpoint,
  manifest: string,
  build: string,
): Tip => ({
  number,
  at,
  manifest,
  size,
  peaks,
  incidents,
  unlisted,
  build,
});
