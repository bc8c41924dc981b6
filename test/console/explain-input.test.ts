import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { filesBeginning } from '../../bin/console/files.ts';
import { isTurnOf } from '../depth.ts';
import { fixture, folder, linesOf, miner, patience, piped, written } from './explained.ts';
import { launched, timed, typed } from './typed.ts';

afterAll(() => rmSync(folder, { recursive: true }));

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
    ['junk.json', Uint8Array.from({ length: 4096 }, (_, at) => ((at * 7919) % 251) | 0x80), 'not UTF-8 text'],
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
    await refused('no-such-word', 'no such file');
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

  test.runIf(isTurnOf('a thousand findings', ['bin', 'lib/routing', 'lib/domain/finding']))(
    'a thousand are a table and one line a finding, with less than 5 s of work',
    async () => {
      const path = written('many.jsonl', many.join('\n'));
      const { code, stdout, milliseconds } = await timed(['explain', path]);
      expect(milliseconds).toBeLessThan(5000);
      expect(code).toBe(0);
      expect(stdout.match(/^high +CryptoCurrency.* +ec2-instance-compromise +respond$/gm)).toHaveLength(1000);
      expect(stdout).toContain('1000 findings: 1000 respond, 0 observe, 0 ignore.');
      const lines = linesOf(await piped(many.join('\n')));
      expect(lines.map(({ finding }) => finding.id)).toEqual(many.map((_, at) => `finding-${at}`));
    },
  );

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
    expect(await launched(['explain', fixture('miner.json')], watched)).toMatchObject({ code: 0, stderr: '' });
    // The watch works: a verb that needs the SDK is caught.
    expect((await launched(['incidents'], watched)).stderr).toContain('loaded @');
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
