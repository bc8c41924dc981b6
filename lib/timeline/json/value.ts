import type { Members } from './members.ts';

const quote = 34;
const backslash = 92;

function unescaped(bytes: Buffer, from: number, to: number): string {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', from, to));
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

/** The string that is a member of what was scanned last; null where it is missing or no string. */
export function stringAt(bytes: Buffer, { starts, ends }: Members, place: number): string | null {
  const [from, to] = [starts[place] ?? 0, ends[place] ?? 0];
  if (to === 0 || bytes[from] !== quote) return null;
  let isAscii = true;
  for (let at = from + 1; at < to - 1; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === backslash) return unescaped(bytes, from, to);
    if (byte >= 128) isAscii = false;
  }
  return bytes.toString(isAscii ? 'latin1' : 'utf8', from + 1, to - 1);
}

/** The JSON of a member as it is written; empty where it is missing or null. */
export function textAt(bytes: Buffer, { starts, ends }: Members, place: number): string {
  const [from, to] = [starts[place] ?? 0, ends[place] ?? 0];
  // Four letters: null.
  return to === 0 || (to - from === 4 && bytes[from] === 110) ? '' : bytes.toString('utf8', from, to);
}
