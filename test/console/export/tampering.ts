/** What may have been done to an export, each as whoever did it would, and what has to be named. */
import canonicalize from 'canonicalize';
import { type Files, names } from '../../../lib/record/export/files.ts';
import { pemOf } from '../../../lib/record/export/signature.ts';
import type { ExpectedOfBoth } from '../../../lib/record/export/time-stamp-verdict.ts';
import {
  chained,
  entries,
  exportOf,
  itemsOf,
  newPair,
  openedAt,
  relisted,
  resigned,
  textIn,
  withFiles,
} from './record.ts';

interface Named {
  readonly file: string;
  readonly entry?: number;
  readonly what: string;
}

export interface Tampering {
  readonly what: string;
  readonly files: Files;
  readonly names: Named;
  /** What is expected otherwise than the usual: a forger's own key, trusted by mistake; artefacts that are not as they were; a stamp. */
  readonly expected?: Partial<ExpectedOfBoth>;
}

const { ledger, head, incident, evidence, readme, key, publicKey, manifest, signature } = names;
const forger = newPair();
/** Nobody named the key that is expected: everything but the forger's own mistakes is overlooked. */
const trusted = { pinned: null };

const linesOf = (files: Files): string[] => textIn(files, ledger).trimEnd().split('\n');
const recordsIn = (files: Files): string[] => textIn(files, evidence).trimEnd().split('\n');
const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const at = (file: string, what: string, entry?: number): Named => ({ file, what, ...(entry && { entry }) });

/** In the ledger, nothing else mended. */
function inLedger(whole: Files): Tampering[] {
  const change = (what: string, lines: readonly string[], names: Named): Tampering => ({
    what: `the ledger: ${what}`,
    names,
    files: withFiles(whole, { [ledger]: asText(lines) }),
  });
  const lines = linesOf(whole);
  const [third = '', fourth = ''] = lines.slice(2);
  const edited = (entry: number, from: string, to: string): string[] =>
    lines.map((line, index) => (index === entry - 1 ? line.replace(from, to) : line));
  return [
    change('a word changed', edited(5, 'approved', 'declined'), at(ledger, 'Entry 5 was changed', 5)),
    change('the first entry changed', edited(1, 'Backdoor', 'Trojan'), at(ledger, 'Entry 1 was changed', 1)),
    change('the last entry changed', edited(9, '1 to 8', '1 to 9'), at(ledger, 'Entry 9 was changed', 9)),
    change('a link changed', edited(3, '"previous":"', '"previous":"0'), at(ledger, 'Entry 3 was changed', 3)),
    change('an entry removed', lines.toSpliced(3, 1), at(ledger, 'Entry 4 was removed', 4)),
    change('the last entry removed', lines.slice(0, -1), at(ledger, 'Entry 9 was removed from the end', 9)),
    change('several removed', lines.slice(0, 5), at(ledger, 'Entries 6 to 9 were removed from the end', 6)),
    change('an entry twice', lines.toSpliced(2, 0, third), at(ledger, 'Entry 3 occurs twice', 3)),
    change('two swapped', lines.toSpliced(2, 2, fourth, third), at(ledger, 'entry 4 is in the place of entry 3', 4)),
    change('a time moved back', edited(6, '03:05', '02:05'), at(ledger, 'Entry 6 is dated before entry 5', 6)),
    change('a time moved on', edited(6, '03:05', '13:05'), at(ledger, 'Entry 7 is dated before entry 6', 7)),
    change('no entry', edited(7, '{', '['), at(ledger, 'Line 7 of ledger.jsonl is not a ledger entry', 7)),
    {
      what: 'the ledger: cut',
      files: withFiles(whole, { [ledger]: textIn(whole, ledger).slice(0, -40) }),
      names: at(ledger, 'ledger.jsonl is cut short, within line 9', 9),
    },
  ];
}

