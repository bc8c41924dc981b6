import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError } from 'commander';
import { oneLine } from './one-line.ts';

/** Characters of a line about a file. */
const longest = 500;

/** Name and SHA-256 (hex) of a file, read in pieces. One that cannot be read is wrong usage: exit code 2. */
export async function fingerprintOf(path: string): Promise<{ readonly file: string; readonly sha256: string }> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(oneLine(`The file cannot be read: ${why}`, longest));
  }
  return { file: basename(path), sha256: hash.digest('hex') };
}
