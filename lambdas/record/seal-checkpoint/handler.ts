import { Broken, Transient } from '../../../lib/domain/errors.ts';
import { genesis } from '../../../lib/domain/ledger.ts';
import { coverItem, type Tip, tipItem } from '../../../lib/items/checkpoint.ts';
import { type Departure, departureItem, departures } from '../../../lib/items/departure.ts';
import { checkpointOf, keyOf, sealed, tipOf } from '../../../lib/record/checkpoint/checkpoint.ts';
import type { ReadCheckpoint } from '../../../lib/record/checkpoint/read.ts';
import { sha256 } from '../../../lib/record/export/files.ts';
import { publish } from '../../runtime/channels.ts';
import { environment, tool } from '../../runtime/environment.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { forEach } from '../abreast.ts';
import { sign, signerOf } from '../sign.ts';
import { stamped } from '../stamped.ts';
import { lookAtGrown } from './look.ts';
import { put, readStored } from './stored.ts';

/** Nobody waits: the SDK may try again. */
const attempts = 3;
/** Checkpoints taken over from the vault in one run, where the table lags behind; Lambda tries twice more. */
const most = 1000;

/** The removals that no checkpoint names yet. */
const unnamed = async ({ table }: Work): Promise<Departure[]> =>
  departureItem
    .all(await table.query(departures))
    .flatMap(({ departure, checkpoint }) => (checkpoint === null ? departure : []));

/** From now on the incident may leave the table. Where it is not decided any more, there is nothing to note. */
async function noteRemoval({ table }: Work, { incident }: Departure, checkpoint: number): Promise<void> {
  const update = {
    UpdateExpression: 'SET checkpoint = :checkpoint',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':checkpoint': checkpoint },
  };
  await table.update(departureItem.key(incident), update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}

/** What a checkpoint says. */
type Said = Pick<ReadCheckpoint, 'checkpoint' | 'heads' | 'removals'>;

/** What the table notes of a checkpoint that lies in the vault: how far it covers each ledger, what may leave, and then that it is the newest. */
async function note(work: Work, { checkpoint, heads, removals }: Said, manifest: string) {
  const { table } = work;
  const { number, at } = checkpoint;
  await forEach(heads, async ({ incident, ...head }) => {
    await table.putNew(coverItem.item({ checkpoint: number, at, ...head }, incident, number));
  });
  await forEach(removals, (one) => noteRemoval(work, one, number));
  const update = {
    UpdateExpression: 'SET #tip = :tip, v = :v',
    ConditionExpression: 'attribute_not_exists(pk) OR #tip.#number < :number',
    ExpressionAttributeNames: { '#tip': 'tip', '#number': 'number' },
    ExpressionAttributeValues: {
      ':tip': tipOf(checkpoint, manifest, tool().sha256),
      ':number': number,
      ':v': tipItem.v,
    },
  };
  // Where another run was faster, the newer one stays.
  await table.update(tipItem.key(), update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}

/** Takes over a checkpoint that lies in the vault and that the table does not know: an earlier run ended between the two, or the table was restored. */
async function takeOver(work: Work, tip: Tip | null, fingerprint: string): Promise<void> {
  const number = (tip?.number ?? 0) + 1;
  const read = await readStored(work, number, fingerprint);
  const { checkpoint, manifest } = read;
  if (checkpoint.number !== number || checkpoint.previous !== (tip?.manifest ?? genesis))
    throw new Broken(`${keyOf(number)} in the vault does not follow the newest checkpoint that the table knows.`);
  logger.warn('A checkpoint in the vault was not in the table', { checkpoint: number });
  await note(work, read, manifest);
}

async function alarm(work: Work, number: number, alarms: readonly string[]): Promise<void> {
  if (alarms.length === 0) return;
  const text = [...alarms, 'Find out who could write to the table: tourniquet verify --checkpoints names everything.'];
  await publish(work, `Checkpoint ${number}: ledgers lost entries`, text.join('\n\n'));
}

/** What a run came to. */
export interface Outcome {
  readonly checkpoint: number;
  readonly added: number;
  readonly incidents: number;
  readonly size: number;
  readonly root: string;
  readonly uri: string;
  readonly alarms: readonly string[];
}

/**
 * Seals how far every ledger has come: the heads of those that grew since the newest checkpoint become leaves of the one tree, and its root is
 * signed, stamped and put into the vault, chained to the checkpoint before. What lies in the vault counts; the table follows it.
 */
export async function makeCheckpoint(work: Work): Promise<Outcome> {
  const signer = await signerOf(work);
  for (let turn = 0; turn < most; turn++) {
    const tip = (await tipItem.find(work.table))?.tip ?? null;
    const at = work.now();
    // Before the ledgers: whose removal was decided had its last entry before that.
    const removals = await unnamed(work);
    const { heads, fresh, apart, alarms } = await lookAtGrown(work, tip, at);
    const unsigned = checkpointOf({ tip, at, heads, fresh, apart, removals, signer });
    const { checkpoint, manifest } = unsigned;
    const { number, added, incidents, size, root } = checkpoint;
    const signature = await sign(work, manifest);
    const { answer } = await stamped({ checkpoint: number }, signature, at);
    const outcome = await put(work, number, sealed(unsigned, signature, answer), at);
    // Before the table notes the new ends: it will not find them strange again.
    await alarm(work, number, alarms);
    if (outcome === 'taken') {
      await takeOver(work, tip, sha256(signer.publicKey));
      continue;
    }
    await note(work, { checkpoint, heads, removals }, sha256(manifest));
    const uri = `s3://${environment('VAULT')}/${keyOf(number)}`;
    return { checkpoint: number, added, incidents, size, root, uri, alarms };
  }
  throw new Transient(`The table lags behind the vault by more than ${most} checkpoints.`);
}

/** Called once a day. */
export const handler = serveEntrance(async (_, work) => {
  const made = await makeCheckpoint(work);
  logger.info('Checkpoint', { made });
  return made;
}, attempts);
