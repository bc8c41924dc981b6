import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { Departure } from '../../items/departure.ts';
import { Tampered, wrong } from '../export/fault.ts';
import { type Files, sha256 } from '../export/files.ts';
import { checkNames, readManifest } from '../export/manifest.ts';
import { checkComplete, jsonIn, textIn } from '../export/read-file.ts';
import { checkKey, checkSignature, Key } from '../export/signature.ts';
import { Checkpoint, format, fromFormat1, LedgerHead, lineOf, names, removalLine } from './checkpoint.ts';

/** One checkpoint whose bytes are those that were signed. What it says of the others is another question. */
export interface ReadCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly heads: readonly LedgerHead[];
  /** Incidents that left the table, as it was decided. */
  readonly removals: readonly Departure[];
  /** SHA-256 of the manifest: the next checkpoint names it. */
  readonly manifest: string;
  /** Fingerprint of the key that signed. */
  readonly key: string;
}

const Format = z.looseObject({ v: z.number() });

function readCheckpoint(files: Files): Checkpoint {
  const said = jsonIn(files, names.checkpoint, Format);
  const { v } = said;
  if (v > format)
    wrong(
      names.checkpoint,
      `${names.checkpoint} has format ${v}, and this version of Tourniquet reads up to ${format}. Use a later version.`,
    );
  const parsed = Checkpoint.safeParse(v === 1 ? fromFormat1(said) : said);
  return parsed.success ? parsed.data : jsonIn(files, names.checkpoint, Checkpoint);
}

/** What a file of lines consists of: each as it was written, in the order of incidents, one an incident. */
function readLines<Line extends { readonly incident: string }>(
  files: Files,
  name: string,
  what: string,
  parse: (line: string) => Line | null,
): Line[] {
  const text = textIn(files, name);
  if (text === '') return [];
  if (!text.endsWith('\n')) wrong(name, `${name} is cut short: its last line does not end.`);
  const lines = text.slice(0, -1).split('\n');
  const read = lines.map((line, index) => parse(line) ?? wrong(name, `Line ${index + 1} of ${name} is not ${what}.`));
  const at = read.findIndex(({ incident }, index) => incident <= (read[index - 1]?.incident ?? ''));
  if (at >= 0) wrong(name, `Line ${at + 1} of ${name} is out of order.`);
  return read;
}

/** A line that is canonical JSON of the shape; null where it is not. */
const parseLine =
  <T>(schema: z.ZodType<T>, write: (value: T) => string) =>
  (line: string): T | null => {
    try {
      const value = schema.parse(JSON.parse(line));
      return write(value) === line ? value : null;
    } catch {
      return null;
    }
  };

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
  const { removals: later, ...always } = names;
  checkComplete(files, Object.values(always));
  const listed = readManifest(textIn(files, names.manifest));
  checkNames(listed, files);
  for (const [name, expected] of listed) checkHash(files, name, expected);
  const said = jsonIn(files, names.key, Key);
  const manifest = checkSigned(files, checkKey(textIn(files, names.publicKey), said, pinned));
  const checkpoint = readCheckpoint(files);
  const heads = readLines(files, names.heads, 'the head of a ledger', parseLine(LedgerHead, lineOf));
  const isFirst = jsonIn(files, names.checkpoint, Format).v === 1;
  if (!isFirst) checkComplete(files, [later]);
  const removals = isFirst ? [] : readLines(files, later, 'a removal', parseLine(Departure, removalLine));
  const counts = [
    [names.heads, heads.length, checkpoint.added],
    [later, removals.length, checkpoint.removed],
  ] as const;
  for (const [name, count, expected] of counts)
    if (count !== expected) wrong(name, `${name} has ${count} lines, and ${names.checkpoint} says ${expected}.`);
  return { checkpoint, heads, removals, manifest: sha256(manifest), key: said.fingerprint };
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
