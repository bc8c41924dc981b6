import { closeSync, readSync } from 'node:fs';
import type { Parts } from '../output/line.ts';
import type { Key } from './key.ts';

/** One printed event with its key. It is good until the next one is asked for. */
export interface Entry extends Key, Parts {
  bytes: Buffer;
  from: number;
  to: number;
}

/** Entries in their order; `next` answers false where there is none left. */
export interface Cursor {
  readonly entry: Entry;
  next(): boolean;
  close(): void;
}

/** Bytes of an entry before its line: six of the key in 32, five of its parts in 20, and four that are free. */
export const headLength = 56;

export const blank = (): Entry => ({
  seconds: 0,
  nanos: 0,
  kind: 0,
  high: 0,
  low: 0,
  order: 0,
  source: 0,
  sourceEnd: 0,
  raw: 0,
  counted: 0,
  bytes: Buffer.alloc(0),
  from: 0,
  to: 0,
});

export function writeHead(into: Buffer, at: number, entry: Entry): void {
  into.writeDoubleLE(entry.seconds, at);
  into.writeDoubleLE(entry.order, at + 8);
  into.writeUInt32LE(entry.nanos, at + 16);
  into.writeUInt32LE(entry.kind, at + 20);
  into.writeUInt32LE(entry.high, at + 24);
  into.writeUInt32LE(entry.low, at + 28);
  into.writeUInt32LE(entry.source, at + 32);
  into.writeUInt32LE(entry.sourceEnd, at + 36);
  into.writeUInt32LE(entry.raw, at + 40);
  into.writeUInt32LE(entry.to - entry.from, at + 44);
  into.writeUInt32LE(entry.counted, at + 48);
}

/** Reads a head; the line lies behind it. */
export function readHead(entry: Entry, bytes: Buffer, at: number): void {
  entry.seconds = bytes.readDoubleLE(at);
  entry.order = bytes.readDoubleLE(at + 8);
  entry.nanos = bytes.readUInt32LE(at + 16);
  entry.kind = bytes.readUInt32LE(at + 20);
  entry.high = bytes.readUInt32LE(at + 24);
  entry.low = bytes.readUInt32LE(at + 28);
  entry.source = bytes.readUInt32LE(at + 32);
  entry.sourceEnd = bytes.readUInt32LE(at + 36);
  entry.raw = bytes.readUInt32LE(at + 40);
  entry.counted = bytes.readUInt32LE(at + 48);
  entry.bytes = bytes;
  entry.from = at + headLength;
  entry.to = entry.from + bytes.readUInt32LE(at + 44);
}

/** The entries of a run that lies in a file, which has no name any more: closing it frees it. */
export class FileCursor implements Cursor {
  readonly entry = blank();
  #bytes = Buffer.allocUnsafeSlow(256 * 1024);
  #at = 0;
  #held = 0;
  #read = 0;
  readonly #file: number;
  readonly #length: number;

  constructor(file: number, length: number) {
    this.#file = file;
    this.#length = length;
  }

  next(): boolean {
    if (!this.#holds(headLength)) return false;
    readHead(this.entry, this.#bytes, this.#at);
    const whole = this.entry.to - this.#at;
    // Reading more moves what is at hand to the beginning.
    if (this.#held - this.#at < whole) {
      this.#holds(whole);
      readHead(this.entry, this.#bytes, this.#at);
    }
    this.#at += whole;
    return true;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Whether so many bytes are at hand, after they were read if need be. */
  #holds(wanted: number): boolean {
    if (this.#held - this.#at >= wanted) return true;
    if (this.#read === this.#length && this.#held === this.#at) return false;
    const kept = this.#held - this.#at;
    const target = wanted > this.#bytes.length ? Buffer.allocUnsafeSlow(wanted * 2) : this.#bytes;
    this.#bytes.copy(target, 0, this.#at, this.#held);
    this.#bytes = target;
    this.#at = 0;
    this.#held = kept;
    while (this.#held < wanted) {
      const most = Math.min(target.length - this.#held, this.#length - this.#read);
      const got = readSync(this.#file, target, this.#held, most, this.#read);
      if (got === 0) throw new Error('A temporary file became shorter.');
      this.#held += got;
      this.#read += got;
    }
    return true;
  }
}
