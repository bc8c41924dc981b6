/** An incident as one timeline, on a stand-in of its deployment: what is fetched, what is not read, and what is said. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
