import { Argument, Option } from 'commander';
import { reading, through } from '../console/calls.ts';
import { reportOptions } from '../console/regime-values.ts';
import { repeatable } from '../console/repeatable.ts';
import { Failure, reason, stack, type Verb } from '../console/verb.ts';

export default {
  name: 'report',
  summary: 'show the draft report and what is missing; approvers set and confirm its fields',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--regime <name>', 'in the form a regime requires: dfars, nis2, …; default: the eight items'),
    new Option('--report <name>', 'which of its reports; default: the next one due'),
    repeatable(new Option('--set <field=value>', 'set a field; repeatable, like the next three')),
    repeatable(new Option('--confirm <field>', "accept the machine's draft unchanged")),
    repeatable(new Option('--unknown <field>', 'mark as unknown; accepted in every report but a final one')),
    repeatable(new Option('--not-applicable <field>', 'mark as not applicable')),
    reason,
    stack,
  ],
  examples: [
    'report inc-0123456789ab --regime dfars --json',
    'report inc-0123456789ab --regime dfars --set outcome=failed --confirm narrative --unknown actor',
  ],
  values: reportOptions,
  calls: { responder: [...reading, ...through('ClocksUrl')], auditor: reading },

  async run({ operands: [incident = ''], options }) {
    const { findDeployment } = await import('../console/deployment.ts');
    const { partitionOf } = await import('../../lib/items/incident.ts');
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
