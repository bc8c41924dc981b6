/** What a run of a playbook costs, as `npm run measure` found it, in the words and tables of the generated pages. */
import type { Playbook } from '../../lib/asl/notation.ts';
import type { AnyStep } from '../../lib/domain/step.ts';
import { costOf, runCost } from '../../lib/infra/run-cost.ts';
import { playbooks } from '../../playbooks/index.ts';

const unmeasured = 'Nobody has measured it yet: `npm run measure` does.';
const table = (head: string, rows: readonly (readonly (string | number)[])[]): string =>
  [`| ${head} | Invocations | AWS calls | Seconds |`, '| --- | --- | --- | --- |']
    .concat(rows.map((cells) => `| ${cells.join(' | ')} |`))
    .join('\n');

/** The last part of a playbook's page. */
export function costSection(book: Playbook): string {
  const cost = costOf(book);
  if (!cost)
    return `## What it costs a run\n\n${book.claims.length > 0 ? unmeasured : 'No finding starts it yet, so there is no run to measure.'}\n`;
  const { transitions, invocations, calls, seconds, dollars } = runCost(cost);
  const sentences = [
    'Measured in the sandbox (`npm run measure`): one run, about something that is there, with a yes to everything it asks; the seconds are those of the machine that played it.',
    `${transitions} state transitions, ${invocations} invocations of functions, ${calls} AWS calls and ${seconds.toFixed(1)} s of Lambda:`,
    `about ${dollars.toFixed(4)} dollars of compute (us-east-1). What it keeps costs besides: snapshots by their size, the vault by its objects.`,
  ];
  const rows = Object.entries(cost.functions).map(([name, used]) => [
    `\`${name}\``,
    used.invocations,
    used.calls,
    used.seconds,
  ]);
  return `## What it costs a run\n\n${sentences.join(' ')}\n\n${table('Function', rows)}\n`;
}

/** What one step costs, in each playbook in whose run it took part. */
export function stepCosts({ name }: AnyStep): string {
  const rows = playbooks.flatMap((book) => {
    const used = costOf(book)?.functions[name];
    return used ? [[linkTo(book), used.invocations, used.calls, used.seconds]] : [];
  });
  return rows.length > 0 ? `One state transition an invocation.\n\n${table('In a run of', rows)}` : unmeasured;
}

/** From the folder of a function. */
export const linkTo = ({ name, title }: Playbook): string => `[${title}](../../../playbooks/${name}/README.md)`;
