import { describe, expect, test } from 'vitest';
import type { Ended } from './terminal.ts';
import { launched, typed } from './typed.ts';

const patience = { timeout: 600_000 };
const aware = 'aware=2026-11-20T16:00+01:00';
const now = ['--now', '2026-11-20T18:00Z'];

const clock = (...words: readonly string[]): Promise<Ended> => typed(['clock', ...words]);

async function linesOf(...words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await clock(...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
const due = (lines: readonly Record<string, unknown>[]): string[] =>
  lines.map(({ regime, report, dueAt, state }) => `${regime}/${report} ${dueAt} ${state}`);

describe('for machines', patience, () => {
  test('one object a line, its five words first, due times in UTC', async () => {
    const lines = await linesOf('--regime', 'nis2', '--fact', aware, ...now);
    for (const line of lines)
      expect(Object.keys(line).slice(0, 5)).toEqual(['regime', 'report', 'dueAt', 'state', 'because']);
    expect(due(lines)).toEqual([
      'nis2/early-warning 2026-11-21T15:00:00.000Z running',
      'nis2/notification 2026-11-23T15:00:00.000Z running',
      'nis2/final null watching',
    ]);
    expect(lines[0]?.because).toContain('24 hours from aware (2026-11-20T15:00:00Z)');
  });

  test('a list may come in one word, in several, or option by option', async () => {
    const facts = [aware, 'discovered=2026-11-20T14:00Z'] as const;
    const [words, commas, options] = await Promise.all([
      linesOf('--regime', 'dfars', 'gdpr', '--fact', ...facts, ...now),
      linesOf('--regime', 'dfars,gdpr', '--fact', facts.join(','), ...now),
      linesOf('--regime', 'dfars', '--regime', 'gdpr', '--fact', facts[0], '--fact', facts[1], ...now),
    ]);
    expect(due(words)[0]).toBe('dfars/initial 2026-11-23T14:00:00.000Z running');
    expect(due(words)).toHaveLength(4);
    expect(commas).toEqual(words);
    expect(options).toEqual(words);
  });

  test('without --now it is judged by the clock of the machine', async () => {
    const [past] = await linesOf('--regime', 'dfars', '--fact', 'discovered=2020-01-01T00:00Z');
    const [future] = await linesOf('--regime', 'dfars', '--fact', 'discovered=2990-01-01T00:00Z');
    expect([past?.state, future?.state]).toEqual(['overdue', 'running']);
  });

  test('a regime asked twice is answered once', async () => {
    expect(await linesOf('--regime', 'pci', 'pci', ...now)).toHaveLength(1);
  });
});

describe('for people', patience, () => {
  test('a table in their zone, and why', async () => {
    const { code, stdout } = await clock(
      '--regime',
      'nis2',
      'circia',
      '--fact',
      aware,
      ...now,
      '--zone',
      'Europe/Berlin',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^REGIME +REPORT +DUE \(Europe\/Berlin\) +LEFT +STATE\n/);
    expect(stdout).toMatch(/^nis2 +early-warning +2026-11-21 16:00 GMT\+1 +21 h 0 min +running$/m);
    expect(stdout).toMatch(/^circia \(draft\) +incident +not yet known +– +watching$/m);
    expect(stdout).toMatch(/^nis2\/early-warning: 24 hours from aware/m);
    expect(stdout).toContain('This is not legal advice');
    expect(stdout).not.toContain('what-if');
  });

  test('in another zone, with what is overdue, has no hour, lies ahead or moves nothing', async () => {
    const facts = [aware, 'discovered=2026-11-25T00:00Z', 'fixed=2026-11-20T17:00Z'];
    const { stdout } = await clock(
      '--regime',
      'gdpr',
      'pci',
      '--fact',
      ...facts,
      '--now',
      '2026-11-23T18:10Z',
      '--zone',
      'America/New_York',
    );
    expect(stdout).toMatch(/^gdpr +authority +2026-11-23 10:00 GMT-5 +3 h 10 min ago +overdue$/m);
    expect(stdout).toMatch(/^pci +acquirer +no hour +– +running$/m);
    expect(stdout).toContain('No clock of these regimes uses fixed.');
    expect(stdout).toContain('Some facts are in the future: this is a what-if.');
  });
});

describe('wrong usage is one line and exit code 2', patience, () => {
  const discovered = 'discovered=2026-11-20T10:00Z';

  test.for([
    [[], "required option '--regime"],
    [['--regime', 'dfar'], 'did you mean "dfars"?'],
    [['--regime', ''], 'There is no regime ""'],
    [['--regime', 'nis2,', '--fact', aware], 'There is no regime ""'],
    [['--regime', 'nydfs'], 'nydfs is disabled: nobody has checked it'],
    [['--regime', 'dfars', '--fact', 'discoverd=2026-11-20T10:00Z'], 'did you mean "discovered"?'],
    [['--regime', 'dfars', '--fact', 'discovered=2026-11-20'], 'a day without an hour'],
    [['--regime', 'dfars', '--fact', 'discovered=2026-11-20T10:00'], 'has no zone'],
    [['--regime', 'dfars', '--fact', 'discovered=2026-02-30T10:00Z'], 'does not exist'],
    [['--regime', 'dfars', '--fact', 'discovered'], 'has no time'],
    [
      ['--regime', 'dfars', '--fact', discovered, 'sent:initial=2026-11-19T10:00Z'],
      'before what dfars/initial starts with',
    ],
    [['--regime', 'dfars', 'dora', '--fact', discovered, 'sent:initial=2026-11-21T10:00Z'], 'ambiguous'],
    [['--regime', 'dfars', '--now', 'noon'], '"noon" is not a time'],
    [['--regime', 'dfars', '--zone', 'Europe/Berln'], 'did you mean "Europe/Berlin"?'],
    [['--regime', 'dfars', '--fakt', 'x'], 'Did you mean --fact?'],
    [['dfars', '--regime', 'dfars'], 'too many arguments'],
  ] as const)('%j', async ([words, expected]) => {
    const [plain, machine] = await Promise.all([clock(...words), clock(...words, '--json')]);
    expect(plain).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(expected) });
    expect(plain.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(machine.code).toBe(2);
    expect(JSON.parse(machine.stdout)).toEqual({ error: expect.stringContaining(expected) });
  });

  test('what was typed cannot steer the terminal', async () => {
    const { code, stderr } = await clock('--regime', 'a\u001b[2J\nNext: x\u202e');
    expect(code).toBe(2);
    for (const one of ['\u001b', '\u202e', '\nNext']) expect(stderr).not.toContain(one);
  });
});

test('no AWS SDK is loaded', patience, async () => {
  const watch = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (/^@(aws-sdk|smithy)\\//.test(name)) throw new Error('loaded ' + name);
      return next(name, context);
    } });`;
  const watched = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watch)}` };
  expect(await launched(['clock', '--regime', 'dfars', '--json'], watched)).toMatchObject({ code: 0, stderr: '' });
});
