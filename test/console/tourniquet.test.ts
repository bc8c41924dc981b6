import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { incidentPage, nextAbout } from '../../bin/console/incident-page.ts';
import { regimes, unverified } from '../../lib/domain/clock/regimes.ts';
import { genesis } from '../../lib/domain/ledger.ts';
import type { Item } from '../../lib/items/item.ts';
import { incidentFrom, ledgerOf } from '../../lib/record/incident.ts';
import { invented } from '../fixtures/incident.ts';
import { launched, timed, typed } from './typed.ts';

const patience = { timeout: 600_000 };
/** A file a verb, under its name. */
const verbs = readdirSync(join(import.meta.dirname, '../../bin/verbs')).map((file) => file.replace(/\.ts$/, ''));
const keys = { AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-central-1' };
const controlByte = '\u001b';

describe('help', patience, () => {
  test.for(verbs)(
    'of %s states exit codes and two examples, on standard output, without colour in a pipe',
    async (verb) => {
      const { code, stdout, stderr } = await typed([verb, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Exit codes: 0 done, 1 it failed, 2 wrong usage or unreadable input');
      expect(stdout).toContain('--json');
      expect(stdout.match(new RegExp(`^ {2}npm run -s tourniquet -- ${verb}\\b`, 'gm'))).toHaveLength(2);
      expect(stdout).not.toContain(controlByte);
    },
  );

  test('lists every verb, with less than 300 ms of work', async () => {
    const { stdout } = await typed(['--help']);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^ {2}${verb}\\b`, 'm'));
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      times.push((await timed(['--help'])).milliseconds);
    }
    // The best of five: what else runs takes from caches too.
    expect(Math.min(...times)).toBeLessThan(300);
  });
});

test('as a program of its own it says the same, on the same streams, with the same exit codes', patience, async () => {
  const { AWS_REGION } = keys;
  for (const [words, env, code] of [
    [['clock', '--regime', 'dfars', '--now', '2026-11-20T18:00Z'], {}, 0],
    [['incidents', '--json'], { AWS_REGION }, 1],
    [['incidnt', 'inc-1'], {}, 2],
    [['incidents', '--limt', '3', '--json'], {}, 2],
  ] as const) {
    const [alone, among] = await Promise.all([launched(words, env), typed(words, env)]);
    expect(alone).toEqual(among);
    expect(alone.code).toBe(code);
    expect(alone.stdout + alone.stderr).not.toBe('');
  }
});

describe('wrong usage ends with exit code 2, one line, and the nearest word', patience, () => {
  test.for([
    [[], 'Which verb?'],
    [['incidnt', 'inc-1'], 'Did you mean incident?'],
    [['aprove', 'x'], 'Did you mean approve?'],
    [['aprove', '--help'], 'Did you mean approve?'],
    [['-h', 'nosuchverb'], "unknown command 'nosuchverb'"],
    [['incidents', '--limt', '3'], 'Did you mean --limit?'],
    [['incidents', '--limit', '0'], 'a number from 1 to 9999'],
    [['incident'], "missing required argument 'id'"],
    [['incident', 'a', 'b'], 'too many arguments'],
    [['explain'], "missing required argument 'file-or-type'"],
    [['explian', 'finding.json'], 'Did you mean explain?'],
    [['decline', 'x'], "required option '--reason <text>' not specified"],
    [['decline', 'x', '--reason', ' '], 'Give a reason'],
    [['release', 'inc-1'], "required option '--reason <text>' not specified"],
    [['mode', 'repond'], 'observe, respond'],
    [['doctor', '--only', 'people,trial'], 'Did you mean trail?'],
    [['doctor', '--account', '1234'], 'account ids of 12 digits'],
    [['doctor', '--region', 'frankfurt'], 'Regions such as eu-central-1'],
    [['policies', 'spc'], 'scp, rcp, delegation, responder, auditor, operator'],
    [['dead-letters', 'redrvie'], 'list, redrive'],
    [['dead-letters', 'list', '2f9c1e64'], 'ids go with redrive'],
    [['fact', 'inc-1', 'aware=2026-11-20T14:30Z'], "required option '--reason <text>' not specified"],
    [['fact', 'inc-1', 'awar=2026-11-20T14:30Z', '--reason', 'r'], 'did you mean "aware"?'],
    [['fact', 'inc-1', 'aware=yesterday', '--reason', 'r'], '"yesterday" is not a time'],
    [['filed', 'inc-1', '--regime', 'dfars'], "required option '--reference <text>' not specified"],
    [['filed', 'inc-1', '--regime', 'dfars', '--reference', 'r', '--file', '/nowhere'], 'The file cannot be read'],
    [['filed', 'inc-1', '--regime', 'dfars', '--reference', 'r', '--at', 'noon'], '"noon" is not a time'],
    [['report'], "missing required argument 'incident'"],
    [['report', 'inc-1', '--regime', 'dfar'], 'did you mean "dfars"?'],
    [['report', 'inc-1', '--regime', 'nydfs'], 'nydfs is disabled'],
    [['report', 'inc-1', '--regime', 'dora', '--report', 'finl'], 'did you mean "final"?'],
    [['report', 'inc-1', '--regime', 'dfars', '--report', 'images-kept-until'], 'it has initial.'],
    [['report', 'inc-1', '--report', 'final'], '--report goes with --regime'],
    [['report', 'inc-1', '--set', 'outcom=failed'], 'did you mean "outcome"?'],
    [['report', 'inc-1', '--set', 'outcome'], 'outcome has no value'],
    [['report', 'inc-1', '--confirm', 'narativ'], 'did you mean "narrative"?'],
    [['report', 'inc-1', '--set', 'times.aware=2026-11-20'], 'tourniquet fact'],
    [['report', 'inc-1', '--set', 'notes=a,b', '--unknown', 'notes'], 'notes is given twice'],
    [['withdraw', 'inc-1', '--regime', 'dfars'], "required option '--reason <text>' not specified"],
    [['completion', 'tcsh'], 'bash, zsh, fish'],
  ] as const)('%j', async ([words, expected]) => {
    const [plain, machine] = await Promise.all([typed(words), typed([...words, '--json'])]);
    expect(plain).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(expected) });
    expect(plain.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(machine.code).toBe(2);
    expect(JSON.parse(machine.stdout)).toEqual({ error: expect.stringContaining(expected) });
  });
});

/** CloudFormation, DynamoDB and the decisions API behind one address, told apart by the host and the call as behind any AWS endpoint. */
async function standIn(decisions: RequestListener) {
  const server = createServer((request, response) => {
    const called = request.headers['x-amz-target'] ?? request.headers.host;
    if (/^(abc\.execute-api|DynamoDB)/.test(String(called))) return decisions(request, response);
    const outputs = {
      TableName: 'incidents',
      SettingsTableName: 'settings',
      DecisionsUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com/decisions',
    };
    const members = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>tourniquet</StackName><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { env: { ...keys, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }, [Symbol.dispose]: () => server.close() };
}

describe('without a deployment that answers', patience, () => {
  test('missing keys, a missing Region and a dead endpoint each say what to do', async () => {
    const { AWS_REGION, ...noRegion } = keys;
    const told = await Promise.all([
      typed(['incidents', '--json'], { AWS_REGION }),
      typed(['incident', 'inc-1'], noRegion),
      typed(['mode'], { ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }),
    ]);
    expect(told.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(JSON.parse(told[0].stdout)).toEqual({ error: expect.stringContaining('Set AWS_PROFILE') });
    expect(told[1]).toMatchObject({ stdout: '', stderr: expect.stringContaining('Set AWS_REGION') });
    expect(told[2].stderr).toContain('No answer at http://127.0.0.1:9 (AWS_ENDPOINT_URL)');
  });

  test.for([
    [403, '{"message":"Forbidden"}', 'execute-api:Invoke'],
    [409, '{"error":"This question expired."}', 'This question expired.'],
    [500, '{"message":"Internal Server Error"}', 'may or may not be recorded'],
    [200, 'not JSON', 'may or may not be recorded'],
  ] as const)(
    'the decisions API answers %i: nothing is claimed that was not seen',
    async ([status, body, expected]) => {
      using api = await standIn((_, response) => response.writeHead(status).end(body));
      const { code, stdout } = await typed(['approve', 'x', '--json'], api.env);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toEqual({ error: expect.stringContaining(expected) });
    },
  );

  test('a line that is cut after the request leaves the outcome open, and says so', async () => {
    using api = await standIn((request) => request.socket.destroy());
    const { code, stderr } = await typed(['release', 'inc-1', '--reason', 'r'], api.env);
    expect(code).toBe(1);
    expect(stderr).toContain('The decision may or may not be recorded: look at the incident before you try again.');
  });

  test('a decision is signed for the host of the API, with all of its body', async () => {
    let seen = {};
    using api = await standIn(async ({ headers, url }, response) => {
      seen = { host: headers.host, url, authorization: headers.authorization };
      response.end('{"approval":"x","state":"PENDING","by":"Rosa","incident":"inc-1"}');
    });
    const { code, stdout } = await typed(['approve', 'x', '--reason', 'why'], api.env);
    expect({ code, seen }).toEqual({
      code: 0,
      seen: {
        host: 'abc.execute-api.eu-central-1.amazonaws.com',
        url: '/decisions',
        authorization: expect.stringMatching(/\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=[^,]*\bhost\b/),
      },
    });
    expect(stdout).toBe(
      'Approved as Rosa. A second person must approve.\n\nNext: npm run -s tourniquet -- incident inc-1\n',
    );
  });
});

describe('the page of an incident', patience, () => {
  const Items = invented.map((item) => marshall(item, { removeUndefinedValues: true }));

  test('is written where `--page` says; machines read the record and its path', async () => {
    using table = await standIn((_, response) => response.end(JSON.stringify({ Items, Count: Items.length })));
    const folder = await mkdtemp(join(tmpdir(), 'page-'));
    const file = join(folder, 'incident.html');
    const written = await typed(['incident', 'inc-5b1e0c94d2a7', '--page', file], table.env);
    // This deployment has no vault, and its page all the same.
    const stderr = expect.stringMatching(/Reading one sealed log, .*\n.*logs could not be read: .*no output VaultName/);
    expect(written).toMatchObject({ code: 0, stderr, stdout: expect.stringContaining(`to ${file}.`) });
    expect(written.stdout).not.toContain('Findings');
    expect(await readFile(file, 'utf8')).toContain(
      '<title>inc-5b1e0c94d2a7: Released: everything is back as it was · Tourniquet</title>',
    );
    const again = await typed(['incident', 'inc-5b1e0c94d2a7', '--page', file, '--json'], table.env);
    expect(JSON.parse(again.stdout)).toMatchObject({
      incident: 'inc-5b1e0c94d2a7',
      page: file,
      ledger: { intact: true },
    });
    const refused = await typed(['incident', 'inc-5b1e0c94d2a7', '--page', 'README.md', '--json'], table.env);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toEqual({
      error: expect.stringContaining('README.md is not a page of inc-5b1e0c94d2a7'),
    });
    await rm(folder, { recursive: true });
  });
});

describe('completion', patience, () => {
  const suggestions = async (...words: string[]) =>
    (await typed(['complete', '--', ...words])).stdout.split('\n').map((line) => line.split('\t')[0]);

  test.for(['bash', 'zsh', 'fish'])('%s gets a script that defines the command', async (shell) => {
    const { code, stdout } = await typed(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(shell === 'fish' ? 'function tourniquet;' : 'tourniquet() {');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^# Next: /);
    const { script } = JSON.parse((await typed(['completion', shell, '--json'])).stdout) as { script: string };
    expect(stdout).toContain(script);
  });

  test('suggests verbs, options and the words an operand may be', async () => {
    expect(await suggestions('inc')).toEqual(expect.arrayContaining(['incident', 'incidents']));
    expect(await suggestions('mode', '')).toEqual(expect.arrayContaining(['observe', 'respond']));
    expect(await suggestions('decline', 'x', '--re')).toContain('--reason');
    expect(await suggestions('incidents', '--j')).toContain('--json');
  });

  const offered = async (...words: string[]) => (await suggestions(...words)).filter((word) => /^\w/.test(word ?? ''));

  test('suggests regimes that can run, the reports of the one that was typed, and checks', async () => {
    const names = (start: string) => regimes.map(({ name }) => name).filter((name) => name.startsWith(start));
    expect(await offered('filed', 'inc-1', '--regime', 'd')).toEqual(names('d'));
    expect(await offered('report', 'inc-1', `--regime=${unverified[0]?.name}`)).toEqual([]);
    expect(await offered('clock', '--regime', 'dfars,n')).toEqual(names('n').map((name) => `dfars,${name}`));
    expect(await offered('withdraw', 'inc-1', '--regime', 'nis2', '--report', '')).toEqual([
      'early-warning',
      'notification',
      'final',
    ]);
    expect(await offered('filed', 'inc-1', '--report', 'i', '--regime', 'dfars')).toEqual(['dfars']);
    expect(await offered('filed', 'inc-1', '--regime', 'dfars', '--report', '')).toEqual(['initial']);
    const sent = regimes.flatMap(({ reports }) =>
      Object.entries(reports).flatMap(([report, { means }]) => (means === 'keep until' ? [] : [report])),
    );
    const within = [...new Set(sent)].filter((report) => report.startsWith('in'));
    expect(await offered('filed', 'inc-1', '--report', 'in')).toEqual(within);
    expect(await offered('filed', 'inc-1', '--reference', '')).toEqual([]);
    expect(await offered('doctor', '--only', 'people,tra')).toEqual(['people,trail']);
  });
});

const sha256 = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');

/** A ledger of as many entries as there are words, as it lies in the table. */
function ledger(...words: readonly string[]): Item[] {
  let previous = genesis;
  const entries = words.map((what, index) => {
    const at = `2026-11-22T03:00:0${index}.000Z`;
    const entry = { sequence: index + 1, previous, at, kind: 'step', actor: 'step x', what, detail: { run: 'r' } };
    previous = sha256(entry);
    return { pk: 'INC#inc-1', sk: `LEDGER#00000${index + 1}`, ...entry, hash: previous };
  });
  return [...entries, { pk: 'INC#inc-1', sk: 'LEDGER-HEAD', sequence: words.length, hash: previous }];
}

describe('the ledger is recomputed', () => {
  const whole = ledger('one', 'two', 'three');
  const changed = (at: number, change: object): Item[] =>
    whole.map((item, index) => (index === at ? { ...item, ...change } : item));

  test('a whole one is intact', () => {
    expect(ledgerOf(whole)).toMatchObject({ entries: 3, intact: true, because: null });
  });

  test.for<[string, Item[], string]>([
    ['a changed entry', changed(1, { what: 'nothing' }), 'entry 2 was changed'],
    ['a key added to an entry', changed(1, { note: 'harmless' }), 'entry 2 was changed'],
    ['an entry taken out', whole.toSpliced(1, 1), 'entry 2 is missing or out of order'],
    ['the last entry taken away', whole.toSpliced(2, 1), 'it has 2 entries, but its head says 3'],
    ['all of it taken away', [], 'it has 0 entries, but its head says nothing'],
    ['an entry of no shape', changed(0, { at: 'yesterday' }), 'entry 1 is unreadable'],
  ])('%s is seen', ([, items, because]) => {
    expect(ledgerOf(items)).toMatchObject({ intact: false, because });
  });
});

describe('an incident', () => {
  const pk = 'INC#inc-1';
  const at = '2026-11-22T03:00:00.000Z';
  const meta = {
    pk,
    sk: 'META',
    incident: 'inc-1',
    run: 'r',
    playbook: 'ec2-instance-compromise',
    openedAt: at,
    state: 'open',
    type: 'Backdoor:EC2/C&CActivity.B',
    severity: 'high',
    resource: 'arn:aws:ec2:eu-central-1:444455556666:instance/i-0123456789abcdef0',
  };
  const approval = {
    pk,
    sk: 'APPROVAL#r#quarantine',
    id: 'a1',
    incident: 'inc-1',
    run: 'r',
    question: 'quarantine',
    state: 'PENDING',
    planHash: 'p',
    needs: 'two',
    decisions: [],
    askedAt: at,
    expiresAt: '2026-11-22T04:00:00.000Z',
    suspects: [],
    requestedBy: null,
    token: 'bearer-of-the-run',
    messages: [],
    posted: {
      text: 'Contain?',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Contain?' } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: `*Cut* \`eni-1\` &amp; hold${controlByte}[2J, until <!date^1^{time}|noon>` },
        },
      ],
    },
  };
  const items = [meta, approval, ...ledger('one')];

  test('is shown with what is asked, in plain words, and the next command; the task token is not', () => {
    const found = incidentFrom(items);
    expect(found).toMatchObject({ account: '444455556666', region: 'eu-central-1', approvals: [{ id: 'a1' }] });
    expect(found?.approvals[0]?.asks).toBe(`Cut eni-1 & hold${controlByte}[2J, until noon`);
    expect(JSON.stringify(found)).not.toContain('bearer-of-the-run');
    expect(found && nextAbout(found)).toBe('approve a1');
  });

  test('cannot steer the terminal of whoever reads it', async () => {
    const found = incidentFrom(items);
    const page = found ? await incidentPage(found, at) : '';
    expect(page).toContain('Cut eni-1 & hold\ufffd[2J, until noon');
    expect(page).not.toContain(controlByte);
  });

  test('that is not there is null, and one with nothing but its record is shown all the same', async () => {
    expect(incidentFrom([])).toBeNull();
    const found = incidentFrom([meta]);
    expect(found && (await incidentPage(found, at))).toContain('BROKEN: it has 0 entries');
  });
});
