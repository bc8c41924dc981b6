import { breakerItem } from '../../lib/items/breaker.ts';
import type { Work } from './pipeline.ts';
import { Conflict, type Write } from './table.ts';

type Tables = Pick<Work, 'table' | 'now'>;

/** Containments in the clock hour: in one account, and in all. */
export interface Recent {
  readonly account: number;
  readonly all: number;
}

/** The clock hour a moment falls into; the circuit breaker counts by it. */
const hourOf = (now: string): string => now.slice(0, 13);
const hourBefore = (now: string): string => hourOf(new Date(Date.parse(now) - 3_600_000).toISOString());

/** How many runs have been let go ahead without a question so far this hour. */
export async function recentlyContained({ table, now }: Tables, account: string): Promise<Recent> {
  const sizeOf = async (scope: string): Promise<number> =>
    (await breakerItem.find(table, hourOf(now()), scope))?.incidents.size ?? 0;
  const [here, all] = await Promise.all([sizeOf(account), sizeOf('all')]);
  return { account: here, all };
}

/** Counts a run in one scope on the condition that the scope is below its limit; a run that counts already counts once. */
const counting =
  (hour: string, scope: string, run: string, limit: number) =>
  (TableName: string): Write => ({
    Update: {
      TableName,
      Key: breakerItem.key(hour, scope),
      UpdateExpression: 'ADD incidents :this SET v = :v',
      ConditionExpression: 'attribute_not_exists(incidents) OR size(incidents) < :limit OR contains(incidents, :run)',
      ExpressionAttributeValues: { ':this': new Set([run]), ':run': run, ':limit': limit, ':v': breakerItem.v },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

/**
 * Lets a run go ahead without a question, as long as the breaker allows: counted and compared in one conditional write, so that of a burst no more get through
 * than the limits say. Returns null where it may; else the counts that stand against it.
 */
export async function letThrough(work: Tables, run: string, account: string, limits: Recent): Promise<Recent | null> {
  const hour = hourOf(work.now());
  try {
    await work.table.transact((TableName) => [
      counting(hour, account, run, limits.account)(TableName),
      counting(hour, 'all', run, limits.all)(TableName),
    ]);
    return null;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // As the condition saw them: the hour may be over by now.
    const [here = 0, everywhere = 0] = error.reasons.map(({ found }) =>
      found ? breakerItem.read(found).incidents.size : 0,
    );
    const now = await recentlyContained(work, account);
    return { account: Math.max(now.account, here), all: Math.max(now.all, everywhere) };
  }
}

/** Whether the breaker has let this run through: this hour, or in the last for one that began shortly before. */
export async function wasLetThrough({ table, now }: Tables, run: string, account: string): Promise<boolean> {
  const hours = [hourOf(now()), hourBefore(now())];
  const found = await Promise.all(hours.map((hour) => breakerItem.find(table, hour, account)));
  return found.some((one) => one?.incidents.has(run));
}
