import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';

/** A file to read, or why there is none. */
export type Found = { readonly file: string; readonly year: number } | { readonly file: string; readonly why: string };

const words: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EACCES: 'You may not read it.',
  ELOOP: 'Its links lead in a circle.',
};
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? error);
const whyNot = (error: unknown): string => words[codeOf(error)] ?? `It cannot be read (${codeOf(error)}).`;

/** The files under these names: folders are walked, in the order of their names. Pipes count as files. */
export async function* filesBelow(paths: readonly string[]): AsyncGenerator<Found> {
  for (const path of paths) {
    let seen: Stats;
    try {
      seen = await stat(path);
    } catch (error) {
      yield { file: path, why: whyNot(error) };
      continue;
    }
    if (seen.isDirectory()) yield* inFolder(path);
    else yield { file: path, year: seen.mtime.getUTCFullYear() };
  }
}

async function* inFolder(path: string): AsyncGenerator<Found> {
  try {
    const names = await readdir(path);
    yield* filesBelow(names.toSorted().map((name) => join(path, name)));
  } catch (error) {
    yield { file: path, why: whyNot(error) };
  }
}

const begins = (bytes: Buffer, ...wanted: readonly number[]): boolean => wanted.every((byte, at) => bytes[at] === byte);

/** What is no text, by its first bytes, and what to do about it. */
function foreign(bytes: Buffer): string | null {
  if (begins(bytes, 0xff, 0xfe) || begins(bytes, 0xfe, 0xff)) return 'It is UTF-16: save it as UTF-8.';
  if (begins(bytes, 0x50, 0x4b, 3, 4)) return 'It is a ZIP archive: unpack it first.';
  if (begins(bytes, 0x28, 0xb5, 0x2f, 0xfd)) return 'It is compressed with zstd: unpack it first, with unzstd.';
  if (begins(bytes, 0x42, 0x5a, 0x68)) return 'It is compressed with bzip2: unpack it first, with bunzip2.';
  if (begins(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'It is compressed with xz: unpack it first, with unxz.';
  if (begins(bytes, 0x50, 0x41, 0x52, 0x31)) return 'It is Parquet: write its rows as JSON Lines first.';
  return bytes.subarray(0, 4096).includes(0) ? 'It is not text.' : null;
}

const [gzipFirst, gzipSecond] = [0x1f, 0x8b];
/** Compressed twice happens when a tool packs what AWS had packed; more often than this it is somebody's trap. */
const mostLayers = 3;
const chunkSize = 256 * 1024;

/** The bytes behind any layers of gzip. */
async function* unpacked(source: AsyncIterable<Buffer>, layers = 0): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const whole = (async function* () {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  })();
  if (!begins(first.value, gzipFirst, gzipSecond) || layers === mostLayers) {
    yield* whole;
    return;
  }
  const { Readable } = await import('node:stream');
  const gunzip = createGunzip({ chunkSize });
  const packed = Readable.from(whole);
  packed.on('error', (error) => gunzip.destroy(error));
  yield* unpacked(packed.pipe(gunzip), layers + 1);
}

const gzipWords: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'The gzip file is cut off: what is missing cannot be read.',
  Z_DATA_ERROR: 'The gzip file is damaged: what follows cannot be read.',
};

/**
 * Gives the text of a file to `take`, in chunks. Returns why not all of it could be read, or null. What came before a fault was taken.
 */
export async function readText(file: string, take: (chunk: Buffer) => void): Promise<string | null> {
  let isFirst = true;
  try {
    for await (const chunk of unpacked(createReadStream(file, { highWaterMark: chunkSize }))) {
      const why = isFirst ? foreign(chunk) : null;
      if (why) return why;
      // A byte order mark, as Windows writes it.
      take(isFirst && begins(chunk, 0xef, 0xbb, 0xbf) ? chunk.subarray(3) : chunk);
      isFirst = false;
    }
    return null;
  } catch (error) {
    return gzipWords[codeOf(error)] ?? whyNot(error);
  }
}
