import { InvalidArgumentError, Option } from 'commander';
import { everybody, reading } from '../console/calls.ts';
import { stack, type Verb } from '../console/verb.ts';

const counted = (text: string): string => {
  if (/^[1-9]\d{0,3}$/.test(text)) return text;
  throw new InvalidArgumentError('It should be a number from 1 to 9999.');
};

export default {
  name: 'incidents',
  summary: 'list incidents, newest first',
  operands: [],
  options: [new Option('--limit <count>', 'how many at most').argParser(counted).default('50'), stack],
  examples: ['incidents', 'incidents --limit 200 --json'],
  calls: everybody(reading),

  async run({ options: { stack = '', limit = '' } }) {
    const { findDeployment } = await import('../console/deployment.ts');
    const { listItem, listPartition } = await import('../../lib/items/incident.ts');
    const { resourceWords } = await import('../../lib/record/incident.ts');
    const { coloured, columns, dim, harmless, when } = await import('../console/paint.ts');
    const { table } = await findDeployment(stack);
    const { values: found, unread } = listItem.sorted(await table.newest(listPartition, Number(limit)));
    const unreadable = harmless(unread)
      .map(({ because }) => `\nNot shown: ${because}`)
      .join('');
    if (found.length + unread.length === 0) return { data: [], text: 'There are no incidents.', next: 'mode' };
    const rows = harmless(found).map(({ incident, openedAt, state, severity, type, resource }) => [
      incident,
      when(openedAt),
      coloured(state),
      coloured(severity),
      type,
      resourceWords(resource),
    ]);
    const titles = ['INCIDENT', 'OPENED', 'STATE', 'SEVERITY', 'FINDING', 'RESOURCE'].map(dim);
    const more = found.length + unread.length === Number(limit) ? `\nThe newest ${limit}; --limit shows more.` : '';
    return {
      data: found,
      text: `${await columns([titles, ...rows])}${unreadable}${more}`,
      next: `incident ${found[0]?.incident}`,
    };
  },
} satisfies Verb;
