import { cutOff, type Fault, pastNumber, pastText, pastWord, refused, shown, syntax } from './json-token.ts';

interface Level {
  readonly begins: number;
  /** The keys of an object so far; null for a list. */
  readonly keys: Set<string> | null;
}

/** Reads one token and sets what has to come next; at the end of the value, nothing. */
type Step = (scan: Scan) => Fault | null;

interface Scan {
  readonly all: string;
  readonly open: Level[];
  at: number;
  values: number;
  next: Step | null;
  /** What makes the value doubtful, should all of it be JSON. */
  doubt: Fault | null;
}

/** Findings are a dozen levels deep. What is far deeper was made to exhaust whoever reads it. */
const deepest = 64;
/** A finding of 4 KB has about 150 values, 200 MB of them 7.5 million. What has far more does not fit into Node's memory. */
const mostValues = 10_000_000;
/** No finding has a hundred, not even in its tags; a set breaks at 16 million. */
const mostKeys = 10_000;

const longestKey = 60;

/** The text is over, or something else stands where `wanted` belongs. */
function unexpected({ all, at, open }: Scan, wanted: string): Fault {
  const level = open.at(-1);
  if (level && at >= all.length) return cutOff(level.begins, level.keys ? 'an object' : 'a list');
  return syntax(at, (where) => `It is not JSON: found ${shown(all, at)} instead of ${wanted} at ${where}.`);
}

function opening(scan: Scan, keys: Set<string> | null): Fault | null {
  const { at, open } = scan;
  if (open.length === deepest)
    return refused(at, (where) => `It is nested deeper than ${deepest} levels at ${where}; no finding is.`);
  open.push({ begins: at, keys });
  scan.at++;
  scan.next = keys ? firstKey : firstItem;
  return null;
}

const closing: Step = (scan) => {
  scan.open.pop();
  scan.at++;
  scan.next = more;
  return null;
};

const value: Step = (scan) => {
  const { all, at } = scan;
  if (++scan.values > mostValues) return refused(at, () => `It holds more than ${mostValues} values: split it.`);
  const first = all[at] ?? '';
  if (first === '{') return opening(scan, new Set());
  if (first === '[') return opening(scan, null);
  const digits = (first >= '0' && first <= '9') || first === '-';
  const end = first === '"' ? pastText(all, at) : (pastWord(all, at) ?? (digits ? pastNumber(all, at) : null));
  if (end === null) return unexpected(scan, 'a value');
  if (typeof end !== 'number') return end;
  scan.at = end;
  scan.next = more;
  return null;
};

const firstItem: Step = (scan) => (scan.all[scan.at] === ']' ? closing(scan) : value(scan));
const firstKey: Step = (scan) => (scan.all[scan.at] === '}' ? closing(scan) : key(scan));

/**
 * JSON.parse would keep the last of two keys that are the same, and not say so. `\u0061` is the same as `a`. Whether the rest is JSON is
 * still to be seen: of several lines each may be a value of its own.
 */
function remember(scan: Scan, begins: number, end: number): Fault | null {
  const keys = scan.open.at(-1)?.keys;
  const raw = scan.all.slice(begins + 1, end - 1);
  const name: string = raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw;
  if (keys?.has(name)) {
    const called = JSON.stringify(name.slice(0, longestKey));
    const says = (where: string) => `One object has the key ${called} twice, the second time at ${where}: keep one.`;
    scan.doubt ??= refused(begins, says);
  }
  keys?.add(name);
  return keys && keys.size > mostKeys
    ? refused(begins, () => `It has an object with more than ${mostKeys} keys.`)
    : null;
}

const key: Step = (scan) => {
  const { all, at } = scan;
  if (all[at] !== '"') return unexpected(scan, 'a key in double quotes');
  const end = pastText(all, at);
  if (typeof end !== 'number') return end;
  const fault = remember(scan, at, end);
  if (fault) return fault;
  scan.at = pastSpace(all, end);
  if (all[scan.at] !== ':') return unexpected(scan, 'a colon');
  scan.at++;
  scan.next = value;
  return null;
};

/** After a value: a comma, the end of the list or object it is in, or the end of all. */
const more: Step = (scan) => {
  const level = scan.open.at(-1);
  const found = scan.all[scan.at];
  if (!level) {
    scan.next = null;
    return found === undefined ? null : unexpected(scan, 'the end');
  }
  if (found === (level.keys ? '}' : ']')) return closing(scan);
  if (found !== ',') return unexpected(scan, level.keys ? 'a comma or }' : 'a comma or ]');
  scan.at++;
  scan.next = level.keys ? key : value;
  return null;
};

function pastSpace(all: string, at: number): number {
  let end = at;
  for (;;) {
    const code = all.charCodeAt(end);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return end;
    end++;
  }
}

/**
 * What is wrong with a text that should be one JSON value: where it stops being JSON, else the first key an object has twice; null where
 * JSON.parse may read it. Walks the text once and keeps its
 * own stack, so that no text makes it slow or exhausts it.
 */
export function faultIn(text: string): Fault | null {
  const scan: Scan = { all: text, open: [], at: 0, values: 0, next: value, doubt: null };
  while (scan.next) {
    scan.at = pastSpace(text, scan.at);
    const fault = scan.next(scan);
    if (fault) return fault;
  }
  return scan.doubt;
}
