import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { Tampered, wrong } from '../export/fault.ts';
import { type Files, sha256 } from '../export/files.ts';
import { checkNames, readManifest } from '../export/manifest.ts';
import { checkComplete, jsonIn, textIn } from '../export/read-file.ts';
import { checkKey, checkSignature, Key } from '../export/signature.ts';
import { Checkpoint, format, LedgerHead, lineOf, names } from './checkpoint.ts';

/** One checkpoint whose bytes are those that were signed. What it says of the others is another question. */
export interface ReadCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly heads: readonly LedgerHead[];
  /** SHA-256 of the manifest: the next checkpoint names it. */
  readonly manifest: string;
  /** Fingerprint of the key that signed. */
  readonly key: string;
}

const Format = z.looseObject({ v: z.number() });

function readCheckpoint(files: Files): Checkpoint {
  const { v } = jsonIn(files, names.checkpoint, Format);
  if (v > format)
    wrong(
      names.checkpoint,
      `${names.checkpoint} has format ${v}, and this version of Tourniquet reads up to ${format}. Use a later version.`,
    );
  return jsonIn(files, names.checkpoint, Checkpoint);
}

function readHeads(text: string): LedgerHead[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) wrong(names.heads, `${names.heads} is cut short: its last line does not end.`);
  const lines = text.slice(0, -1).split('\n');
  const heads = lines.map((line, index) => {
    try {
      const head = LedgerHead.parse(JSON.parse(line));
      if (lineOf(head) === line) return head;
    } catch {
      // Said below, in our own words.
    }
    return wrong(names.heads, `Line ${index + 1} of ${names.heads} is not the head of a ledger.`);
  });
  const at = heads.findIndex(({ incident }, index) => incident <= (heads[index - 1]?.incident ?? ''));
  if (at >= 0) wrong(names.heads, `Line ${at + 1} of ${names.heads} is out of order.`);
  return heads;
}

function checkHash(files: Files, name: string, expected: string): void {
  if (sha256(files.get(name) ?? new Uint8Array()) !== expected)
    wrong(name, `${name} was changed: its SHA-256 differs from the manifest.`);
}

function checkSigned(files: Files, key: KeyObject): Uint8Array {
  const [manifest, signature] = [names.manifest, names.signature].map((name) => files.get(name) ?? new Uint8Array());
  if (!manifest || !signature) return wrong(names.manifest, `${names.manifest} is missing.`);
  checkSignature(manifest, signature, key);
  return manifest;
}

/**
 * Reads one checkpoint: complete, every hash, the signature. `pinned` is the fingerprint of the only key that may have signed; null takes any.
 * Throws a Tampered that says what is wrong first.
 */
export function readSealed(files: Files, pinned: string | null): ReadCheckpoint {
  checkComplete(files, Object.values(names));
  const listed = readManifest(textIn(files, names.manifest));
  checkNames(listed, files);
  for (const [name, expected] of listed) checkHash(files, name, expected);
  const said = jsonIn(files, names.key, Key);
  const manifest = checkSigned(files, checkKey(textIn(files, names.publicKey), said, pinned));
  const checkpoint = readCheckpoint(files);
  const heads = readHeads(textIn(files, names.heads));
  if (heads.length !== checkpoint.added)
    wrong(names.heads, `${names.heads} has ${heads.length} lines, and ${names.checkpoint} says ${checkpoint.added}.`);
  return { checkpoint, heads, manifest: sha256(manifest), key: said.fingerprint };
}

/** The same, or in one sentence why not. */
export function readOrFault(read: () => Files, pinned: string | null): ReadCheckpoint | { readonly what: string } {
  try {
    return readSealed(read(), pinned);
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    return { what: error.fault.what };
  }
}
