import canonicalize from 'canonicalize';
import * as z from 'zod';
import { genesis } from '../../domain/ledger.ts';
import type { Tip } from '../../items/checkpoint.ts';
import type { Signer } from '../export/contents.ts';
import { names as exported, type Files, sha256, timeStampName } from '../export/files.ts';
import { manifestOf } from '../export/manifest.ts';
import { type Key, pemOf } from '../export/signature.ts';
import { emptyTree, grown, rootOf } from './tree.ts';

/** What a checkpoint consists of; docs/checkpoints.md describes it. The manifest is signed and stamped like that of an export. */
export const names = {
  checkpoint: 'checkpoint.json',
  heads: 'heads.jsonl',
  key: exported.key,
  publicKey: exported.publicKey,
  manifest: exported.manifest,
  signature: exported.signature,
} as const;

/** The format that is written today. */
export const format = 1;

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
  /** Heads in all checkpoints up to this one, the leaves of the tree. */
  size: z.int().min(0),
  root: Hash,
  peaks: z.array(Hash),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

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
  readonly signer: Signer;
}

/** What is signed; `files` lack nothing but the signature of `manifest`. */
export interface Unsigned {
  readonly checkpoint: Checkpoint;
  readonly files: Files;
  readonly manifest: Uint8Array;
}

const byIncident = (a: LedgerHead, b: LedgerHead): number => (a.incident < b.incident ? -1 : 1);

/** The next checkpoint. The same material gives the same bytes. */
export function checkpointOf({ tip, at, heads, fresh, signer: { keyArn, publicKey } }: Material): Unsigned {
  const lines = heads.toSorted(byIncident).map(lineOf);
  const tree = grown(tip ?? emptyTree, lines);
  const checkpoint: Checkpoint = {
    v: format,
    number: (tip?.number ?? 0) + 1,
    at,
    previous: tip?.manifest ?? genesis,
    incidents: (tip?.incidents ?? 0) + fresh,
    added: lines.length,
    size: tree.size,
    root: rootOf(tree),
    peaks: [...tree.peaks],
  };
  const key: Key = { keyArn, algorithm: 'ECDSA_SHA_256', fingerprint: sha256(publicKey) };
  const texts: [string, string][] = [
    [names.checkpoint, `${JSON.stringify(checkpoint, null, 2)}\n`],
    [names.heads, lines.map((line) => `${line}\n`).join('')],
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
export const tipOf = ({ number, at, size, peaks, incidents }: Checkpoint, manifest: string, build: string): Tip => ({
  number,
  at,
  manifest,
  size,
  peaks,
  incidents,
  build,
});
