import { Argument, Option } from 'commander';
import type { Comparison } from '../../lib/record/restore.ts';
import { checking } from '../console/calls.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

/** Before-states first: they say what a person has to put back by hand where no table is to be had. */
async function linesOf({ incident, entries, beforeStates, missing, faults }: Comparison): Promise<string> {
  const { harmless, heading, when } = await import('../console/paint.ts');
  const held = harmless(beforeStates).filter(({ releasedAt }) => releasedAt === null);
  return [
    `${heading(incident)}: ${entries} ledger entries and ${beforeStates.length} before-states in the vault, ${missing.length} items missing in the table`,
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
