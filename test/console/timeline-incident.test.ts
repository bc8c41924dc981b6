/** An incident as one timeline, on a stand-in of its deployment: what is fetched, what is not read, and what is said. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { kinds } from '../../lib/domain/logs.ts';
import type { Item } from '../../lib/items/item.ts';
import { receiptItem } from '../../lib/items/receipt.ts';
import { call, own, session } from '../timeline/a-record.ts';
import { delivered } from '../timeline/logs.ts';
import { entries, incident, itemsOf, sha256 } from './export/record.ts';
import { type Held, standIn } from './stand-in-of-vault.ts';
import { typed } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'timeline-incident-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'config.json');
writeFileSync(config, JSON.stringify({ hub: own, approvers: [], regimes: [] }));

const act = (name: string, eventID: string, eventTime: string) =>
  call('iam:PutUserPolicy', {}, { userIdentity: session('tourniquet-contain', name), eventID, eventTime });
const trail = gzipSync(
  delivered(
    act('a-run', 'b', '2026-11-20T14:20:00Z'),
    act('no-run', 'c', '2026-11-20T14:30:00Z'),
    call('iam:CreateUser', { userName: 'backup' }),
  ),
);
const flows = `2 ${own} eni-0a1b2c3d 198.51.100.7 10.0.0.5 443 51000 6 10 840 1763647200 1763647260 ACCEPT OK\n`;

const logs = [
  { kind: 'audit-logs', name: 'logs/audit/trail.json.gz', bytes: trail },
  { kind: 'network-logs', name: 'logs/network/flows.log', bytes: flows },
  { kind: 'instance-metadata', name: 'instance.json', bytes: '{}' },
];
const pathOf = (name: string): string => `/vault/incidents/${incident}/${name}`;
const evidence = logs.map(({ kind, name, bytes }) => ({
  kind,
  uri: `s3:/${pathOf(name)}`,
  version: `of ${kind}`,
  sha256: sha256(bytes),
  acquiredAt: '2026-11-20T15:00:00.000Z',
}));

const rows = kinds.map((kind) => ({ kind, state: 'available', from: null, to: null, words: 'w', sealed: 1, left: [] }));
const network = {
  ...rows[1],
  state: 'gap',
  from: '2026-11-20T13:00:00.000Z',
  to: '2026-11-20T14:00:00.000Z',
  words: 'fl-1 is younger',
};
const table = rows.map((row, at) => [row, network, row, row, row, { ...row, state: 'denied' }][at] ?? row);
const receipt = {
  ...receiptItem.key(incident, 'a-run', 'collect-logs', 'run'),
  run: 'a-run',
  step: 'collect-logs',
  operation: 'run',
  of: 'an-arn',
  at: '2026-11-20T15:00:00.000Z',
  means: 'good',
  result: { outcome: 'recorded', logs: table },
};

function itemsWith(artefacts: readonly object[]): Item[] {
  const [opened] = entries;
  const detail = { run: 'a-run', result: { outcome: 'recorded', evidence: artefacts } };
  const step = { at: '2026-11-22T03:01:00.000Z', kind: 'step', actor: 'collect-logs', what: 'recorded', detail };
  return [...itemsOf(opened ? [opened, step] : []), receipt];
}
const objects = new Map<string, string | Uint8Array>(logs.map(({ name, bytes }) => [pathOf(name), bytes]));

/** What the command prints; nothing of what it fetched is left behind. */
async function tell(held: Held, ...words: string[]) {
  using api = await standIn(held);
  const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
  const ended = await typed(['timeline', incident, '--config', config, ...words], { ...api.env, TMPDIR });
  expect(readdirSync(TMPDIR)).toEqual([]);
  return { ...ended, fetched: api.fetched };
}
const eventsIn = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('its sealed logs are one timeline, under their names in the vault; own acts are those of its runs', async () => {
  const { code, stdout, stderr, fetched } = await tell({ items: itemsWith(evidence), objects }, '--explain', '--json');
  expect({ code, fetched: fetched.toSorted() }).toEqual({
    code: 0,
    fetched: [
      `${pathOf('logs/audit/trail.json.gz')} of audit-logs`,
      `${pathOf('logs/network/flows.log')} of network-logs`,
    ],
  });
  expect(eventsIn(stdout).map(({ action, normal, source }) => [action, normal, source.file])).toEqual([
    ['ACCEPT', null, evidence[1]?.uri],
    ['iam:CreateUser', null, evidence[0]?.uri],
    ['iam:PutUserPolicy', 'own-act', evidence[0]?.uri],
    ['iam:PutUserPolicy', null, evidence[0]?.uri],
  ]);
  expect(eventsIn(stdout)[2].why).toEqual([expect.stringMatching(/^own-act: .*named after a run: a-run; /)]);
  const said = stderr.trimEnd().split('\n');
  expect(said).toHaveLength(kinds.length + 1);
  expect(said).toContain('tourniquet: audit: available: w');
  expect(said).toContain(
    'tourniquet: network: gap 2026-11-20T13:00:00.000Z to 2026-11-20T14:00:00.000Z: fl-1 is younger',
  );
  expect(said).toContain('tourniquet: database: denied: w');
  expect(JSON.parse(said.at(-1) ?? '')).toEqual({ read: 4, events: 4, merged: 0, unreadable: 0 });
});

