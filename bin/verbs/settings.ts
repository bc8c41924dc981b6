import { Argument, InvalidArgumentError, Option } from 'commander';
import { everybody, seeingSettings, through } from '../console/calls.ts';
import type { Answered } from '../console/settings.ts';
import { type Answer, Failure, reason, stack, type Verb } from '../console/verb.ts';

const version = (typed: string): string => {
  if (/^\d+$/.test(typed)) return typed;
  throw new InvalidArgumentError('It should be the number of a version, as `settings show` has it.');
};

async function show(name: string, file: string | null): Promise<Answer> {
  const { versionNow, pendingChanges } = await import('../console/settings.ts');
  const { settingsLines } = await import('../../lib/domain/settings-changes.ts');
  const { harmless, heading, when } = await import('../console/paint.ts');
  const now = harmless(await versionNow(name));
  if (!now) return configured(file);
  const pending = harmless(await pendingChanges(name));
  const waiting = pending.flatMap(({ id, by, reason: why, what, expiresAt }) => [
    '',
    `${heading(`change ${id}`)} waits for a second person until ${when(expiresAt)}; ${by}: ${why}`,
    ...what.map((line) => `  ${line}`),
  ]);
  const who = now.second ? `${now.by}, approved by ${now.second}` : now.by;
  const head = `${heading(`version ${now.version}`)}, since ${when(now.at)} by ${who}: ${now.reason}`;
  const lines = settingsLines(now.settings).map((line) => `  ${line}`);
  return {
    data: { ...now, pending },
    text: [head, ...lines, ...waiting].join('\n'),
    next: pending[0] ? `settings approve ${pending[0].id}` : 'settings history',
  };
}

async function configured(file: string | null): Promise<Answer> {
  const { configurationIn } = await import('../console/configuration.ts');
  const { settingsOf } = await import('../../lib/domain/settings.ts');
  const { settingsLines } = await import('../../lib/domain/settings-changes.ts');
  const settings = settingsOf(await configurationIn(file));
  const head = `No version is in the table yet: what was deployed counts. ${file ?? 'cdk.json'} says:`;
  return {
    data: { version: 0, settings, pending: [] },
    text: [head, ...settingsLines(settings).map((line) => `  ${line}`)].join('\n'),
    next: 'settings set settings.json --reason "…"',
  };
}

function answered(done: Answered): Answer {
  if (done.outcome === 'changed') {
    const agreed = done.second ? `, approved by ${done.second}` : '';
    return {
      data: done,
      text: `Version ${done.version} counts from now on, by ${done.by}${agreed}. Every channel was notified.`,
      next: 'settings show',
    };
  }
  const { change, widens, expiresAt } = done;
  const text = [
    'Nothing has changed yet: this takes a second person, because',
    ...widens.map((why) => `  ${why}.`),
    `Change ${change} expires at ${expiresAt}.`,
  ].join('\n');
  return { data: done, text, next: `settings approve ${change}` };
}

async function set(name: string, file: string | undefined, options: Readonly<Record<string, string>>): Promise<Answer> {
  const { setSettings, settingsIn } = await import('../console/settings.ts');
  if (!file) throw new InvalidArgumentError('settings set takes a file: settings set settings.json --reason "…"');
  if (!options.reason) throw new InvalidArgumentError("settings set needs option '--reason <text>'.");
  const on = options.on === undefined ? null : Number(options.on);
  return answered(await setSettings(name, { settings: await settingsIn(file), reason: options.reason, on }));
}

async function approve(name: string, change: string | undefined): Promise<Answer> {
  const { approveChange } = await import('../console/settings.ts');
  if (!change)
    throw new InvalidArgumentError('settings approve takes the id of a change, as `settings show` lists it.');
  return answered(await approveChange(name, change));
}

async function diff(name: string, file: string | null): Promise<Answer> {
  const { differences } = await import('../console/settings.ts');
  const { harmless } = await import('../console/paint.ts');
  const found = harmless(await differences(name, file));
  const here = file ?? 'cdk.json';
  if (found.version === 0)
    return {
      data: found,
      text: 'No version is in the table: the configuration deployed counts.',
      next: 'settings show',
    };
  if (found.lines.length === 0)
    return { data: found, text: `${here} says what version ${found.version} says.`, next: 'settings show' };
  const head = `- only ${here}, + only version ${found.version} in the table, which counts:`;
  return {
    data: found,
    text: [head, ...found.lines].join('\n'),
    next: 'settings show',
    failed: `${here} and the table differ; the table counts.`,
  };
}

async function history(name: string): Promise<Answer> {
  const { history: read } = await import('../console/settings.ts');
  const { harmless, heading, when } = await import('../console/paint.ts');
  const { changes, faults } = harmless(await read(name));
  const lines = changes.map(({ sequence, at, by, what, second, reason: why, lines: details }) =>
    [
      `${heading(String(sequence))} ${when(at)} ${by}${second ? `, approved by ${second}` : ''}: ${what}: ${why}`,
      ...details.map((line) => `  ${line}`),
    ].join('\n'),
  );
  const sound = faults.length === 0 ? `The ledger holds: ${changes.length} entries.` : faults.join('\n');
  return {
    data: { changes, intact: faults.length === 0, faults },
    text: [...lines, sound].join('\n'),
    next: 'settings show',
    ...(faults.length > 0 && { failed: `${faults.join('; ')}.` }),
  };
}

export default {
  name: 'settings',
  summary: 'show, change and compare who may decide, and what needs no decision',
  operands: [
    new Argument(
      '[action]',
      'show; set FILE: what the file leaves out stays; approve CHANGE: as the second person; diff: cdk.json and the table, exit code 1 where they differ; history: every change, and whether its ledger holds',
    )
      .choices(['show', 'set', 'approve', 'diff', 'history'])
      .default('show'),
    new Argument('[what]', 'with set: a file in JSON; with approve: the id of a change'),
  ],
  options: [
    reason,
    new Option('--on <version>', 'with set: refuse unless this version still counts (default: the newest)').argParser(
      version,
    ),
    new Option('--config <file>', 'with show and diff: configuration deployed with `-c config=`; default: cdk.json'),
    stack,
  ],
  examples: ['settings show --json', 'settings set settings.json --reason "Mia joins the night shift"'],
  calls: { ...everybody(seeingSettings), responder: [...seeingSettings, ...through('SettingsUrl')] },

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands: [action = 'show', what], options }) {
    const { stack: name = '', config = null } = options;
    if (what && action !== 'set' && action !== 'approve')
      throw new InvalidArgumentError(`settings ${action} takes nothing more than options.`);
    if (action === 'set') return set(name, what, options);
    if (action === 'approve') return approve(name, what);
    if (action === 'diff') return diff(name, config);
    if (action === 'history') return history(name);
    if (action === 'show') return show(name, config);
    throw new Failure(`There is no "settings ${action}".`);
  },
} satisfies Verb;
