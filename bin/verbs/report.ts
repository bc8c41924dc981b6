import { Argument, Option } from 'commander';
import { reportOptions } from '../console/regime-values.ts';
import { repeatable } from '../console/repeatable.ts';
import { Failure, reason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'report',
  summary: 'show the draft report and what is missing; approvers set and confirm its fields',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--regime <name>', 'as a regime asks for it: dfars, nis2, …; left out: the eight items'),
    new Option('--report <name>', 'which of its reports; left out: the one to be sent next'),
    repeatable(new Option('--set <field=value>', 'state a field; may be given several times, as the next three')),
    repeatable(new Option('--confirm <field>', "take the machine's draft as it stands")),
    repeatable(new Option('--unknown <field>', 'nobody knows: an answer in every report but a final one')),
    repeatable(new Option('--not-applicable <field>', 'it does not apply here')),
    reason,
    stack,
  ],
  examples: [
    'report inc-0123456789ab --regime dfars --json',
    'report inc-0123456789ab --regime dfars --set outcome=failed --confirm narrative --unknown actor',
  ],
  values: reportOptions,

  async run({ operands: [incident = ''], options }) {
    const { findDeployment, partitionOf } = await import('../console/deployment.ts');
    const { draftFrom } = await import('../console/report-draft.ts');
    const { FieldsStated, reportFrom, wordsFrom } = await import('../console/report-input.ts');
    const { nextFor, reportWords, statedWords } = await import('../console/report-words.ts');
    const { regime, report: named, reason = null, stack = '' } = options;
    const asked = reportFrom(regime, named);
    const words = wordsFrom(options);
    const said: string[] = [];
    if (words.length > 0) {
      const { decide } = await import('../console/decisions.ts');
      const request = { action: 'field', incident, words, reason } as const;
      said.push(statedWords(await decide(stack, request, FieldsStated, 'ClocksUrl')));
    }
    const { table } = await findDeployment(stack);
    const now = new Date().toISOString();
    const draft = draftFrom(await table.all(partitionOf(incident)), asked, now);
    if (!draft) throw new Failure(`There is no incident ${incident}. The verb \`incidents\` lists them.`);
    return { data: draft, text: [...said, reportWords(draft, now)].join('\n\n'), next: nextFor(draft) };
  },
} satisfies Verb;
