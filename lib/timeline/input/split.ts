import type { Members } from '../json/members.ts';
import { afterString, broken, cutShort, found, holdsRecords, isScalar, scan } from '../json/scan.ts';

/** What is in a file, piece by piece. A piece is good until the call returns: the bytes are used again. */
export interface Pieces {
  object(bytes: Buffer, from: number, to: number, line: number): void;
  /** A list of records begins; the members before it were scanned into the table. */
  holder(bytes: Buffer): void;
  /** A line that is no JSON; `fault` says why where it looks like some. */
  text(bytes: Buffer, from: number, to: number, line: number, fault: string | null): void;
  unreadable(line: number, why: string): void;
}

/** More than any record has: CloudTrail's are at most 1 MB, log events of CloudWatch 1 MB. */
const longest = 16 * 1024 * 1024;
const longestWords = 'longer than 16 MB';
const unclosed = 'The file is cut off: the list of records has no end, and what is missing cannot be read.';

const [newline, quote, comma, colon] = [10, 34, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
/** Where a record of CloudTrail begins, so that a broken one costs itself alone even where all are in one line. */
const recordBegins = Buffer.from('{"eventVersion"');
const lineBegins = Buffer.from('\n{');

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === newline || byte === 13 || byte === 9;

/**
 * Cuts bytes into records as they come, whatever they are: one JSON document, one a line, several behind each other, lists within objects, lines
 * of text, and all of it mixed. It holds one record, never a file. What is broken is named, and reading goes on behind it.
 */
export class Splitter {
  #held = Buffer.alloc(0);
  #bytes = this.#held.subarray(0, 0);
  #at = 0;
  #line = 1;
  /** Where the line began, or what follows the last record in it: a line of text may be indented. */
  #began = 0;
  /** Objects and lists that are open around the next record. */
  #depth = 0;
  #skips = false;
  /** Whether the end of what is open may lie in what was named and left out. */
  #cutShort = false;
  #enough = 0;
  readonly #pieces: Pieces;
  readonly #table: Members;
  readonly #lists: number;

  constructor(pieces: Pieces, table: Members, lists: number) {
    this.#pieces = pieces;
    this.#table = table;
    this.#lists = lists;
  }

  add(chunk: Buffer): void {
    const kept = this.#bytes.length - this.#at;
    const needed = kept + chunk.length;
    const target = needed > this.#held.length ? Buffer.allocUnsafeSlow(needed * 2) : this.#held;
    this.#bytes.copy(target, 0, this.#at);
    chunk.copy(target, kept);
    this.#held = target;
    this.#bytes = target.subarray(0, needed);
    this.#at = 0;
    // What was not whole is looked at again when there is twice as much: else a long record would be read again with every chunk.
    if (needed < this.#enough) return;
    while (this.#step('more comes'));
    this.#enough = Math.min((needed - this.#at) * 2, longest);
  }

  end(): void {
    while (this.#step('that is all'));
    // Cut between two records, each that is there is whole; what a list lacks shows in nothing but this.
    if (this.#depth > 0 && !this.#cutShort) this.#pieces.unreadable(this.#line, unclosed);
  }

  /** One piece; false where there is none before more has been read. */
  #step(rest: 'more comes' | 'that is all'): boolean {
    if (this.#skips && !this.#skip()) return false;
    this.#blanks();
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return false;
    if (byte === openBrace) return this.#object(rest);
    if (byte === openBracket) {
      const inside = this.#bytes[this.#behind(this.#at + 1)];
      if (inside === undefined && rest === 'more comes') return false;
      // `[INFO]` begins a line of text; within something that is open every bracket is one.
      if (this.#depth > 0 || inside === openBrace || inside === openBracket || inside === closeBracket) {
        this.#depth++;
        this.#at++;
        return true;
      }
    }
    if (byte === quote && this.#depth > 0) return this.#member(rest);
    return this.#textLine(rest, null);
  }

  #behind(from: number): number {
    let at = from;
    while (isBlank(this.#bytes[at])) at++;
    return at;
  }

  /** What lies between records; closing brackets too, where something is open. */
  #blanks(): void {
    this.#began = this.#at;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === newline) {
        this.#line++;
        this.#began = this.#at + 1;
      } else if ((byte === closeBrace || byte === closeBracket) && this.#depth > 0) this.#depth--;
      else if (!isBlank(byte) && !(byte === comma && this.#depth > 0)) return;
      this.#at++;
    }
  }

  #object(rest: 'more comes' | 'that is all'): boolean {
    const ended = scan(this.#bytes, this.#at, this.#bytes.length, this.#table, this.#lists);
    if (ended === cutShort && rest === 'more comes' && this.#bytes.length - this.#at <= longest) return false;
    if (ended === broken || ended === cutShort) return this.#broken(ended, rest);
    const isHolder = ended === holdsRecords;
    const to = isHolder ? found.listAt : ended;
    const line = this.#line;
    this.#line += found.lines;
    const from = this.#at;
    this.#at = isHolder ? to + 1 : to;
    if (isHolder) {
      this.#depth += 2;
      this.#pieces.holder(this.#bytes);
    } else this.#pieces.object(this.#bytes, from, to, line);
    return true;
  }

  /** A name and its colon beside a list of records, or a word in a list: what follows is looked at by itself. */
  #member(rest: 'more comes' | 'that is all'): boolean {
    const { length } = this.#bytes;
    let at = this.#at;
    // A name, and where a string follows its colon that string too.
    while (this.#bytes[at] === quote) {
      at = afterString(this.#bytes, at + 1, length);
      if (at < 0)
        return at === cutShort && rest === 'more comes' && length <= longest ? false : this.#textLine(rest, null);
      at = this.#behind(at);
      if (this.#bytes[at] === colon) at = this.#behind(at + 1);
    }
    if (at >= length && rest === 'more comes') return false;
    // Numbers and words; a list or an object is looked at by itself.
    while (isScalar(this.#bytes[at] ?? 0)) at++;
    this.#to(at);
    return true;
  }

  /** Where the next record may begin behind a broken one: a line that opens one, a record of CloudTrail, or the next line. */
  #broken(how: typeof broken | typeof cutShort, rest: 'more comes' | 'that is all'): boolean {
    const until = how === broken ? found.faultAt : this.#bytes.length;
    const inner = this.#bytes.subarray(this.#at + 1, until + 1);
    const opening = inner.indexOf(lineBegins);
    const record = this.#bytes.indexOf(recordBegins, this.#at + 1);
    const end = this.#bytes.indexOf(newline, until);
    const to = opening >= 0 ? this.#at + 1 + opening : record >= 0 && (end < 0 || record < end) ? record : -1;
    const why = how === broken ? 'It is not JSON.' : 'The record is cut off.';
    this.#cutShort ||= how === cutShort;
    if (to === -1 && how === broken) return this.#textLine(rest, why, until);
    this.#pieces.unreadable(this.#line, how === cutShort && rest === 'more comes' ? `It is ${longestWords}.` : why);
    if (to === -1) return this.#leave();
    this.#to(to);
    return true;
  }

  #leave(): boolean {
    this.#cutShort = true;
    this.#to(this.#bytes.length);
    this.#skips = true;
    return false;
  }

  #to(at: number): void {
    for (
      let next = this.#bytes.indexOf(newline, this.#at);
      next !== -1 && next < at;
      next = this.#bytes.indexOf(newline, next + 1)
    )
      this.#line++;
    this.#at = at;
  }

  /** The rest of what is too long; false where its end has not come yet. */
  #skip(): boolean {
    const ends = [this.#bytes.indexOf(newline, this.#at), this.#bytes.indexOf(recordBegins, this.#at)];
    const next = Math.min(...ends.filter((one) => one >= 0));
    this.#skips = next === Number.POSITIVE_INFINITY;
    // A beginning may lie across two chunks.
    this.#at = this.#skips ? Math.max(this.#at, this.#bytes.length - recordBegins.length) : next;
    return !this.#skips;
  }

  #textLine(rest: 'more comes' | 'that is all', fault: string | null, until = this.#at): boolean {
    const next = this.#bytes.indexOf(newline, until);
    if (next === -1 && rest === 'more comes') {
      if (this.#bytes.length - this.#at <= longest) {
        this.#at = this.#began;
        return false;
      }
      this.#pieces.unreadable(this.#line, `It is ${longestWords}.`);
      return this.#leave();
    }
    this.#depth = 0;
    const end = next === -1 ? this.#bytes.length : next;
    const line = this.#line;
    this.#to(end);
    this.#pieces.text(this.#bytes, this.#began, this.#bytes[end - 1] === 13 ? end - 1 : end, line, fault);
    return true;
  }
}
