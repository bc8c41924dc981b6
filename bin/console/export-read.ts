import { createHash, X509Certificate } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError } from 'commander';
import { Tampered, wrong } from '../../lib/record/export/fault.ts';
import { type Files, isPlain, mostBytes } from '../../lib/record/export/files.ts';
import { fingerprintOf } from '../../lib/record/export/signature.ts';
import { unpack } from '../../lib/record/export/tar.ts';
import { oneLine } from './one-line.ts';

/** Characters of a line about what was typed. */
const longest = 500;

/** Wrong usage or unreadable input: exit code 2. */
const misused = (words: string): InvalidArgumentError => new InvalidArgumentError(oneLine(words, longest));

async function whatIs(path: string): Promise<'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    throw misused(`${path} does not exist or cannot be read.`);
  }
}

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

/** Nothing in the folder is followed: a link could show anything, and something else the next time. */
function checkEntry(entry: Dirent, name: string): void {
  if (entry.isSymbolicLink()) wrong(name, `${name} is a symbolic link.`);
  if (!entry.isFile() && !entry.isDirectory()) wrong(name, `${name} is not a regular file.`);
  if (!isPlain(name)) wrong(name, `${JSON.stringify(name)} was added: no export contains that name.`);
}

async function folderAt(path: string): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  let left = mostBytes;
  const walk = async (within: string): Promise<void> => {
    const entries = await readdir(join(path, within), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = `${within}${entry.name}`;
      checkEntry(entry, name);
      if (entry.isDirectory()) await walk(`${name}/`);
      else {
        left -= await sizeOf(join(path, name));
        if (left < 0) wrong(name, `${name} makes the export larger than allowed.`);
        files.set(name, await readFile(join(path, name)));
      }
    }
  };
  await walk('');
  return files;
}

async function archiveAt(path: string): Promise<Files> {
  if ((await sizeOf(path)) > mostBytes) wrong('the archive', 'The archive is larger than allowed.');
  return unpack(await readFile(path));
}

/** The files of an export, unpacked or packed, as verifyExport takes them. Throws commander's error where there is none. */
export async function exportAt(path: string): Promise<() => Files> {
  const kind = await whatIs(path);
  try {
    const files = await (kind === 'folder' ? folderAt(path) : archiveAt(path));
    return () => files;
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    return () => {
      throw error;
    };
  }
}

/** SHA-256 of every file below a folder, by its path in it; links are left aside. */
export async function hashesBelow(folder: string): Promise<Map<string, string>> {
  if ((await whatIs(folder)) !== 'folder') throw misused(`${folder} is not a folder.`);
  const hashes = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    hashes.set(path.slice(folder.length).replace(/^\/+/, ''), hash.digest('hex'));
  }
  return hashes;
}

/** A fingerprint as it was typed, with colons or without; or that of the public key in a file. */
export async function fingerprintFrom(typed: string): Promise<string> {
  const digits = typed.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  const pem = await readFile(typed, 'utf8').catch(() => {
    throw misused(`${typed} is neither a fingerprint (64 hexadecimal digits) nor a file that can be read.`);
  });
  try {
    return fingerprintOf(pem);
  } catch {
    throw misused(`${typed} is not a public key in PEM, like public-key.pem in an export.`);
  }
}

/** The certificates (DER) in a file of them, as `openssl ts -CAfile` takes one: PEM, one after the other. */
export async function certificatesFrom(path: string): Promise<Uint8Array[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw misused(`${path} does not exist or cannot be read.`);
  });
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (found.length > 0) return found.map((pem) => new X509Certificate(pem).raw);
  } catch {
    // Said below, in our own words.
  }
  throw misused(`${path} holds no certificate in PEM. Name the root certificate of the time-stamp authority.`);
}
