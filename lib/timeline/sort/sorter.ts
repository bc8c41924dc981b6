import { writeSync } from 'node:fs';
import { blank, type Cursor, type Entry, FileCursor, headLength, readHead, writeHead } from './cursor.ts';
import { compare } from './key.ts';
import { merged } from './merge.ts';
import type { PrivateFolder } from './private-folder.ts';

/** Bytes that are sorted in memory before they are written to a run. */
const inMemory = 32 * 1024 * 1024;
/** Runs that are merged at once; each takes a buffer. More are merged into one of the next level first, so that memory stays bounded. */
const atOnce = 48;

interface Run {
  readonly file: number;
  readonly length: number;
}

function writeAll(file: number, bytes: Buffer, from: number, to: number): void {
  for (let at = from; at < to; ) at += writeSync(file, bytes, at, to - at);
}

/** Writes a run, a megabyte at a time. */
class RunWriter {
  readonly #bytes = Buffer.allocUnsafeSlow(1024 * 1024);
  #held = 0;
  #length = 0;
  readonly #file: number;

  constructor(file: number) {
    this.#file = file;
  }

  add(entry: Entry): void {
    const size = headLength + entry.to - entry.from;
    if (this.#held + size > this.#bytes.length) this.#flush();
    this.#length += size;
    if (size > this.#bytes.length) {
      writeHead(this.#bytes, 0, entry);
      writeAll(this.#file, this.#bytes, 0, headLength);
      writeAll(this.#file, entry.bytes, entry.from, entry.to);
      return;
    }
    writeHead(this.#bytes, this.#held, entry);
    entry.bytes.copy(this.#bytes, this.#held + headLength, entry.from, entry.to);
    this.#held += size;
  }

  end(): Run {
    this.#flush();
    return { file: this.#file, length: this.#length };
  }

  #flush(): void {
    writeAll(this.#file, this.#bytes, 0, this.#held);
    this.#held = 0;
  }
}

/** Sorts more than fits into memory: sorted runs on disk, merged at the end. */
export class Sorter {
  #bytes: Buffer;
  #length = 0;
  #begins: number[] = [];
  /** By entry: nearly always this alone decides, and nothing has to be read. */
  #seconds: number[] = [];
  readonly #levels: Run[][] = [];
  readonly #folder: () => PrivateFolder;
  readonly #limit: number;

  /** `folder` is made when the first run needs it. */
  constructor(folder: () => PrivateFolder, limit = inMemory) {
    this.#folder = folder;
    this.#limit = limit;
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(limit, 1024 * 1024));
  }

  add(entry: Entry): void {
    const size = headLength + entry.to - entry.from;
    if (this.#length + size > this.#limit && this.#length > 0) this.#spill();
    if (this.#length + size > this.#bytes.length) this.#grow(this.#length + size);
    writeHead(this.#bytes, this.#length, entry);
    entry.bytes.copy(this.#bytes, this.#length + headLength, entry.from, entry.to);
    this.#begins.push(this.#length);
    this.#seconds.push(entry.seconds);
    this.#length += size;
  }

  /** All entries in order; nothing may be added any more. */
  sorted(): Generator<Entry> {
    return merged([...this.#levels.flat().map(({ file, length }) => new FileCursor(file, length)), this.#inMemory()]);
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.#bytes.length * 2, this.#limit)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  #inMemory(): Cursor {
    const bytes = this.#bytes;
    const [one, other] = [blank(), blank()];
    const [begins, seconds] = [this.#begins, this.#seconds];
    const full = (a: number, b: number): number => {
      readHead(one, bytes, begins[a] ?? 0);
      readHead(other, bytes, begins[b] ?? 0);
      return compare(one, other);
    };
    const order = Uint32Array.from(begins.keys()).sort((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0) || full(a, b));
    const entry = blank();
    let at = 0;
    const next = (): boolean => {
      const begin = begins[order[at++] ?? -1];
      if (begin !== undefined) readHead(entry, bytes, begin);
      return begin !== undefined;
    };
    return { entry, next, close: () => {} };
  }

  #spill(): void {
    this.#keep(0, [this.#inMemory()]);
    this.#length = 0;
    this.#begins = [];
    this.#seconds = [];
  }

  /** Writes cursors as one run of a level; a level that is full becomes one run of the next. */
  #keep(level: number, cursors: readonly Cursor[]): void {
    const writer = new RunWriter(this.#folder().open());
    for (const entry of merged(cursors)) writer.add(entry);
    this.#levels[level] ??= [];
    const runs = this.#levels[level];
    runs.push(writer.end());
    if (runs.length < atOnce) return;
    this.#levels[level] = [];
    this.#keep(
      level + 1,
      runs.map(({ file, length }) => new FileCursor(file, length)),
    );
  }
}