test('the same options hold as for files', async () => {
  const held = { items: itemsWith(evidence), objects };
  const { stdout } = await tell(held, '--identity', `arn:aws:iam::${own}:user/mallory`, '--json');
  expect(eventsIn(stdout).map(({ action }) => action)).toEqual(['iam:CreateUser']);
  const around = await tell(held, '--around', '2026-11-20T14:30Z', '--within', '5', '--format', 'csv');
  expect(around.stdout.trim().split('\n').slice(1)).toEqual([expect.stringContaining('no-run')]);
});

test('what is not as recorded, or gone, is named and not read, and the rest is', async () => {
  const changed = new Map([...objects, [pathOf('logs/audit/trail.json.gz'), delivered(call('iam:DeleteUser'))]]);
  const one = await tell({ items: itemsWith(evidence), objects: changed }, '--json');
  expect(one.code).toBe(1);
  expect(eventsIn(one.stdout).map(({ action }) => action)).toEqual(['ACCEPT']);
  expect(one.stderr).toMatch(/ev-2-1 s3:\S+trail\.json\.gz: It is not read: its SHA-256 is [0-9a-f]{64}, and that on/);
  expect(one.stderr).toMatch(/Of 2 sealed logs of inc-\w+ 1 were not read\.\n.*"unreadable":1}\n$/);

  const none = await tell({ items: itemsWith(evidence), objects: new Map() }, '--json');
  expect(none).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/fetched, and is not read.*NoSuchKey/),
  });
  expect(none.stderr).toContain(`None of 2 sealed logs of ${incident} could be read.`);
});

test('without sealed logs it says so, and what there is of logs', async () => {
  const said = await tell({ items: itemsWith(evidence.slice(2)), objects });
  expect(said).toMatchObject({ code: 2, stdout: '', fetched: [] });
  expect(said.stderr).toContain('tourniquet: network: gap ');
  expect(said.stderr).toContain(`No logs of ${incident} are sealed: there is nothing to tell.`);
});

test('a broken ledger proves no hash, and that is said', async () => {
  const items = itemsWith(evidence).map((item) => (item.sk === 'LEDGER-HEAD' ? { ...item, hash: 'another' } : item));
  const { code, stderr } = await tell({ items, objects }, '--json');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/ledger of inc-\w+ is broken, so/) });
});

test('an unknown incident, and one among files, are refused in words', async () => {
  expect(await tell({ items: [], objects })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`There is no incident ${incident}.`),
  });
  for (const other of [config, 'inc-000000000000'])
    expect(await tell({ items: [], objects }, other)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(`${incident} is an incident, and goes alone`),
      fetched: [],
    });
});

/** The page that the command writes, and what it says. */
async function paged(held: Held, ...words: string[]) {
  using api = await standIn(held);
  const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
  const file = join(mkdtempSync(join(folder, 'page-')), 'incident.html');
  const ended = await typed(['incident', incident, '--page', file, ...words], { ...api.env, TMPDIR });
  expect(readdirSync(TMPDIR)).toEqual([]);
  return { ...ended, fetched: api.fetched.length, html: readFileSync(file, 'utf8') };
}

test('its page tells of the sealed logs too; without them it says how they are had', async () => {
  const held = { items: itemsWith(evidence), objects };
  const page = await paged(held);
  expect(page).toMatchObject({
    code: 0,
    fetched: 2,
    stderr: expect.stringContaining('Reading 2 sealed logs, 0.0 MB;'),
  });
  expect(page.html).toMatch(/<section id="lanes".*<p>4 events, .*<section id="vector".*<section id="radius"/s);
  const without = await paged(held, '--logs', 'none');
  expect(without).toMatchObject({ code: 0, fetched: 0, stderr: '' });
  expect(without.html).toContain('This page was made without the logs: 2 sealed logs');
  expect(without.html).toMatch(new RegExp(`incident (<bdi>)?${incident} --page FILE --logs all`));
  expect(without.html).not.toContain('<section id="radius"');
});

test('logs that take longer are read for a page where somebody asks for them', async () => {
  const large = itemsWith(evidence.map((one) => ({ ...one, size: 9_000_000 })));
  const some = await paged({ items: large, objects });
  expect(some).toMatchObject({ code: 0, fetched: 0 });
  expect(some.html).toContain('This page leaves out 2 sealed logs, 18.0 MB: more than it reads unless it is asked to.');
  expect(await paged({ items: large, objects }, '--logs', 'all')).toMatchObject({ code: 0, fetched: 2 });
});

test('of logs that are gone or changed the page says so, and has all else', async () => {
  const changed = new Map([...objects, [pathOf('logs/audit/trail.json.gz'), delivered(call('iam:DeleteUser'))]]);
  const part = await paged({ items: itemsWith(evidence), objects: changed });
  expect(part.code).toBe(0);
  expect(part.html).toMatch(
    /Of 2 sealed logs of inc-\w+ 1 were not read.*It is not read: its SHA-256 is.*<p>1 event,/s,
  );
  const none = await paged({ items: itemsWith(evidence), objects: new Map() }, '--logs', 'all');
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('Of 2 sealed logs') });
  expect(none.html).toMatch(
    /id="lanes".*Of 2 sealed logs of inc-\w+ 2 were not read\..*NoSuchKey.*<section id="ledger"/s,
  );
  const nothing = await paged({ items: itemsWith(evidence.slice(2)), objects });
  expect(nothing.html).toContain('No logs of this incident are sealed.');
});
