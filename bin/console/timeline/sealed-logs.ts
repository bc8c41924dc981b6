import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CustodyRecord } from '../../../lib/record/custody.ts';
import { explain } from '../trouble.ts';
import { inVault, type Vault } from '../vault-versions.ts';

/** Kinds of evidence that are logs: those of collect-logs, and those that are recorded with what they are of. */
const logs = /-logs?$|^console-output$/;

/** Files that are fetched at once. None is held. */
const atOnce = 4;

/** The logs among the artefacts of an incident. What two runs have sealed alike under one name is one. */
export function sealedLogs(evidence: readonly CustodyRecord[]): CustodyRecord[] {
  const found = evidence.filter(({ kind, uri }) => logs.test(kind) && uri.startsWith('s3://'));
  return [...new Map(found.map((one) => [`${one.uri} ${one.sha256}`, one])).values()];
}

/** Fetches an artefact, and returns why it is not to be read; null where it is as recorded. */
async function fetched(s3: S3Client, vault: Vault, artefact: CustodyRecord, path: string): Promise<string | null> {
  try {
    const { Body } = await s3.send(new GetObjectCommand(inVault(vault, artefact)));
    const hash = createHash('sha256');
    const hashed = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(Body as Readable, hashed, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    const sha256 = hash.digest('hex');
    if (sha256 !== artefact.sha256)
      return `It is not read: its SHA-256 is ${sha256}, and that on record is ${artefact.sha256}.`;
    // Times without a year are read as of the file’s.
    const at = new Date(artefact.acquiredAt ?? Date.now());
    await utimes(path, at, at);
    return null;
  } catch (error) {
    return `It could not be fetched, and is not read. ${explain(error)}`;
  }
}

/** Where the artefacts lie now, in their order, each with its address in the vault; and what is wrong with the others. */
export interface Fetched {
  readonly names: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
}

/** Fetches artefacts into a folder. What is not as recorded is named and left out. */
export async function fetchLogs(vault: Vault, artefacts: readonly CustodyRecord[], folder: string): Promise<Fetched> {
  const s3 = new S3Client();
  const why: (string | null)[] = [];
  const pathOf = ({ id }: CustodyRecord): string => join(folder, id);
  const waiting = artefacts.entries();
  async function worker(): Promise<void> {
    for (const [at, artefact] of waiting) why[at] = await fetched(s3, vault, artefact, pathOf(artefact));
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  const good = artefacts.filter((_, at) => why[at] === null);
  return {
    names: new Map(good.map((one) => [pathOf(one), one.uri])),
    faults: artefacts.flatMap(({ id, uri }, at) => (why[at] === null ? [] : [`${id} ${uri}: ${why[at]}`])),
  };
}
