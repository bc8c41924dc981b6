import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { call, own, session } from './a-record.ts';
import { delivered } from './logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'timeline-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const logs = join(folder, 'logs.json');
const ours = { userIdentity: session('tourniquet-contain', 'a-run'), eventID: '00000000-0000-4000-8000-00000000000a' };
writeFileSync(logs, delivered(call('iam:CreateUser', { userName: 'backup' }), call('iam:PutUserPolicy', {}, ours)));
const mallory = `arn:aws:iam::${own}:user/mallory`;
const config = join(folder, 'config.json');
writeFileSync(config, JSON.stringify({ hub: own, approvers: [], regimes: [] }));

const run = (...words: string[]): string =>
  execFileSync(process.execPath, ['bin/tourniquet.ts', 'timeline', logs, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

test('--json prints one object a line, wherever it is typed, and --explain why', () => {
  const events = run('--explain', '--config', config, '--json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ labels, normal }) => [labels.length, normal])).toEqual([
    [1, null],
    [0, 'own-act'],
  ]);
  expect(events.map(({ why }) => why[0])).toEqual([
    expect.stringMatching(/^user: /),
    expect.stringMatching(/^own-act: /),
  ]);
});

test('--threads names the thread of each event, and --behaviour what was new', () => {
  const [first] = run('--threads', '--json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first.thread).toEqual({ name: mallory, via: null, links: ['address:203.0.113.77', 'resource:backup'] });
  const facts = run('--behaviour', '--identity', mallory, '--around', '2026-11-20T14:00Z', '--json');
  expect(JSON.parse(facts)).toMatchObject({ from: '2026-11-20T13:00:00Z', within: 1, before: 0, knownSince: null });
  expect(run('--behaviour', '--identity', mallory, '--around', '2026-11-20T14:00Z')).toMatch(
    /all is new[\s\S]*call +iam:CreateUser +1 ×/,
  );
  expect(() => run('--behaviour', '--identity', mallory)).toThrow();
});

test('a person reads why below the event; what has no place for it says so', () => {
  expect(run('--explain')).toMatch(/iam:CreateUser .*T1136\.003.*\n {4}user: A user was made; ATT&CK v19/);
  expect(() => run('--explain', '--format', 'csv')).toThrow();
});
