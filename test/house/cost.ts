/** What a run of a playbook costs, as `npm run measure` found it, in the words and tables of the generated pages. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Playbook } from '../../lib/asl/notation.ts';
import type { AnyStep } from '../../lib/domain/step.ts';
import { contractsOf, memoryOf } from '../../lib/infra/registry.ts';
import { playbooks } from '../../playbooks/index.ts';
import { full } from './configurations.ts';

const count = z.number().int().min(0);
const Used = z.strictObject({ invocations: count, calls: count, seconds: z.number().min(0) });

/** What one run used, by the function that used it. */
export const Cost = z.strictObject({ transitions: count, functions: z.record(z.string(), Used) });
export type Cost = z.infer<typeof Cost>;

export const costFile = (playbook: string): string =>
  join(import.meta.dirname, '../../playbooks', playbook, 'cost.json');

/** Null: nobody has measured it yet. */
export function costOf({ name }: Pick<Playbook, 'name'>): Cost | null {
  const path = costFile(name);
  return existsSync(path) ? Cost.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/**
 * Dollars in us-east-1, the first tier and nothing free: Lambda on Arm and Step Functions, Standard, by aws.amazon.com/lambda/pricing and
 * aws.amazon.com/step-functions/pricing as they stood in 2026.
 */
const prices = { gigabyteSecond: 0.0000133334, invocation: 0.0000002, transition: 0.000025 };

const memories = new Map(contractsOf(full).map((contract) => [contract.name, memoryOf(contract)]));

const total = ({ functions }: Cost, of: keyof z.infer<typeof Used>): number =>
  Object.values(functions).reduce((sum, used) => sum + used[of], 0);

export function dollarsOf(cost: Cost): number {
  const gigabyteSeconds = Object.entries(cost.functions).reduce(
    (sum, [name, { seconds }]) => sum + (seconds * (memories.get(name) ?? 0)) / 1024,
    0,
  );
  return (
    cost.transitions * prices.transition +
    total(cost, 'invocations') * prices.invocation +
    gigabyteSeconds * prices.gigabyteSecond
  );
}

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
  const seconds = total(cost, 'seconds').toFixed(1);
  const sentences = [
    'Measured in the sandbox (`npm run measure`): one run, about something that is there, with a yes to everything it asks; the seconds are those of the machine that played it.',
    `${cost.transitions} state transitions, ${total(cost, 'invocations')} invocations of functions, ${total(cost, 'calls')} AWS calls and ${seconds} s of Lambda:`,
    `about ${dollarsOf(cost).toFixed(4)} dollars of compute (us-east-1). What it keeps costs besides: snapshots by their size, the vault by its objects.`,
  ];
  const rows = Object.entries(cost.functions).map(([name, { invocations, calls, seconds: its }]) => [
    `\`${name}\``,
    invocations,
    calls,
    its,
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
