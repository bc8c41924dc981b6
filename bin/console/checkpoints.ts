import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InvalidArgumentError } from 'commander';
import { coverItem } from '../../lib/items/checkpoint.ts';
import { retentionLedger } from '../../lib/items/departure.ts';
import { listPartition, partitionOf } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { entryItem } from '../../lib/items/ledger.ts';
import type { ChainFault } from '../../lib/record/checkpoint/chain.ts';
import { folder } from '../../lib/record/checkpoint/checkpoint.ts';
import type { LedgerAtHand } from '../../lib/record/checkpoint/ledgers.ts';
import type { Archive } from '../../lib/record/checkpoint/verdict.ts';
import { names, sha256 } from '../../lib/record/export/files.ts';
import { readEntries } from '../../lib/record/export/ledger-lines.ts';
import { unpack } from '../../lib/record/export/tar.ts';
import { verifyExport } from '../../lib/record/export/verify.ts';
import { ledgerOf } from '../../lib/record/incident.ts';
import type { Deployment } from './deployment.ts';
import { exportAt } from './export-read.ts';
import { oneLine } from './one-line.ts';
import { when } from './paint.ts';
import { vaultOf, versionsIn } from './vault-versions.ts';
import { Failure } from './verb.ts';

/** Calls in flight at once. */
const abreast = 16;

/** Does something for each, a few at a time, in the order given. */
async function each<T, R>(all: readonly T[], job: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const waiting = all.entries();
  const next = async (): Promise<void> => {
    for (const [index, one] of waiting) done[index] = await job(one);
  };
  await Promise.all(Array.from({ length: abreast }, next));
  return done;
}

/** The checkpoints in a folder, as `export --checkpoints` writes them. Throws commander's error where there is none. */
export async function checkpointsIn(path: string): Promise<Archive[]> {
  const found = await readdir(path).catch(() => null);
  const files = (found ?? []).filter((name) => name.endsWith('.tar')).toSorted();
  if (files.length === 0)
    throw new InvalidArgumentError(
      oneLine(`${path} is not a folder with checkpoints (000001.tar …); export --checkpoints writes one.`, 500),
    );
  return each(files, async (name) => {
    const bytes = await readFile(join(path, name));
    return { name, read: () => unpack(bytes) };
  });
}

/** One object of the vault. */
interface Stored {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What lies in the vault under `checkpoints/`: each version of each, and what somebody tried to hide. */
export async function checkpointsOf(deployment: Deployment): Promise<{ stored: Stored[]; faults: ChainFault[] }> {
  const client = new S3Client();
  const vault = vaultOf(deployment);
  const { versions, deleted } = await versionsIn(vault, folder);
  const faults = deleted.map((Key): ChainFault => {
    const what = `${Key} was deleted; its versions are still in the vault.`;
    return { kind: 'removed', checkpoint: null, incident: null, what };
  });
  const stored = await each(versions, async ({ Key, VersionId }) => {
    const { Body } = await client.send(new GetObjectCommand({ ...vault, Key, VersionId }));
    return { name: basename(Key), bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  });
  return { stored, faults };
}

export const archivesOf = (stored: readonly Stored[]): Archive[] =>
  stored.map(({ name, bytes }) => ({ name, read: () => unpack(bytes) }));

/** Writes checkpoints into a folder; what is there already has to be the same. */
async function writeCheckpoints(path: string, stored: readonly Stored[]): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const { name, bytes } of stored) {
    const file = join(path, name);
    const there = await readFile(file).catch(() => null);
    if (there && !there.equals(bytes)) throw new Failure(`${file} is there with other bytes than the vault has.`);
    if (!there) await writeFile(file, bytes, { flag: 'wx' });
  }
}

/** Writes all checkpoints in the vault into `checkpoints` below a folder, as they are: `verify` judges them. */
export async function fetchCheckpoints(deployment: Deployment, to: string) {
  const { stored } = await checkpointsOf(deployment);
  const path = join(resolve(to), folder.slice(0, -1));
  // The oldest version of each, which S3 lists last; that there are more is a fault that `verify` names on the deployment.
  const oldest = [...new Map(stored.map((one) => [one.name, one])).values()];
  await writeCheckpoints(path, oldest);
  return { path, count: oldest.length };
}

const hashIn = ({ hash }: Item): string => String(hash);

/** A ledger as it lies in the table. Its chain is computed anew, so that each hash in it is right where there is no flaw. */
function ledgerIn(incident: string, items: readonly Item[]): LedgerAtHand {
  const entries = items.filter(entryItem.isOf).map((item) => ({ at: String(item.at), hash: hashIn(item) }));
  return { incident, entries, flaw: ledgerOf(items).because, from: 'table' };
}

/** All ledgers of the deployment: of those incidents that it lists, and of those that checkpoints name. */
export async function ledgersOf({ table }: Deployment, named: readonly string[]): Promise<LedgerAtHand[]> {
  const listed = new Set([
    retentionLedger,
    ...(await table.all(listPartition)).map(({ incident }) => String(incident)),
  ]);
  const all = [...new Set([...listed, ...named])];
  const ledgers = await each(all, async (incident) => ledgerIn(incident, await table.all(partitionOf(incident))));
  const there = ledgers.filter(({ entries }) => entries.length > 0);
  return there.map((ledger) => (listed.has(ledger.incident) ? ledger : { ...ledger, from: 'unlisted table' }));
}

/** The ledger of an export. One that does not match its seal says so, and has no entries to compare. */
export async function ledgerOfExport(path: string, pinned: string | null): Promise<LedgerAtHand> {
  const read = await exportAt(path);
  const { ok, incident, firstFault } = verifyExport(read, { pinned, copies: null });
  if (!ok) return { incident: incident ?? basename(path), entries: [], flaw: firstFault?.what ?? '', from: 'export' };
  const lines = Buffer.from(read().get(names.ledger) ?? [])
    .toString()
    .slice(0, -1)
    .split('\n');
  const entries = readEntries(lines).map(({ at }, index) => ({ at, hash: sha256(lines[index] ?? '') }));
  return { incident: incident ?? '', entries, flaw: null, from: 'export' };
}

/** The checkpoints that cover an incident, the oldest first; each up to how many entries. */
export async function coversOf({ table }: Deployment, incident: string) {
  const covers = coverItem.sorted(await table.all(coverItem.key(incident, 0).pk)).values;
  return covers.map(({ checkpoint, at, entries }) => ({ checkpoint, at, entries }));
}

export type Covers = Awaited<ReturnType<typeof coversOf>>;

/** Which checkpoint covers all of a record, for people. */
export function coverLine(covers: Covers, sealed: number): string {
  const whole = covers.find(({ entries }) => entries >= sealed);
  const last = covers.at(-1);
  if (whole)
    return `Checkpoint ${whole.checkpoint} of ${when(whole.at)} covers all of it; checkpoints ${numbers(covers)} name it.`;
  if (last)
    return `Checkpoint ${last.checkpoint} covers its first ${last.entries} entries; the next daily one covers the rest.`;
  return 'No checkpoint covers it yet; the next daily one does.';
}

const numbers = (covers: Covers): string => covers.map(({ checkpoint }) => checkpoint).join(', ');
