import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { type Dump, limeReader } from '../../lib/domain/lime.ts';
import { standardInput } from './input.ts';
import { heading, paint } from './paint.ts';

/** What a file turned out to be; its size in bytes, and its SHA-256 as it streamed by. */
export type DumpFile = Dump & { readonly size: number; readonly sha256: string };

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new InvalidArgumentError(`${path} does not exist or cannot be read.`);
  if (found.isDirectory()) throw new InvalidArgumentError(`${path} is a folder.`);
}

/** Reads a dump once, whatever its size. */
export async function dumpAt(path: string): Promise<DumpFile> {
  if (path !== standardInput) await checkFile(path);
  const [reader, hash] = [limeReader(), createHash('sha256')];
  let size = 0;
  for await (const piece of path === standardInput ? process.stdin : createReadStream(path)) {
    reader.take(piece);
    hash.update(piece);
    size += piece.length;
  }
  return { ...reader.end(), size, sha256: hash.digest('hex') };
}

const counted = (count: number): string => count.toLocaleString('en-US');

function sentence(dump: Dump): string {
  if (dump.kind === 'compressed')
    return 'It is compressed in the format of AVML alone: avml-convert makes LiME of it, which all tools read. Whether it is whole is seen then.';
  if (dump.kind === 'no dump') return `It is no dump in the format of LiME: ${dump.because}.`;
  const ranges = `${counted(dump.ranges)} ${dump.ranges === 1 ? 'range' : 'ranges'} of memory, ${counted(dump.bytes)} bytes`;
  if (dump.kind === 'whole')
    return `${ranges}; the last ends where the file does. Ranges behind it that were never written leave no trace: compare with the memory the machine has.`;
  return `${ranges}, of which the last ${counted(dump.missing)} bytes are missing: the dump was cut short. Tools open it all the same.`;
}

/** The same for people. */
export function dumpWords(dump: DumpFile): string {
  const head = {
    whole: `${paint('green', '✓')} ${heading('WHOLE')}`,
    cut: `${paint('red', '✗')} ${heading('CUT SHORT')}`,
    compressed: `${paint('red', '✗')} ${heading('COMPRESSED')}`,
    'no dump': `${paint('red', '✗')} ${heading('NOT A DUMP')}`,
  }[dump.kind];
  return `${head}\n\n${sentence(dump)}\n${counted(dump.size)} bytes, SHA-256 ${dump.sha256}`;
}
