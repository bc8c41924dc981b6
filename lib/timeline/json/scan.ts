import type { Members } from './members.ts';

/** More has to be read before it can be said where the value ends. */
export const cutShort = -1;
/** It is no JSON; `fault.at` is the byte where that is seen. */
export const broken = -2;
/** The object holds a list of records; `list.at` is its bracket. */
export const holdsRecords = -3;

/** What a scan has to say besides where it ended. One for all: a scan is over before the next begins. */
export const found = { faultAt: 0, listAt: 0, lines: 0 };

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const newline = 10;

/** Deeper than any record; what is deeper is no JSON of AWS. */
const deepest = 256;
const inObject = new Uint8Array(deepest);

const isBlank = (byte: number): boolean => byte === 32 || byte === newline || byte === 13 || byte === 9;

function afterBlanks(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at] ?? 0)) if (bytes[at++] === newline) found.lines++;
  return at;
}

/** The byte behind the closing quote; `at` is the one behind the opening quote. */
export function afterString(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at + 1;
    // A raw control character is none in JSON: a line that was cut ends here, and the next one is not swallowed.
    if (byte < 32) return fault(at);
    at += byte === backslash ? 2 : 1;
  }
  return cutShort;
}

function fault(at: number): number {
  found.faultAt = at;
  return broken;
}

/** A byte of a number, or of true, false and null. */
export const isScalar = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) || byte === 45 || byte === 43 || byte === 46 || byte === 69;

function afterScalar(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && isScalar(bytes[at] ?? 0)) at++;
  if (at === end) return cutShort;
  return at === from ? fault(at) : at;
}

/** Behind an opening bracket: inside, or behind the closing one where there is nothing inside. */
const isEmpty = (bytes: Buffer, at: number, depth: number): boolean =>
  bytes[at] === (inObject[depth] === 1 ? closeBrace : closeBracket);

/** Reads a name and its colon at depth 1 and remembers its place; -1 where nobody asks for it. */
let place = -1;
function afterName(bytes: Buffer, from: number, end: number, table: Members | null): number {
  if (bytes[from] !== quote) return fault(from);
  const close = afterString(bytes, from + 1, end);
  if (close < 0) return close;
  place = -1;
  if (table) {
    let hash = 0;
    for (let at = from + 1; at < close - 1; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    place = table.placeOf.get(hash) ?? -1;
  }
  const at = afterBlanks(bytes, close, end);
  if (at >= end) return cutShort;
  if (bytes[at] !== colon) return fault(at);
  const value = afterBlanks(bytes, at + 1, end);
  return value >= end ? cutShort : value;
}

/**
 * Reads one JSON object or array, and where its members of `table` lie. `lists` are the places of members that hold records: when one of them
 * is a list the scan ends there. Answers the byte behind the value, or why there is none; `found.lines` is how many lines it spans.
 *
 * One loop without a call for each byte but for strings: this is where a timeline of a gigabyte spends its time.
 */
export function scan(bytes: Buffer, from: number, end: number, table: Members | null, lists = 0): number {
  found.lines = 0;
  table?.starts.fill(0);
  table?.ends.fill(0);
  let [at, depth, top] = [from, -1, -1];
  for (;;) {
    // A value begins here.
    if (at >= end) return cutShort;
    const byte = bytes[at] ?? 0;
    if (depth === 0 && top >= 0 && table) {
      table.starts[top] = at;
      if (top < lists && byte === openBracket) {
        found.listAt = at;
        return holdsRecords;
      }
    }
    if (byte === openBrace || byte === openBracket) {
      if (++depth >= deepest) return fault(at);
      inObject[depth] = byte === openBrace ? 1 : 0;
      at = afterBlanks(bytes, at + 1, end);
      if (at >= end) return cutShort;
      if (!isEmpty(bytes, at, depth)) {
        if (byte === openBrace) {
          at = afterName(bytes, at, end, depth === 0 ? table : null);
          if (at < 0) return at;
          if (depth === 0) top = place;
        }
        continue;
      }
    } else {
      at = byte === quote ? afterString(bytes, at + 1, end) : afterScalar(bytes, at, end);
      if (at < 0) return at;
      if (depth === 0 && top >= 0 && table) table.ends[top] = at;
      at = afterBlanks(bytes, at, end);
    }
    // A value has ended: so may what holds it, or another begins.
    for (;;) {
      if (at >= end) return cutShort;
      const next = bytes[at] ?? 0;
      if (next === comma) {
        at = afterBlanks(bytes, at + 1, end);
        if (inObject[depth] === 1) {
          if (at >= end) return cutShort;
          at = afterName(bytes, at, end, depth === 0 ? table : null);
          if (at < 0) return at;
          if (depth === 0) top = place;
        }
        break;
      }
      if (next !== (inObject[depth] === 1 ? closeBrace : closeBracket)) return fault(at);
      at++;
      if (--depth < 0) return at;
      if (depth === 0 && top >= 0 && table) table.ends[top] = at;
      at = afterBlanks(bytes, at, end);
    }
  }
}
