import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { typed } from '../console/typed.ts';
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

/** What the command prints, of which nothing is expected but that it does. */
async function run(...words: string[]): Promise<string> {
  const { code, stdout } = await typed(['timeline', logs, ...words]);
  expect(code).toBe(0);
  return stdout;
}
const codeOf = async (...words: string[]) => (await typed(['timeline', logs, ...words])).code;

test('--json prints one object a line, wherever it is typed, and --explain why', async () => {
  const printed = await run('--explain', '--config', config, '--json');
  const events = printed
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

test('--threads names the thread of each event, and --behaviour what was new', async () => {
  const first = JSON.parse((await run('--threads', '--json')).split('\n')[0] ?? '');
  expect(first.thread).toEqual({ name: mallory, via: null, links: ['address:203.0.113.77', 'resource:backup'] });
  const facts = await run('--behaviour', '--identity', mallory, '--around', '2026-11-20T14:00Z', '--json');
  expect(JSON.parse(facts)).toMatchObject({ from: '2026-11-20T13:00:00Z', within: 1, before: 0, knownSince: null });
  expect(await run('--behaviour', '--identity', mallory, '--around', '2026-11-20T14:00Z')).toMatch(
    /all is new[\s\S]*call +iam:CreateUser +1 ×/,
  );
  expect(await codeOf('--behaviour', '--identity', mallory)).toBe(2);
});

test('a person reads why below the event; what has no place for it says so', async () => {
  expect(await run('--explain')).toMatch(/iam:CreateUser .*T1136\.003.*\n {4}user: A user was made; ATT&CK v19/);
  expect(await codeOf('--explain', '--format', 'csv')).toBe(2);
});

const claim = {
  who: 'Rosa',
  when: '2026-11-20T16:00:00Z',
  said: 'that was me',
  about: { identity: 'mallory' },
  holds: { address: '203.0.113.77' },
};
const claimFile = (name: string, value: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(value));
  return join(folder, name);
};

test('--format radius and vector are text for people, and one object for machines', async () => {
  const radius = JSON.parse(await run('--format', 'radius', '--json'));
  expect(radius).toMatchObject({ actors: [{ id: mallory }, expect.anything()], couldHave: { connections: [] } });
  expect(await run('--format', 'radius')).toMatch(/^Blast radius: .*reached/);
  const said = claimFile('claim.json', [claim]);
  const vector = JSON.parse(await run('--format', 'vector', '--claim', said, '--json'));
  expect(vector.claims).toMatchObject([{ verdict: 'supported', claim }]);
  expect(vector.checks).toHaveLength(10);
  expect(await run('--format', 'vector', '--claim', said)).toMatch(
    /First sign: .*T1136\.003[\s\S]*“that was me” \(Rosa, /,
  );
  expect(await run('--format', 'page', '--claim', said)).toContain('id="claims"');
});

test('a claim that is misspelt, or has no place, is refused before anything is read', async () => {
  const wrong = claimFile('wrong.json', [claim, { ...claim, holds: { adress: '203.0.113.77' } }]);
  const { code, stderr } = await typed(['timeline', logs, '--format', 'vector', '--claim', wrong]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/wrong\.json: 1\.holds\.adress: unknown key; did you mean "address"/),
  });
  expect(await codeOf('--claim', wrong)).toBe(2);
  expect(await codeOf('--format', 'vector', '--claim', join(folder, 'none.json'))).toBe(2);
  expect(
    await codeOf(
      '--format',
      'vector',
      '--claim',
      claimFile('net.json', { ...claim, about: { address: '203.0.113.0/99' } }),
    ),
  ).toBe(2);
});

test('--rights is what the account authorization details say, and nothing else', async () => {
  const details = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
  const file = claimFile('rights.json', {
    ...details,
    UserDetailList: [
      {
        Arn: mallory,
        UserPolicyList: [
          { PolicyName: 'all', PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } },
        ],
      },
    ],
  });
  const { couldHave } = JSON.parse(await run('--format', 'radius', '--rights', file, '--json'));
  expect(couldHave.connections).toContainEqual(expect.objectContaining({ from: mallory, how: 'held' }));
  expect(await codeOf('--rights', file)).toBe(2);
  const wrong = await typed(['timeline', logs, '--format', 'radius', '--rights', claimFile('no.json', { Users: [] })]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('get-account-authorization-details') });
});
