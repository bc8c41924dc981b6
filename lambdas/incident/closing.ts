import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { Broken, Transient } from '../../lib/domain/errors.ts';
import type { IncidentState, Run } from '../../lib/domain/incident.ts';
import { stateOver } from '../../lib/domain/threat.ts';
import { claimItem } from '../../lib/items/claim.ts';
import { incidentItem, listItem, type StoredIncident } from '../../lib/items/incident.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict, type Write } from '../runtime/table.ts';
import { claimResource } from './open-incident/claim.ts';

/** Notes how an incident stands, in its record and in the list of all. */
export async function setState(work: Work, incident: string, state: IncidentState): Promise<void> {
  const { openedAt } = await read(work, incident);
  const set = {
    UpdateExpression: 'SET #state = :state',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': state },
  };
  const lines = [incidentItem.key(incident), listItem.key(openedAt, incident)];
  await Promise.all(lines.map((key) => work.table.update(key, set)));
}

async function read({ table }: Work, incident: string): Promise<StoredIncident> {
  const found = await incidentItem.find(table, incident);
  if (!found) throw new Broken(`There is no record of ${incident}.`);
  return found;
}

/** An incident's record, as far as it says how its runs ended. */
type Standing = Pick<StoredIncident, 'state' | 'openedAt' | 'run' | 'ends' | 'threats'>;

function standingWith({ state, ends, threats }: Standing, { id, mode }: Run, ended: IncidentState, at: string) {
  const now = { ...ends, [id]: ended };
  const threat = threats[id];
  const after = threat ? { ...threats, [id]: { ...threat, ended: { at, mode } } } : threats;
  // Whoever answers only once all has been let go contains nothing, and reopens nothing.
  const over = ended === 'held' && (state === 'released' || state === 'closed');
  return { ends: now, threats: after, state: over ? state : stateOver(after, now) };
}

/** Writes that note it, unless somebody has noted something else since it was read. */
function noting(incident: string, before: Standing, { ends, state, threats }: Omit<Standing, 'openedAt' | 'run'>) {
  const ExpressionAttributeNames = { '#state': 'state' };
  return (TableName: string): Write[] => [
    {
      Update: {
        TableName,
        Key: incidentItem.key(incident),
        UpdateExpression: 'SET #state = :state, #ends = :ends, threats = :threats',
        // One of an older version may note neither ends nor threats yet.
        ConditionExpression:
          '#state = :seen AND #run = :main AND (#ends = :before OR attribute_not_exists(#ends)) AND (threats = :were OR attribute_not_exists(threats))',
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#run': 'run', '#ends': 'ends' },
        ExpressionAttributeValues: {
          ':state': state,
          ':ends': ends,
          ':threats': threats,
          ':were': before.threats,
          ':seen': before.state,
          ':main': before.run,
          ':before': before.ends,
        },
      },
    },
    {
      Update: {
        TableName,
        Key: listItem.key(before.openedAt, incident),
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
export async function settle(work: Work, run: Run, ended: IncidentState): Promise<void> {
  const { incident } = run;
  for (let turn = 0; turn < patience; turn++) {
    const before = await read(work, incident);
    const after = standingWith(before, run, ended, work.now());
    try {
      await work.table.transact(noting(incident, before, after));
      if (isOver(before) && !isOver(after)) await reclaim(work, run);
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * (turn + 1)));
    }
  }
  throw new Transient(`The record of ${incident} is busy.`);
}

const isOver = ({ state }: Pick<Standing, 'state'>): boolean => state === 'released' || state === 'closed';

/** It holds something although it was ended meanwhile: what is found about that belongs to it again, unless another incident has it. */
async function reclaim(work: Work, { incident, id }: Run): Promise<void> {
  const { claims } = await read(work, incident);
  const claim = (one: string) =>
    work.table.transact((TableName) => [claimResource(one, { incident, run: id })(TableName)]);
  const theirs = (error: unknown): void => {
    if (!(error instanceof Conflict)) throw error;
  };
  await Promise.all(claims.map((one) => claim(one).catch(theirs)));
}

/** What its runs held is released, but for those that still wait for an answer. */
export async function noteReleased(work: Work, incident: string, waiting: readonly string[]): Promise<void> {
  for (let turn = 0; turn < patience; turn++) {
    const before = await read(work, incident);
    const { threats } = before;
    const ended = Object.entries(before.ends).map(([run, end]): [string, IncidentState] => [
      run,
      end === 'held' || waiting.includes(run) ? end : 'released',
    ]);
    const ends = Object.fromEntries(ended);
    try {
      await work.table.transact(noting(incident, before, { ends, threats, state: stateOver(threats, ends) }));
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * (turn + 1)));
    }
  }
  throw new Transient(`The record of ${incident} is busy.`);
}

/** Gives the resources free: the next finding about one opens a new incident. Ours only; another incident's claims stay. */
export async function closeClaim(work: Work, incident: string, state: 'released' | 'closed'): Promise<void> {
  const freed = await free(work, incident);
  await setState(work, incident, state);
  // From now on it takes no further session; one may have come in between.
  await free(work, incident, freed);
}

async function free(work: Work, incident: string, already: readonly string[] = []): Promise<string[]> {
  const { claims } = await read(work, incident);
  const closeOne = (claim: string) =>
    work.table.update(claimItem.key(claim), {
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
