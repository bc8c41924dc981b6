import * as z from 'zod';
import { partitionOf } from '../../lib/items/incident.ts';
import { entryItem } from '../../lib/items/ledger.ts';
import { append } from '../runtime/ledger.ts';
import type { StepContext } from '../runtime/serve-step.ts';

type Where = Pick<StepContext<unknown>, 'table' | 'run'>;

/** How far an earlier call of this run came, by the ledger; null for the first. `as` is the step's own: an entry of another one does not parse. */
export async function progressOf<T>({ table, run }: Where, as: z.ZodType<T>): Promise<T | null> {
  const Kept = z.object({ run: z.literal(run.id), progress: as });
  const entries = entryItem.sorted(await table.query(partitionOf(run.incident), entryItem.prefix)).values;
  return entries.flatMap(({ detail }) => Kept.safeParse(detail).data ?? []).at(-1)?.progress ?? null;
}

/** Writes down how far a step came, for the call that goes on from there. */
export async function keepProgress<T>({ table, run }: Where, step: string, what: string, progress: T): Promise<T> {
  const detail = { run: run.id, progress };
  await append(table, run.incident, { kind: 'custody', actor: `step ${step}`, what, detail });
  return progress;
}
