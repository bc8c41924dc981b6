import { InvalidArgumentError, Option } from 'commander';
import type { Given, Judgement } from '../console/authority.ts';
import { everybody, seeingSettings } from '../console/calls.ts';
import { each, repeatable } from '../console/repeatable.ts';
import { type Answer, Failure, stack, type Verb } from '../console/verb.ts';

type From = Pick<Given, 'settings' | 'unitsOf'> & { readonly words: string };

/** The settings of a file or cdk.json; or those of the deployment, where its table has a version. */
async function settingsFrom(source: string, name: string, file: string | null): Promise<From> {
  if (source === 'table') {
    const { settingsNow } = await import('../console/settings.ts');
    const now = await settingsNow(name);
    if (!now) throw new Failure('No version is in the table yet: the configuration deployed counts. Leave out --from.');
    const { version, settings, units } = now;
    return { settings, unitsOf: (account) => units?.[account] ?? null, words: `version ${version} in the table` };
  }
  const { configurationIn } = await import('../console/configuration.ts');
  const { settingsOf } = await import('../../lib/domain/settings.ts');
  return { settings: settingsOf(await configurationIn(file)), unitsOf: () => null, words: file ?? 'cdk.json' };
}

const tag = /^([^=]{1,128})=(.*)$/;

function tagsIn(typed: string | undefined): Given['tags'] {
  const pairs = each(typed).map((one): [string, string] => {
    const [, key, value] = tag.exec(one) ?? [];
    if (key === undefined || value === undefined)
      throw new InvalidArgumentError(`option '--tag': "${one}" should read key=value.`);
    return [key, value];
  });
  return Object.fromEntries(pairs);
}

async function pageOf({ finding, playbook, mode, because, steps }: Judgement): Promise<string> {
  const { columns, heading } = await import('../console/paint.ts');
  const rows = steps.map(({ name, decision, because: why, ifTagged }) => [
    name,
    decision,
    `${why}${ifTagged.length > 0 ? `; with its tags: standing order ${ifTagged.map((one) => `"${one}"`).join(', ')}` : ''}`,
  ]);
  const head = `${heading(finding.type)} in ${finding.account ?? 'an unknown account'}: ${playbook}, mode ${mode}. ${because}`;
  return [head, await columns(rows, '  ')].join('\n');
}

export default {
  name: 'authority',
  summary: 'show who would decide about each step of the answer to a finding, and by which standing order',
  operands: [],
  options: [
    new Option('--finding <file>', 'findings in JSON or JSON Lines, - for standard input').makeOptionMandatory(),
    new Option('--at <time>', 'time to decide for, as 2026-11-29T03:10Z; default: now'),
    repeatable(new Option('--tag <key=value>', 'a tag of the resource, which findings do not have; repeatable')),
    new Option('--from <source>', 'whose settings: configuration needs no AWS; table: those of the deployment')
      .choices(['configuration', 'table'])
      .default('configuration'),
    new Option('--config <file>', 'configuration to take them from; default: cdk.json'),
    stack,
  ],
  examples: [
    'authority --finding finding.json --at 2026-12-24T03:10Z --tag environment=canary',
    'authority --finding finding.json --from table --json',
  ],
  calls: everybody(seeingSettings),

  async run({ options }): Promise<Answer> {
    const { inputOf } = await import('../console/input.ts');
    const { judgements } = await import('../console/authority.ts');
    const { timeTyped } = await import('../console/clock-input.ts');
    const { harmless } = await import('../console/paint.ts');
    const { playbooks } = await import('../../playbooks/index.ts');
    const { finding: file = '', at: moment, from = 'configuration', config = null, stack: name = '' } = options;
    const at = moment === undefined ? new Date().toISOString() : timeTyped(moment);
    const { words, ...settings } = await settingsFrom(from, name, config);
    const input = await inputOf(file);
    if (!('documents' in input))
      throw new InvalidArgumentError(`${file}: ${'error' in input ? input.error : 'There is no such file.'}`);
    const given = { ...settings, tags: tagsIn(options.tag), at };
    const data = harmless(input.documents.flatMap((document) => judgements(playbooks, document, given)));
    const found = data.filter((one) => 'finding' in one);
    const pages = await Promise.all(found.map(pageOf));
    return {
      data,
      text: [`By ${words}, at ${at}:`, ...pages].join('\n\n'),
      next: 'settings show',
      failures: data.flatMap((one) => ('error' in one ? [`${one.at}: ${one.error}`] : [])),
    };
  },
} satisfies Verb;