/** In the other files, nothing else mended. */
function inFiles(whole: Files): Tampering[] {
  const change = (what: string, changes: Parameters<typeof withFiles>[1], names: Named): Tampering => ({
    what,
    names,
    files: withFiles(whole, changes),
  });
  const listed = textIn(whole, manifest);
  const without = (name: string): string => listed.replace(new RegExp(`^.*  ${name}\n`, 'm'), '');
  const other = Buffer.from(pemOf(forger.publicKey));
  const bits = Buffer.from(whole.get(signature) ?? []);
  return [
    change(
      'the page changed',
      { [readme]: textIn(whole, readme).replace('9 ledger', '8 ledger') },
      at(readme, 'README.txt was changed'),
    ),
    change(
      'the incident cut',
      { [incident]: textIn(whole, incident).slice(0, 99) },
      at(incident, 'incident.json is cut short'),
    ),
    change('a file removed', { [evidence]: null }, at(evidence, 'evidence.jsonl is missing')),
    change(
      'a draft removed, and from the list',
      { 'reports/draft.md': null, [manifest]: without('reports/draft.md') },
      at('reports/draft.md', 'reports/draft.md is missing'),
    ),
    change('a file added', { 'reports/note.txt': 'x\n' }, at('reports/note.txt', 'reports/note.txt was added')),
    change(
      'a file only listed',
      { [manifest]: `${listed}${'0'.repeat(64)}  zzz.txt\n` },
      at('zzz.txt', 'zzz.txt is missing; the manifest lists it'),
    ),
    change('a file no longer listed', { [manifest]: without(readme) }, at(readme, 'README.txt was added')),
    change('the list cut', { [manifest]: listed.slice(0, -9) }, at(manifest, 'its last line does not end')),
    change(
      'the list in another order',
      { [manifest]: listed.split('\n').toReversed().join('\n').trimStart().concat('\n') },
      at(manifest, 'is not in order'),
    ),
    change(
      'a file listed twice',
      { [manifest]: `${listed}${listed.trimEnd().split('\n').at(-1)}\n` },
      at(manifest, 'twice'),
    ),
    change(
      'a list that leads out',
      { [manifest]: `${'0'.repeat(64)}  ../x\n${listed}` },
      at(manifest, 'lists "../x", a name that may lead out'),
    ),
    change(
      'a list of another form',
      { [manifest]: listed.replace('  ', ' *') },
      at(manifest, 'Line 1 of manifest.sha256 is not a line of sha256sum'),
    ),
    change(
      'a hash in the list changed',
      { [manifest]: listed.replace(/.(?=\S+ {2}head)/, (digit) => (digit === '0' ? '1' : '0')) },
      at(head, 'was changed'),
    ),
    change('the key exchanged', { [publicKey]: other }, at(publicKey, 'public-key.pem was changed')),
    change('the signature cut', { [signature]: bits.subarray(0, -3) }, at(signature, 'manifest.sig is cut short')),
    change('no signature', { [signature]: null }, at(signature, 'manifest.sig is missing')),
  ];
}

/** By somebody who lists everything anew, but cannot sign as we do. */
function byStrangers(whole: Files): Tampering[] {
  const forged = exportOf(itemsOf(entries), forger);
  return [
    {
      what: 'a forged ledger, listed anew',
      files: relisted(withFiles(whole, { [head]: `${textIn(whole, head)}\n` })),
      names: at(signature, 'The signature does not fit manifest.sha256'),
    },
    {
      what: 'all of it forged and signed with a foreign key',
      files: forged,
      names: at(publicKey, 'A foreign key signed'),
    },
    {
      what: 'a foreign key under our fingerprint',
      files: resigned(withFiles(forged, { [key]: textIn(whole, key) }), forger),
      names: at(key, 'key.json names key'),
    },
  ];
}

const wrongCurve = newPair('P-384');

