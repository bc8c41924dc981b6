import { keySpelt, spellings } from './spelling.ts';

/** One thing done to one place of a value; the numbers choose, whatever they are. */
export interface Change {
  readonly where: number;
  readonly how: number;
  readonly what: number;
}

type Entry = readonly [key: string, value: unknown];
type Edit = (entry: Entry, what: number) => readonly Entry[];

function chosen<T>(all: readonly T[], which: number): T {
  const [found] = all.slice(Math.abs(Math.trunc(which)) % all.length);
  if (found === undefined) throw new Error('There is nothing to choose from.');
  return found;
}

const big = 100_000;

/** Texts that make a careless regular expression slow, a terminal misbehave, or a map find what nobody put there. */
const hostile: readonly string[] = [
  '',
  ' ',
  '****',
  'NaN',
  'Infinity',
  '-1',
  '1e999',
  '-0',
  '0x10',
  'null',
  'high',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'arn:aws:::',
  'arn:aws:s3:::',
  'arn:::::',
  '11111111111',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202egpj.exe\u2066',
  '\ud800',
  '\udc00\ud800',
  'a\u0000b',
  'a\r\nb',
  '\u2028',
  '[SAMPLE] ',
  '\u00df\u0130\ufb01',
  '9'.repeat(400),
  '{"a":',
  '[[[[',
  '{"sample":true,"drill":true}',
  '['.repeat(5000),
  '{"a":'.repeat(5000),
  ...['a', '_', ' ', '-', '-a', '/', '/a', ':', '.', '.1', '*', '\n', '\u00e4', '0', '1_', '"', '\\'].map((one) =>
    one.repeat(big / one.length),
  ),
  ...['arn:', 'arn:aws:s3:::a/', 'AWS::A::', 'TTPs/', 'function:', 'task/a/', '/v/1.', 'A:', 'A:B-'].map((one) =>
    one.repeat(10_000),
  ),
];

const deep = (levels: number): string => `${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`;

/** Values that stand where nobody expects them, as JSON: each is made anew, so that a later change may change it again. */
const odd: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1e308',
  '-1e308',
  '0.1',
  '8.95',
  '9007199254740993',
  '8.64e15',
  '{}',
  '[]',
  '[null]',
  '[[]]',
  '[{}]',
  '{"": ""}',
  '{"a": {"b": {"c": []}}}',
  '[[[[[[[["x"]]]]]]]]',
  '["x", 1, null, {}]',
  '{"__proto__": {"name": "x", "id": "x", "arn": "x"}, "constructor": {"prototype": null}, "toString": 1}',
  '{"length": 1000000000}',
  '{"toJSON": "x", "valueOf": "y", "then": "z"}',
  deep(20),
  deep(40),
  deep(2000),
  ...hostile.map((text) => JSON.stringify(text)),
];

const keys: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  ' ',
  '0',
  'id',
  'type',
  'severity',
  'classUid',
  'detail',
  'Findings',
  'resource_type',
  'service.action',
  'aws/guardduty/service/count',
  'aws/guardduty/service/a/b/c',
  '\u001b[2J',
  '\ud800',
  `a${'_'.repeat(big)}`,
  'k'.repeat(big),
  `${'a/'.repeat(5000)}`,
  `aws/guardduty/service${'/a'.repeat(5000)}`,
];

/** A state machine takes 256 KB (Step Functions developer guide, "Quotas"): a list is grown to 1,000 entries, and to no more than that. */
const mostText = 262_144;

/** So many entries, and each with other ids, so that none is taken for another. */
function grown(value: unknown): unknown {
  const entries = Array.isArray(value) && value.length > 0 ? value : [value];
  const text = JSON.stringify(entries);
  const times = Math.max(1, Math.min(Math.ceil(1000 / entries.length), Math.floor(mostText / text.length)));
  return Array.from({ length: times }, (_, at): unknown[] =>
    JSON.parse(text.replaceAll(/[0-9a-f]{4}(?=")/g, at.toString(16).padStart(4, '0'))),
  ).flat();
}

const again = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const edits: readonly Edit[] = [
  ([key], what) => [[key, JSON.parse(chosen(odd, what))]],
  ([key, value], what) => [[key, typeof value === 'string' ? value + chosen(hostile, what) : chosen(hostile, what)]],
  ([key, value], what) => [
    [key, typeof value === 'string' ? chosen(hostile, what) + value : Number(chosen(hostile, what))],
  ],
  () => [],
  ([key, value], what) => [
    [key, value],
    [keySpelt(key, chosen(spellings, what)), JSON.parse(chosen(odd, what))],
  ],
  ([key, value], what) => [
    [keySpelt(key, chosen(spellings, what)), JSON.parse(chosen(odd, what))],
    [key, value],
  ],
  ([, value], what) => [[chosen(keys, what), value]],
  ([key, value], what) => [
    [key, value],
    [chosen(keys, what), again(value)],
  ],
  ([key, value]) => [[key, grown(value)]],
  ([key, value]) => [[key, [value]]],
  ([key, value]) => [[key, { [key]: value }]],
  ([key, value]) => [[key, JSON.stringify(value)]],
];

interface Place {
  readonly holder: object;
  readonly key: string;
}

/** As deep as anything is read; some values are far deeper. */
const deepest = 64;

function placesIn(value: unknown, depth = 0, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || depth > deepest) return found;
  for (const [key, inner] of Object.entries(value)) {
    found.push({ holder: value, key });
    placesIn(inner, depth + 1, found);
  }
  return found;
}

/** Assigning to `__proto__` would change the prototype instead. */
function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function edit({ holder, key }: Place, change: (entry: Entry) => readonly Entry[]): void {
  const entries = Object.entries(holder);
  const after = entries.flatMap((entry) => (entry[0] === key ? change(entry) : [entry]));
  for (const [name] of entries) Reflect.deleteProperty(holder, name);
  if (Array.isArray(holder)) holder.length = 0;
  after.forEach(([name, value], at) => {
    put(holder, Array.isArray(holder) ? String(at) : name, value);
  });
}

/** A copy of a JSON value with these changes, as JSON has it: NaN becomes null, as on its way to us. */
export function changed(value: unknown, changes: readonly Change[]): unknown {
  // In a list, so that the value itself may be changed, too.
  const around = [again(value)];
  for (const { where, how, what } of changes) {
    const places = placesIn(around);
    const place = places[Math.abs(Math.trunc(where)) % places.length];
    if (place) edit(place, (entry) => chosen(edits, how)(entry, what));
  }
  return again(around.length === 1 ? around[0] : around);
}
