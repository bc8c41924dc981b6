/** Plays what together needs every right of retention: two people, a checkpoint that names it, and the daily call that removes it. */
import { expect } from 'vitest';
import { incidentItem } from '../../../lib/items/incident.ts';
import { typed } from '../../console/typed.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { invoke } from '../../sandbox/invoke.ts';
import { addIncident, put } from '../../scenario/ledgers.ts';
import { itemsOf } from '../../scenario/runs.ts';
import type { Attached } from '../deployed.ts';

const because = 'kept long enough';

/** Returns the incident that has left, and the checkpoint that names it. */
export async function playRetention(deployment: Attached): Promise<{ incident: string; checkpoint: number }> {
  const { operators, sandbox } = deployment;
  const by = ({ accessKeyId, secretAccessKey }: Credentials, ...words: string[]) =>
    typed(['retention', ...words, '--json'], {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: sandbox.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
  const openedAt = new Date(Date.now() - 60_000).toISOString();
  const incident = await addIncident(deployment, openedAt);
  const about = { state: 'closed', severity: 'low', type: 'T', resource: 'r', playbook: 'p', run: 'r' } as const;
  const sealed = { entries: 1, head: 'h', at: openedAt, uri: 's3://x', version: null, sha256: null, manifest: 'h' };
  const listed = { incident, openedAt, ...about, claims: [], ends: {}, threats: {} };
  await put(deployment, { ...incidentItem.item(listed, incident), sealed });
  const remove = () => by(operators.rosa, 'remove', incident, '--reason', because);
  const make = () => invoke<{ checkpoint: number }>(deployment, 'seal-checkpoint');
  const tend = () => invoke<{ left: string[] }>(deployment, 'keep-retention', { 'detail-type': 'Scheduled Event' });
  // Nothing goes that no checkpoint covers.
  expect(await remove()).toMatchObject({ code: 1, stderr: expect.stringContaining('are in no checkpoint') });
  await make();
  const { removal } = JSON.parse((await remove()).stdout) as { removal: string };
  expect(await by(operators.rosa, 'approve', removal)).toMatchObject({ code: 1 });
  expect(await by(operators.leo, 'approve', removal)).toMatchObject({ code: 0 });
  expect((await tend()).left).not.toContain(incident);
  const { checkpoint } = await make();
  expect((await tend()).left).toContain(incident);
  expect(await itemsOf(deployment, `INC#${incident}`)).toEqual([]);
  return { incident, checkpoint };
}
