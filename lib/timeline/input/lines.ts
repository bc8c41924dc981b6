import { lineReaders } from '../readers/every-reader.ts';
import type { Around, LineReader } from '../readers/reader.ts';
import type { Reading } from './draft.ts';

/** What becomes of a line, or of several that are one record. */
export interface LineSink {
  take(reading: Reading, bytes: Buffer, from: number, to: number, line: number): void;
  unreadable(line: number, why: string): void;
}

/** A record that may go on in the next line. */
interface Open {
  readonly reader: LineReader;
  readonly line: number;
  readonly around: Around;
  readonly parts: Buffer[];
  reading: Reading;
}

/** Some time, for the lines that only CloudWatch Logs knows a time of. */
const anywhere: Around = { at: { seconds: 0, nanos: 0, time: '1970-01-01T00:00:00Z' }, group: null, stream: null };
const feed = Buffer.from('\n');
/** A record of more lines is closed here, and what follows stands by itself. */
const mostLines = 10_000;
/** How CloudWatch Logs begins each line of an export to S3. */
const exported = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
export const exportedAt = (text: string): string | null => exported.exec(text)?.[1] ?? null;

/** Reads the lines of one file: the reader that knew the last one is asked first. */
export class Lines {
  #last: LineReader | null = null;
  #open: Open | null = null;
  readonly #readers: readonly LineReader[];
  readonly #sink: LineSink;

  constructor(year: number, sink: LineSink) {
    this.#readers = lineReaders(year);
    this.#sink = sink;
  }

  /** A line of a file. */
  add(bytes: Buffer, from: number, to: number, place: { line: number; around: Around; fault: string | null }): void {
    const text = bytes.toString('utf8', from, to);
    if (this.#goesOn(text)) {
      this.#open?.parts.push(feed, Buffer.from(bytes.subarray(from, to)));
      return;
    }
    this.close();
    const { line, around, fault } = place;
    const { reader, answer } = this.#readBy(text, around);
    if (answer === null) this.#sink.unreadable(line, fault ?? 'No format known here has such a line.');
    else if (typeof answer === 'string') this.#heading(answer, line);
    else if (reader?.continues)
      this.#open = { reader, line, around, parts: [Buffer.from(bytes.subarray(from, to))], reading: answer };
    else this.#sink.take(answer, bytes, from, to, line);
  }

  /** A record that is whole, as CloudWatch Logs keeps it; false where nobody knows it. */
  message(text: string, line: number, around: Around): boolean {
    this.close();
    const { answer } = this.#readBy(text, around);
    if (answer === null) return false;
    if (typeof answer === 'string') this.#heading(answer, line);
    else {
      const bytes = Buffer.from(text);
      this.#sink.take(answer, bytes, 0, bytes.length, line);
    }
    return true;
  }

  /** Whether a reader knows this line by itself, the last one, for whatever has a time, left out. */
  known(text: string): boolean {
    return this.#readers.slice(0, -1).some((reader) => reader.read(text, anywhere) !== null);
  }

  /** What is open is whole. */
  close(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    const bytes = open.parts.length === 1 ? open.parts[0] : Buffer.concat(open.parts);
    if (!bytes) return;
    const again = open.parts.length === 1 ? null : open.reader.read(bytes.toString('utf8'), open.around);
    const reading = again === null || typeof again === 'string' ? open.reading : again;
    this.#sink.take(reading, bytes, 0, bytes.length, open.line);
  }

  #heading(answer: string, line: number): void {
    if (answer !== 'heading') this.#sink.unreadable(line, answer);
  }

  #goesOn(text: string): boolean {
    const open = this.#open;
    if (!open?.reader.continues?.(text) || open.parts.length > mostLines * 2) return false;
    return !this.#readers.some((reader) => reader !== open.reader && reader.read(text, open.around) !== null);
  }

  #readBy(text: string, around: Around) {
    const first = this.#last?.read(text, around) ?? null;
    // The one for whatever has a time does not stay first: it would take everybody's lines.
    if (first !== null) return { reader: this.#last, answer: first };
    for (const reader of this.#readers) {
      const answer = reader.read(text, around);
      if (answer === null) continue;
      this.#last = reader === this.#readers.at(-1) ? null : reader;
      return { reader, answer };
    }
    return { reader: null, answer: null };
  }
}
