/**
 * Plays what together needs every right of checkpoints and copies: a checkpoint that is made, one that is taken over, a ledger that lost its
 * end, and a dead letter of the stream.
 */
import { expect } from 'vitest';
import { tipItem } from '../../../lib/items/checkpoint.ts';
import { invoke } from '../../sandbox/invoke.ts';
import { addEntry, addIncident, remove, shorten } from '../../scenario/ledgers.ts';
import type { Attached } from '../deployed.ts';

export async function playCheckpoints(deployment: Attached): Promise<void> {
  const now = new Date().toISOString();
  const incident = await addIncident(deployment, now);
  await addEntry(deployment, incident, now);
  await invoke(deployment, 'seal-checkpoint');
  const mend = await shorten(deployment, incident);
  await remove(deployment, tipItem.key());
  const { alarms } = await invoke<{ alarms: string[] }>(deployment, 'seal-checkpoint');
  // Other suites leave ledgers that lost their end.
  expect(alarms).toEqual(expect.arrayContaining([expect.stringContaining(`The ledger of ${incident} has 1 entries`)]));
  await mend();
  const when = { approximateArrivalOfFirstRecord: now, approximateArrivalOfLastRecord: now };
  const { there } = await invoke<{ there: number }>(deployment, 'copy-to-vault', { DDBStreamBatchInfo: when });
  expect(there).toBeGreaterThan(0);
}
