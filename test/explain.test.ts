import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { filesBeginning } from '../bin/console/files.ts';
import { typed } from './suites/typed.ts';

const patience = { timeout: 30_000 };
const fixture = (name: string): string => join('test', 'fixtures', 'findings', name);
const folder = mkdtempSync(join(tmpdir(), 'explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Line {
  readonly at?: string;
  readonly error?: string;
  readonly finding: { readonly type: string; readonly id: string | null };
  readonly targets: readonly { readonly kind: string; readonly id: string }[];
  readonly playbook: string;
  readonly outcome: string;
  readonly because: string;
  readonly steps: readonly { name: string; phase: string; authority: string; unless?: string; when?: string }[];
  readonly alternatives?: readonly string[];
  readonly didYouMean?: string;
  readonly signals?: readonly object[];
}

/** One object a line. */
const linesOf = (stdout: string): Line[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));

async function explained(...operands: readonly string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await typed(['explain', ...operands, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return linesOf(stdout);
}

async function first(operand: string): Promise<Line> {
  const [line, ...others] = await explained(operand);
  if (!line || others.length > 0) throw new Error(`${operand}: not one line`);
  return line;
}

/** What is answered to machines about findings on standard input; 1,000 are more than `typed` holds. */
const piped = (content: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const command = [join('bin', 'tourniquet.ts'), 'explain', '-', '--json'];
    const options = { maxBuffer: 16 * 1024 * 1024 };
    const child = execFile(process.execPath, command, options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.end(content);
  });

const namesOf = ({ steps = [] }: Partial<Line>): string[] => steps.map(({ name }) => name);

const miner = (change: object = {}): object => {
  const event = JSON.parse(readFileSync(fixture('miner.json'), 'utf8'));
  return { ...event, detail: { ...event.detail, ...change } };
};

describe('a finding', patience, () => {
  test('is explained whole: what it is about, where it goes and why, each step and who is asked', async () => {
    const { steps, ...rest } = await first(fixture('miner.json'));
    const id = 'a'.repeat(32);
    expect(rest).toEqual({
      finding: {
        ...{ source: 'guardduty', id, type: 'CryptoCurrency:EC2/BitcoinTool.B', severity: 'high' },
        ...{ account: '111122223333', region: 'eu-central-1', sample: false, archived: false, key: `guardduty:${id}` },
        ...{ title: 'The EC2 instance i-0a1b2c3d4e5f60718 talks to a pool of miners.', suppressed: false },
        ...{ drill: false, requested: false, role: 'ACTOR', missing: [] },
      },
      targets: [{ kind: 'instance', id: 'i-0a1b2c3d4e5f60718', account: '111122223333', region: 'eu-central-1' }],
      playbook: 'ec2-instance-compromise',
      outcome: 'respond',
      because: 'CryptoCurrency:EC2/BitcoinTool.B fits *:EC2/*',
    });
    expect(steps.map(({ name, phase, authority, unless = '' }) => [name, phase, authority, unless].join(' '))).toEqual([
      'protect-from-termination preserve auto ',
      'snapshot-volumes preserve auto ',
      'record-instance preserve auto ',
      'measure-blast-radius observe auto ',
      'quarantine-interfaces contain ask standing order',
      'deny-instance-session contain ask standing order',
      'leave-auto-scaling contain ask standing order',
      'leave-load-balancers contain ask standing order',
      'swap-instance-profile contain ask standing order',
      'open-obligations inform auto ',
      'file-report-task inform auto ',
    ]);
  });

  test('is a page for people: numbered steps, who is asked, the next command; no colour in a pipe', async () => {
    const { code, stdout, stderr } = await typed(['explain', fixture('miner.json')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^CryptoCurrency:EC2\/BitcoinTool\.B {2}high\n/);
    expect(stdout).toContain('\n  account 111122223333, eu-central-1\n  instance i-0a1b2c3d4e5f60718\n');
    expect(stdout).toContain('Why: A compromised EC2 instance (ec2-instance-compromise)');
    expect(stdout).toMatch(/ 5\. {3}Quarantine every network interface +a responder is asked, unless a standing order/);
    expect(stdout).toMatch(/\n\nNext: npm run -s tourniquet -- mode\n$/);
    expect(stdout).not.toContain('\u001b');
  });

  test('that is a sample, an attempt from outside or a weakness changes nothing, and says why', async () => {
    const { stdout } = await typed(['explain', fixture('night.jsonl'), '--json']);
    const told = linesOf(stdout).map((line) => [line.outcome, line.because ?? line.error, namesOf(line)]);
    expect(told).toEqual([
      ['respond', expect.stringContaining('an IAM user'), ['handover', 'open-obligations', 'file-report-task']],
      ['observe', expect.stringContaining('an attempt from outside'), ['tell-responders']],
      [undefined, expect.stringContaining('ends in the middle'), []],
      ['ignore', expect.stringContaining('a sample'), []],
      [undefined, expect.stringContaining('Backup Job State Change'), []],
      ['observe', expect.stringContaining('a weakness'), []],
    ]);
  });

  test('that cannot be read is named with its place, on both outputs, and the rest is explained', async () => {
    const [machine, people] = await Promise.all([
      typed(['explain', fixture('night.jsonl'), '--json']),
      typed(['explain', fixture('night.jsonl')]),
    ]);
    const places = [`${fixture('night.jsonl')}:3`, `${fixture('night.jsonl')}:5`];
    expect(linesOf(machine.stdout).flatMap(({ at }) => at ?? [])).toEqual(places);
    for (const { code, stderr } of [machine, people]) {
      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n')).toEqual(places.map((at) => expect.stringContaining(`tourniquet: ${at}: `)));
    }
    expect(people.stdout).toContain('access key AKIAEXAMPLEALICE0001 of IAM user alice');
    expect(people.stdout).toContain('SAMPLE');
    expect(people.stdout).toContain('What is done\n  Nothing.\n');
  });

  test('of an attack sequence shows its signals, in a reply of the API as well', async () => {
    const line = await first(fixture('sequence.json'));
    expect(line).toMatchObject({ playbook: 'attack-sequence', outcome: 'respond' });
    expect(line.targets.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'access-key AKIAEXAMPLEBOB000001',
      'bucket example-orders',
    ]);
    expect(line.signals).toHaveLength(2);
    expect(line.signals?.[1]).toMatchObject({ name: 'DeleteObject', at: '2026-11-22T02:30:00.000Z' });
  });

  test('without an account is explained, and says what will be missed', async () => {
    const { accountId: _, arn: __, ...detail } = JSON.parse(readFileSync(fixture('miner.json'), 'utf8')).detail;
    const { code, stdout } = await typed(['explain', written('nowhere.json', JSON.stringify(detail))]);
    expect(code).toBe(0);
    expect(stdout).toContain('account unknown, eu-central-1');
    expect(stdout).toContain('Without an account nothing can be opened');
  });

  test('comes from standard input too', async () => {
    const ended = await piped(JSON.stringify([miner(), miner({ id: 'second' })]));
    expect(linesOf(ended).map(({ finding }) => finding.id)).toEqual(['a'.repeat(32), 'second']);
  });
});

describe('a finding type', patience, () => {
  test('is explained by what its family is about, with the other playbooks it may go to', async () => {
    expect(await first('Recon:IAMUser/TorIPCaller')).toMatchObject({
      finding: { source: 'guardduty', id: null, type: 'Recon:IAMUser/TorIPCaller' },
      ...{ targets: [], playbook: 'iam-access-key', about: 'access-key' },
      alternatives: ['root-user', 'identity-center-user', 'iam-role-session'],
    });
    const { stdout } = await typed(['explain', 'CryptoCurrency:Runtime/BitcoinTool.B']);
    expect(stdout).toMatch(/eks-workload +when it runs on EKS\n/);
    expect(stdout).toMatch(/root-user +when the credential belongs to the root user\n/);
  });

  test('leaves out the steps for instances where it is about none, and says so where nobody can tell', async () => {
    expect(namesOf(await first('Execution:EC2/MaliciousFile!Snapshot'))).toEqual([
      ...['handover', 'open-obligations', 'file-report-task'],
    ]);
    expect(namesOf(await first('Execution:EC2/MaliciousFile'))).toContain('snapshot-volumes');
    const { playbook, steps } = await first('Stardust:Moon/Landing');
    expect(playbook).toBe('unmapped-finding');
    expect(steps[0]).toMatchObject({ name: 'protect-from-termination', when: 'instance' });
    expect(steps.at(-1)?.when).toBeUndefined();
  });

  test.for([
    ['Recon:IAMUser/UserPermissions', 'AWS has retired this type', undefined],
    ['CryptoCurency:EC2/BitcoinTol.B', 'does not know the type', 'CryptoCurrency:EC2/BitcoinTool.B'],
    // What a shell leaves of Backdoor:EC2/C&CActivity.B!DNS without quotes.
    ['Backdoor:EC2/C', 'does not know the type', 'Backdoor:EC2/C&CActivity.B'],
    ['Recon:EC2/PortProbeUnprotectedPort', 'With the role ACTOR', undefined],
    ['SensitiveData:S3Object/Personal', 'fits *', undefined],
  ] as const)('%s: %s', async ([type, because, didYouMean]) => {
    const line = await first(type);
    expect(line.because).toContain(because);
    expect(line.didYouMean).toBe(didYouMean);
    expect(line.finding.type).toBe(type);
  });

  test('that looks like a slip names the likely one, and the command that explains it', async () => {
    const { stdout } = await typed(['explain', 'Backdoor:EC2/C']);
    expect(stdout).toContain('Did you mean Backdoor:EC2/C&CActivity.B?');
    expect(stdout).toMatch(/explain 'Backdoor:EC2\/C&CActivity\.B'\n$/);
  });
});

describe('what cannot be read is one clear line, exit code 2, and JSON all the same', patience, () => {
  test.for([
    ['empty.json', '', 'It is empty'],
    ['blank.jsonl', ' \n\n', 'It is empty'],
    ['list.json', '[]', 'holds no finding'],
    ['truncated.json', JSON.stringify(miner()).slice(0, -40), 'ends in the middle of'],
    ['twice.json', '{"id":"1","type":"a","id":"2"}', 'the key "id" twice'],
    ['nan.json', '{"id":"1","type":"a","severity":NaN}', 'NaN'],
    ['words.json', JSON.stringify(miner({ severity: 'high' })), 'severity'],
    ['deep.json', '['.repeat(10_000_000), 'nested deeper than 64 levels'],
    ['junk.json', Uint8Array.from({ length: 4096 }, (_, at) => ((at * 7919) % 251) | 0x80), 'no text in UTF-8'],
    ['packed.json.gz', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gunzip'],
    ['windows.json', Uint8Array.of(0xff, 0xfe, 0x7b, 0), 'UTF-16'],
    ['text.json', 'hello', 'It is not JSON'],
    ['number.json', '42', 'a number'],
  ] as const)('%s', async ([name, content, expected]) => {
    const path = written(name, content);
    await refused(path, expected);
  });

  test('a directory, a missing file, and a word that is no type', async () => {
    await refused(folder, 'a directory');
    await refused(join(folder, 'nothing.json'), 'no such file');
    await refused('findings', 'no such file');
    await refused(join(folder, 'a'.repeat(300)), 'no such file');
  });

  async function refused(operand: string, expected: string): Promise<void> {
    const [plain, machine] = await Promise.all([typed(['explain', operand]), typed(['explain', operand, '--json'])]);
    expect(plain).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(expected) });
    expect(plain.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(machine).toMatchObject({ code: 2, stderr: plain.stderr });
    expect(linesOf(machine.stdout)).toEqual([{ at: operand, error: expect.stringContaining(expected) }]);
  }

  test('an item of a list is named by its number', async () => {
    const path = written('some.json', JSON.stringify([miner(), 7]));
    const { stdout } = await typed(['explain', path, '--json']);
    expect(linesOf(stdout)[1]).toEqual({ at: `${path}, finding 2`, error: expect.any(String) });
  });
});

describe('names from outside', patience, () => {
  // An escape, a one-byte one, a line break, and marks that turn or hide text.
  const hostile = 'a\u001b[2J\u009b1m\r\nNext: rm -rf\u202egnp.exe\u2066\u200b\u2028';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;
  const accessKeyDetails = { accessKeyId: 'AKIAEXAMPLE', userName: hostile, userType: 'IAMUser' };
  const event = miner({ title: hostile, type: `Recon:EC2/${hostile}`, id: hostile, resource: { accessKeyDetails } });

  test('cannot steer the terminal, turn a line around or begin one', async () => {
    const { code, stdout, stderr } = await typed(['explain', written('hostile.json', JSON.stringify(event))]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(steering);
    expect(stdout.match(/^ *Next:/gm)).toHaveLength(1);
    expect(stdout).toContain('IAM user a\ufffd[2J');
  });

  test('are escaped for machines, and come back as they were', async () => {
    const { stdout } = await typed(['explain', written('hostile.json', JSON.stringify(event)), '--json']);
    expect(stdout).not.toMatch(steering);
    expect(linesOf(stdout)[0]?.finding).toMatchObject({ title: hostile });
  });

  test('are harmless in errors and in the command that comes next', async () => {
    const { stderr } = await typed(['explain', `no\u001b[2J\nsuch\u202efile`]);
    expect(stderr.trimEnd()).not.toMatch(steering);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const many = written("it's $(id).jsonl", `${JSON.stringify(miner())}\n`.repeat(21));
    const { stdout } = await typed(['explain', many]);
    expect(stdout).toContain(`explain '${folder}/it'\\''s $(id).jsonl' --json\n`);
  });

  test('that are long are cut on the page, not for machines', async () => {
    const path = written('long.json', JSON.stringify(miner({ title: 'x'.repeat(50_000) })));
    expect((await typed(['explain', path])).stdout.length).toBeLessThan(5000);
    expect((await typed(['explain', path, '--json'])).stdout.length).toBeGreaterThan(50_000);
  });
});

describe('many findings', patience, () => {
  const description = 'x'.repeat(2500);
  const many = Array.from({ length: 1000 }, (_, at) => JSON.stringify(miner({ id: `finding-${at}`, description })));

  test('a thousand are a table and one line a finding, in less than 5 s', async () => {
    const path = written('many.jsonl', many.join('\n'));
    const started = performance.now();
    const { code, stdout } = await typed(['explain', path]);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(code).toBe(0);
    expect(stdout.match(/^high +CryptoCurrency.* +ec2-instance-compromise +respond$/gm)).toHaveLength(1000);
    expect(stdout).toContain('1000 findings: 1000 respond, 0 observe, 0 ignore.');
    const lines = linesOf(await piped(many.join('\n')));
    expect(lines.map(({ finding }) => finding.id)).toEqual(many.map((_, at) => `finding-${at}`));
  });

  test('twenty are pages, twenty-one a table', async () => {
    const pages = await typed(['explain', written('twenty.json', `[${many.slice(0, 20).join(',')}]`)]);
    expect(pages.stdout.match(/^What is done$/gm)).toHaveLength(20);
    const table = await typed(['explain', written('more.json', `[${many.slice(0, 21).join(',')}]`)]);
    expect(table.stdout).toMatch(/^SEVERITY +FINDING +ABOUT +PLAYBOOK +OUTCOME\n/);
  });
});

describe('it stays light', patience, () => {
  const watch = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (/^@(aws-sdk|smithy)\\//.test(name)) throw new Error('loaded ' + name);
      return next(name, context);
    } });`;
  const watched = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watch)}` };

  test('no AWS SDK is loaded', async () => {
    expect(await typed(['explain', fixture('miner.json')], watched)).toMatchObject({ code: 0, stderr: '' });
    // The watch works: a verb that needs the SDK is caught.
    expect((await typed(['incidents'], watched)).stderr).toContain('loaded @');
  });
});

describe('completion', patience, () => {
  test('offers files, and folders to go on with', async () => {
    const { stdout } = await typed(['complete', '--', 'explain', 'test/fixtures/fin']);
    expect(stdout.split('\n')[0]?.trim()).toBe('test/fixtures/findings/');
    const second = await typed(['complete', '--', 'explain', 'a.json', fixture('mi')]);
    expect(second.stdout.split('\n')[0]?.trim()).toBe(fixture('miner.json'));
  });

  test('offers no name that the shell would run, and hidden files only when asked', async () => {
    for (const name of ['plain.json', '$(reboot).json', '`x`', '.hidden']) written(name, '{}');
    const offered = await filesBeginning(`${folder}/`);
    expect(offered).toContain(join(folder, 'plain.json'));
    expect(offered.join()).not.toMatch(/[$`]|hidden/);
    expect(await filesBeginning(`${folder}/.h`)).toEqual([join(folder, '.hidden')]);
    expect(await filesBeginning(`${folder}/nowhere/`)).toEqual([]);
  });
});