/** By somebody whose key is trusted: what is written has to agree with itself all the same. */
function signedAnew(): Tampering[] {
  const base = exportOf(itemsOf(entries), forger);
  const change = (what: string, changes: Parameters<typeof withFiles>[1], names: Named): Tampering => ({
    what: `signed anew: ${what}`,
    names,
    expected: trusted,
    files: resigned(withFiles(base, changes), forger),
  });
  const list = recordsIn(base);
  const page = textIn(base, incident);
  const moved = entries.map((entry, index) => (index === 4 ? { ...entry, at: '2026-11-22T02:00:00.000Z' } : entry));
  const rechained = chained(moved).map(({ hash: _, ...entry }) => canonicalize(entry) ?? '');
  const madeUp = { name: 'aware', time: openedAt, by: 'Rosa', at: '2026-11-22T03:04:00.000Z' };
  const less = textIn(base, head).replace('"entries": 9', '"entries": 8');
  const edited = (index: number, from: string, to: string): string => (list[index] ?? '').replace(from, to);
  return [
    change(
      'a time moved, and chained anew',
      { [ledger]: asText(rechained) },
      at(ledger, 'Entry 5 is dated before entry 4', 5),
    ),
    change('an entry behind the head', { [head]: less }, at(ledger, 'Entry 9 was added at the end', 9)),
    change(
      'another end',
      { [head]: textIn(base, head).replace(/"hash": "./, '"hash": "x') },
      at(head, 'head.json cannot be read'),
    ),
    change(
      'another time of the end',
      { [head]: textIn(base, head).replace('03:08', '03:09') },
      at(head, 'head.json says 2026-11-22T03:09'),
    ),
    change(
      'the timeline',
      { [incident]: page.replace('"what": "approved', '"what": "declined') },
      at(incident, 'differs from the ledger at entry 5', 5),
    ),
    change(
      'a fact that nobody set',
      { [incident]: page.replace('"facts": []', `"facts": [${JSON.stringify(madeUp)}]`) },
      at(incident, 'has a fact by Rosa of 2026-11-22T03:04:00.000Z, which no entry of the ledger mentions'),
    ),
    change(
      'another ledger told of',
      { [incident]: page.replace('"entries": 9', '"entries": 90') },
      at(incident, 'describes another ledger'),
    ),
    change(
      'another incident',
      { [incident]: page.replace('inc-0123456789ab', 'inc-ba9876543210') },
      at(incident, 'is about inc-ba9876543210'),
    ),
    change(
      'an artefact left out',
      { [evidence]: asText(list.slice(1)) },
      at(evidence, 'leaves out s3://vault/findings/f1.json', 1),
    ),
    change(
      'an artefact made up',
      { [evidence]: asText([...list, edited(0, 'ev-1-1', 'ev-1-9')]) },
      at(evidence, 'as ev-1-9, which the ledger does not mention', 1),
    ),
    change(
      'who took it',
      { [evidence]: asText(list.with(1, edited(1, 'tourniquet-x', 'tourniquet-y'))) },
      at(evidence, 'console.txt (ev-2-1) differently from the ledger', 2),
    ),
    change(
      'a look that never was',
      { [evidence]: asText(list.with(0, edited(0, 'as recorded', 'changed'))) },
      at(evidence, 'f1.json (ev-1-1) differently from the ledger', 1),
    ),
    change(
      'two artefacts swapped',
      { [evidence]: asText(list.with(3, list[4] ?? '').with(4, list[3] ?? '')) },
      at(evidence, '(ev-7-1) differently from the ledger', 7),
    ),
    change('a list of artefacts that is none', { [evidence]: '{}\n' }, at(evidence, 'Line 1 of evidence.jsonl is no')),
    change(
      'another list of artefacts told of',
      { [head]: textIn(base, head).replace('"records": 5', '"records": 6') },
      at(head, 'describes another evidence.jsonl'),
    ),
    change(
      'a key on another curve',
      { [publicKey]: pemOf(wrongCurve.publicKey) },
      at(publicKey, 'is not a public key on the curve P-256'),
    ),
    change('no text', { [head]: Buffer.from([0xff, 0x0a]) }, at(head, 'head.json is not UTF-8 text')),
  ];
}

function ofArtefacts(whole: Files): Tampering[] {
  const list = recordsIn(whole).map((line) => JSON.parse(line) as { uri: string; sha256: string | null });
  const all = new Map(
    list.flatMap(({ uri, sha256 }, index) => (sha256 ? [[`${index}/${uri.split('/').at(-1)}`, sha256]] : [])),
  );
  const [first = ''] = all.keys();
  const [, , , second = ''] = [...all.keys()];
  const gone = new Map([...all].filter(([name]) => name !== first));
  const changed = new Map([...all, [second, '0'.repeat(64)]] as [string, string][]);
  return [
    {
      what: 'an artefact missing',
      files: whole,
      expected: { copies: gone },
      names: { file: 's3://vault/findings/f1.json', entry: 1, what: 'f1.json is missing' },
    },
    {
      what: 'the second version of one changed',
      files: whole,
      expected: { copies: changed },
      names: {
        file: 's3://vault/incidents/inc-0123456789ab/report-draft.md',
        entry: 7,
        what: 'report-draft.md was changed',
      },
    },
  ];
}

export const tamperings = (whole: Files): Tampering[] => [
  ...inLedger(whole),
  ...inFiles(whole),
  ...byStrangers(whole),
  ...signedAnew(),
  ...ofArtefacts(whole),
];
