/** Plays what together needs every right of retention: two people, a checkpoint that names it, and the daily call that removes it. */
import { expect } from 'vitest';
import { dayOf, grownItem } from '../../../lib/items/checkpoint.ts';
import { incidentItem, listItem } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { typed } from '../../console/typed.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { invoke } from '../../sandbox/invoke.ts';
import { addIncident, put } from '../../scenario/ledgers.ts';
import { itemsOf } from '../../scenario/runs.ts';
import type { Attached } from '../deployed.ts';

const because = 'kept long enough';

const make = (deployment: Attached) => invoke<{ checkpoint: number }>(deployment, 'seal-checkpoint');

/** The daily call. */
export const tend = (deployment: Attached) =>
  invoke<{ left: string[]; decided: string[] }>(deployment, 'keep-retention', { 'detail-type': 'Scheduled Event' });

const about = { severity: 'low', type: 'T', resource: 'r', playbook: 'p', run: 'r' } as const;
const none = { claims: [], ends: {}, threats: {} };
const sealedAt = (at: string) => ({
  entries: 1,
  head: 'h',
  at,
  uri: 's3://x',
  version: null,
  sha256: null,
  manifest: 'h',
});

/**
 * An incident of a hundred days ago, held and then closed and exported, leaves by what is configured, once a checkpoint has covered it and the
 * next one names it. Returns it, and what a backup from before its end has of it.
 */
export async function playTableDays(deployment: Attached): Promise<{ incident: string; backup: readonly Item[] }> {
  const openedAt = new Date(Date.now() - 100 * 86_400_000).toISOString();
  const today = new Date().toISOString();
  const incident = await addIncident(deployment, openedAt);
  const held = { incident, openedAt, ...about, state: 'held' } as const;
  await put(deployment, incidentItem.item({ ...held, ...none }, incident));
  const backup = [listItem.item(held, openedAt, incident), ...(await itemsOf(deployment, `INC#${incident}`))];
  const end = { ...held, ...none, state: 'closed', sealed: sealedAt(openedAt) } as const;
  await put(deployment, incidentItem.item(end, incident));
  // Its entry is of a day at which no checkpoint looks any more.
  await put(deployment, grownItem.item({ incident }, dayOf(today), incident));
  expect((await tend(deployment)).decided).not.toContain(incident);
  await make(deployment);
  expect(await tend(deployment)).toMatchObject({ decided: expect.arrayContaining([incident]) });
  await make(deployment);
  expect((await tend(deployment)).left).toContain(incident);
  expect(await itemsOf(deployment, `INC#${incident}`)).toEqual([]);
  return { incident, backup };
}

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
  const listed = { incident, openedAt, ...about, ...none, state: 'closed', sealed: sealedAt(openedAt) } as const;
  await put(deployment, incidentItem.item(listed, incident));
  const remove = () => by(operators.rosa, 'remove', incident, '--reason', because);
  // Nothing goes that no checkpoint covers.
  expect(await remove()).toMatchObject({ code: 1, stderr: expect.stringContaining('are in no checkpoint') });
  await make(deployment);
  const { removal } = JSON.parse((await remove()).stdout) as { removal: string };
  expect(await by(operators.rosa, 'approve', removal)).toMatchObject({ code: 1 });
  expect(await by(operators.leo, 'approve', removal)).toMatchObject({ code: 0 });
  expect((await tend(deployment)).left).not.toContain(incident);
  const { checkpoint } = await make(deployment);
  expect((await tend(deployment)).left).toContain(incident);
  expect(await itemsOf(deployment, `INC#${incident}`)).toEqual([]);
  return { incident, checkpoint };
}
