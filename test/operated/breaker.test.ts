/** The circuit breaker in the burst that it is for, on the real conditions of the table. */
import { randomInt } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { MakeClient } from '../../lambdas/runtime/clients.ts';
import type { Plan, Question } from '../../lib/domain/incident.ts';
import { deployed } from '../deployed/deployed.ts';

const deployment = deployed();
process.env.TOURNIQUET_TABLE = deployment.outputs.TableName;
const { openTable } = await import('../../lambdas/runtime/table.ts');
const { letThrough, wasLetThrough } = await import('../../lambdas/runtime/breaker.ts');
const { withinBreaker } = await import('../../lambdas/incident/open-incident/within-breaker.ts');

const client = deployment.client(DynamoDBClient, 'hub');
const table = openTable((() => client) as unknown as MakeClient);
/** In an hour of its own, long ago. */
const at = (minute: string) => ({ table, now: () => `${1000 + year}-01-01T10:${minute}:00.000Z` });
const year = randomInt(900);
const runs = (word: string, count: number) => Array.from({ length: count }, (_, at) => `${word}-${at}`);

test('of seven at once with a limit of three, three go ahead and four ask', async () => {
  const [one, other] = ['111122223333', '444455556666'];
  const limits = { account: 3, all: 5 };
  const burst = runs('one', 7);
  const answers = await Promise.all(burst.map((run) => letThrough(at('30'), run, one, limits)));
  expect(answers.filter((against) => against === null)).toHaveLength(3);
  expect(answers.flatMap((against) => against?.account ?? [])).toEqual([3, 3, 3, 3]);

  // A replay of one that went ahead goes ahead, and counts once; what was refused was not counted, and is refused at its lever.
  const through = burst.filter((_, index) => answers[index] === null);
  for (const run of through) expect(await letThrough(at('31'), run, one, limits)).toBeNull();
  const seen = await Promise.all(burst.map((run) => wasLetThrough(at('59'), run, one)));
  expect(burst.filter((_, index) => seen[index])).toEqual(through);

  // Another account has a count of its own, up to what all may have together.
  const second = await Promise.all(runs('other', 4).map((run) => letThrough(at('30'), run, other, limits)));
  expect(second.filter((against) => against === null)).toHaveLength(2);
  expect(second).toContainEqual({ account: 2, all: 5 });
});

test('of a burst that an order would contain, each run beyond the limit gets a plan that asks', async () => {
  const limits = { account: 3, all: 100 };
  const [question] = [{ name: 'quarantine' } as Question];
  // As authority decides: an order counts as long as the breaker has room.
  const planOf = (asked: Question, { account }: { account: number }): Plan =>
    ({ question: asked, authority: { kind: account < limits.account ? 'standing' : 'ask' } }) as Plan;
  const plans = await Promise.all(
    runs('burst', 7).map((run) =>
      withinBreaker(
        at('45') as Parameters<typeof withinBreaker>[0],
        // All have read the counters before any of them was counted.
        { run, account: '999988887777', recent: { account: 0, all: 0 }, limits },
        [question],
        planOf,
      ),
    ),
  );
  const kinds = plans.map(({ quarantine }) => quarantine?.authority.kind);
  expect(kinds.toSorted()).toEqual([...Array(4).fill('ask'), ...Array(3).fill('standing')]);
});
