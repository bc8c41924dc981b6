import { Argument, Option } from 'commander';
import type { Comparison } from '../../lib/record/restore.ts';
import { checking } from '../console/calls.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

/** What is said of one that has left; nothing of the others. */
async function leftWords({ left, missing }: Comparison): Promise<string[]> {
  if (!left) return [];
  const { harmless, when } = await import('../console/paint.ts');
  const { departure, checkpoint, leftAt } = harmless(left);
  const whose = [departure.by, departure.second].filter(Boolean).join(' and ');
  const how = `left the table on ${when(leftAt)} by the word of ${whose} (${departure.reason}); checkpoint ${checkpoint} names it`;
  if (left.table === 'gone') return [`  ${how}. It is not put back`];
  const next =
    missing.length > 0 ? 'what --put writes has it leave with the next daily call' : 'the next daily call takes it out';
  return [`  ${how}. It is in this table again: ${next}`];
}

/** Before-states first: they say what a person has to put back by hand where no table is to be had. */
async function linesOf(compared: Comparison): Promise<string> {
  const { incident, entries, beforeStates, missing, faults } = compared;
  const { harmless, heading, when } = await import('../console/paint.ts');
  const held = harmless(beforeStates).filter(({ releasedAt }) => releasedAt === null);
  return [
    `${heading(incident)}: ${entries} ledger entries and ${beforeStates.length} before-states in the vault, ${missing.length} items missing in the table`,
    ...(await leftWords(compared)),
    ...held.map(({ title, of, takenAt, undo }) => `  held  ${title} on ${of}, since ${when(takenAt)}: ${undo}`),
    ...harmless(faults).map((fault) => `  wrong ${fault}`),
  ].join('\n');
}

async function answer(compared: readonly Comparison[], put: boolean, table: string): Promise<Answer> {
  const missing = compared.reduce((sum, one) => sum + one.missing.length, 0);
  const wrong = compared.filter(({ faults }) => faults.length > 0);
  const lines = await Promise.all(compared.map(linesOf));
  const done = put ? `${missing} items were put into ${table}.` : `${missing} items are missing in ${table}.`;
  const failed = `${wrong.length} incidents do not fit their copies: ${wrong.map(({ incident }) => incident).join(', ')}. Nothing of them was written.`;
  return {
    data: compared,
    text: compared.length === 0 ? 'The vault has no copies.' : [...lines, done].join('\n\n'),
    next: missing > 0 && !put ? `restore --table ${table} --put` : 'incidents',
    ...(wrong.length > 0 && { failed }),
  };
}

export default {
  name: 'restore',
  summary: 'compare the copies in the vault with the incident table, and put back what the table lacks',
  operands: [new Argument('[incident]', 'as `incidents` lists it (default: all that have copies)')],
  options: [
    new Option('--table <name>', 'another table, such as one restored from a backup (default: that of the deployment)'),
    new Option('--put', 'write what is missing; takes dynamodb:PutItem on that table').preset('put'),
    stack,
  ],
  examples: ['restore inc-0123456789ab --json', 'restore --table restored --put'],
  calls: { responder: checking, auditor: checking },

  async run({ operands: [incident], options: { table, put, stack = '' } }) {
    const { findDeployment } = await import('../console/deployment.ts');
    const { compareCopies, putBack } = await import('../console/copies.ts');
    const deployment = await findDeployment(stack);
    const name = table ?? deployment.output('TableName');
    const compared = await compareCopies(deployment, incident, name);
    const sound = compared.filter(({ faults }) => faults.length === 0);
    if (put) for (const { missing } of sound) await putBack(name, missing);
    return answer(compared, put !== undefined, name);
  },
} satisfies Verb;
