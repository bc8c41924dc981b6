import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Playbook } from '../asl/notation.ts';
import { memoryByName } from './registry.ts';

const count = z.number().int().min(0);
const Used = z.strictObject({ invocations: count, calls: count, seconds: z.number().min(0) });

/** What one run used, by the function that used it, as `npm run measure` found it. */
export const Cost = z.strictObject({ transitions: count, functions: z.record(z.string(), Used) });
export type Cost = z.infer<typeof Cost>;

/** What a run costs, all functions together: `seconds` of Lambda, `dollars` of compute. */
export interface RunCost extends z.infer<typeof Used> {
  readonly transitions: number;
  readonly dollars: number;
}

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

/** What all functions of a run used together, and what that costs. */
export function runCost({ transitions, functions }: Cost): RunCost {
  const all = Object.entries(functions);
  const total = (of: keyof z.infer<typeof Used>): number => all.reduce((sum, [, used]) => sum + used[of], 0);
  const gigabyteSeconds = all.reduce((sum, [name, { seconds }]) => sum + (seconds * memoryByName(name)) / 1024, 0);
  const [invocations, calls, seconds] = [total('invocations'), total('calls'), total('seconds')];
  const dollars =
    transitions * prices.transition + invocations * prices.invocation + gigabyteSeconds * prices.gigabyteSecond;
  return { transitions, invocations, calls, seconds, dollars };
}
