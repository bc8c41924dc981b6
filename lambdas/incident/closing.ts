import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { Broken, Transient } from '../../lib/domain/errors.ts';
import { IncidentState, type Run, stateOver } from '../../lib/domain/incident.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict, keys, type Write } from '../runtime/table.ts';

/** Notes how an incident stands, in its record and in the list of all. */
export async function setState(work: Work, incident: string, state: IncidentState): Promise<void> {
  const meta = await work.table.get(keys.incident(incident));
  const set = {
    UpdateExpression: 'SET #state = :state',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': state },
  };
  const listed = keys.listed(String(meta?.openedAt), incident);
  await Promise.all([work.table.update(keys.incident(incident), set), work.table.update(listed, set)]);
}

/** An incident's record, as far as it says how its runs ended. */
const Standing = z.object({
  state: IncidentState,
  openedAt: z.string(),
  /** The run about what the incident is mainly about. */
  run: z.string(),
  /** By run; one that is still under way is `open`. */
  ends: z.record(z.string(), IncidentState),
});
type Standing = z.infer<typeof Standing>;

function standingWith({ state, run, ends }: Standing, id: string, ended: IncidentState) {
  const now = { ...ends, [id]: ended };
  const { [run]: main = 'open', ...further } = now;
  // Whoever answers only once all has been let go contains nothing, and reopens nothing.
  const over = ended === 'held' && (state === 'released' || state === 'closed');
  return { ends: now, state: over ? state : stateOver(main, Object.values(further)) };
}

/** Writes that note it, unless somebody has noted something else since it was read. */
function noting(incident: string, before: Standing, { ends, state }: Pick<Standing, 'ends' | 'state'>) {
  const ExpressionAttributeNames = { '#state': 'state' };
  return (TableName: string): Write[] => [
    {
      Update: {
        TableName,
        Key: keys.incident(incident),
        UpdateExpression: 'SET #state = :state, #ends = :ends',
        ConditionExpression: '#state = :seen AND #run = :main AND #ends = :before',
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#run': 'run', '#ends': 'ends' },
        ExpressionAttributeValues: {
          ':state': state,
          ':ends': ends,
          ':seen': before.state,
          ':main': before.run,
          ':before': before.ends,
        },
      },
    },
    {
      Update: {
        TableName,
        Key: keys.listed(before.openedAt, incident),
        UpdateExpression: 'SET #state = :state',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames,
        ExpressionAttributeValues: { ':state': state },
      },
    },
  ];
}

/** Runs of one incident that may end in the same moment before we give the turn back to Step Functions. */
const patience = 10;

/** Notes how one run ended, and how the incident stands by all of them. Concurrent runs take turns, so none overlooks another. */
export async function settle(work: Work, { incident, id }: Run, ended: IncidentState): Promise<void> {
  for (let turn = 0; turn < patience; turn++) {
    const read = Standing.safeParse(await work.table.get(keys.incident(incident)));
    if (!read.success) throw new Broken(`Tourniquet cannot read the record of ${incident}: ${read.error.message}`);
    try {
      return await work.table.transact(noting(incident, read.data, standingWith(read.data, id, ended)));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * (turn + 1)));
    }
  }
  throw new Transient(`The record of ${incident} is busy.`);
}

/** Gives the resources free: the next finding about one opens a new incident. Ours only; another incident's claims stay. */
export async function closeClaim(work: Work, incident: string): Promise<void> {
  const freed = await free(work, incident);
  await setState(work, incident, 'released');
  // From now on it takes no further session; one may have come in between.
  await free(work, incident, freed);
}

async function free(work: Work, incident: string, already: readonly string[] = []): Promise<string[]> {
  const meta = await work.table.get(keys.incident(incident));
  const claims = Array.isArray(meta?.claims) ? meta.claims.map(String) : [String(meta?.resource)];
  const closeOne = (claim: string) =>
    work.table.update(keys.claim(claim), {
      UpdateExpression: 'SET #state = :closed',
      ConditionExpression: 'incident = :incident',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':closed': 'closed', ':incident': incident },
    });
  const theirs = (error: unknown): void => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  };
  await Promise.all(claims.filter((claim) => !already.includes(claim)).map((claim) => closeOne(claim).catch(theirs)));
  return claims;
}
