/** Checkpoints on a deployment: made by the function of the daily rule; an operator is told which incidents were made to vanish. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tipItem } from '../../lib/items/checkpoint.ts';
import { departureItem } from '../../lib/items/departure.ts';
import { listPartition } from '../../lib/items/incident.ts';
import type { CheckpointVerdict } from '../../lib/record/checkpoint/verdict.ts';
import type { Comparison } from '../../lib/record/restore.ts';
import { typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import { playRetention, playTableDays, tend } from '../deployed/proof/retention-course.ts';
import { invoke } from '../sandbox/invoke.ts';
import { addEntry, addIncident, put, remove, shorten, vanish } from '../scenario/ledgers.ts';
import { itemsOf } from '../scenario/runs.ts';

const deployment = deployed();
const { sandbox, operators, client, outputs } = deployment;
const folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

interface Made {
  readonly checkpoint: number;
  readonly added: number;
  readonly size: number;
  readonly alarms: readonly string[];
}
const make = (): Promise<Made> => invoke<Made>(deployment, 'seal-checkpoint');

const rosa = (...words: string[]) =>
  typed(words, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: operators.rosa.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operators.rosa.secretAccessKey,
  });

async function verify(): Promise<CheckpointVerdict> {
  const { stdout, stderr } = await rosa('verify', '--checkpoints', '--json');
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as CheckpointVerdict;
}

let ours: string[];
/** Other suites leave incidents of their own on this deployment, and in the vault what only tries a right. */
const probe = 'probe';
const ofOurs = ({ faults }: CheckpointVerdict) =>
  faults.filter(({ incident, what }) => (incident ? ours.includes(incident) : !what.startsWith(probe)));

describe('checkpoints', { timeout: 60_000 }, () => {
  let first: Made;
  beforeAll(async () => {
    ours = await Promise.all([addIncident(deployment, minutesAgo(1)), addIncident(deployment, minutesAgo(1))]);
    await addEntry(deployment, ours[1] ?? '', minutesAgo(1));
    first = await make();
  }, 60_000);

  test('are locked in the vault, and the next has only what grew', async () => {
    expect(first.added).toBeGreaterThanOrEqual(2);
    await addEntry(deployment, ours[0] ?? '', minutesAgo(0));
    const second = await make();
    expect(second).toMatchObject({ checkpoint: first.checkpoint + 1, size: first.size + second.added });
    expect(second.added).toBeGreaterThanOrEqual(1);
    const Key = `checkpoints/${String(second.checkpoint).padStart(6, '0')}.tar`;
    const { Retention } = await client(S3Client, 'hub').send(
      new GetObjectRetentionCommand({ Bucket: outputs.VaultName, Key }),
    );
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 100 * 86_400_000);
  });

  test('hold, go on where the table has lost the newest, and are handed out', async () => {
    await remove(deployment, tipItem.key());
    const { checkpoint } = await make();
    expect(checkpoint).toBe(first.checkpoint + 2);
    const verdict = await verify();
    expect(verdict).toMatchObject({ checkpoints: checkpoint, last: { number: checkpoint } });
    expect(ofOurs(verdict)).toEqual([]);
    expect(await rosa('export', '--checkpoints', '--to', folder)).toMatchObject({ code: 0 });
    const files = readdirSync(join(folder, 'checkpoints')).filter((name) => name !== probe);
    expect(files).toHaveLength(checkpoint);
  });

  test('name an incident that two people removed, and it leaves the table only then', async () => {
    const { incident, checkpoint } = await playRetention(deployment);
    await make();
    const verdict = await verify();
    expect(verdict.faults.filter((one) => one.incident === incident || one.incident === 'retention')).toEqual([]);
    const said = { incident, checkpoint, by: 'Rosa', second: 'Leo', reason: 'kept long enough' };
    expect(verdict.removed).toContainEqual(expect.objectContaining(said));
  });

  test('name one that tableDays removed; what a backup brings back of it is known, never open, and leaves again', async () => {
    const { incident, backup } = await playTableDays(deployment);
    const verdict = await verify();
    const by = { incident, by: 'configuration', second: null, reason: 'tableDays: 90' };
    expect(verdict.removed).toContainEqual(expect.objectContaining(by));
    const restore = async (...words: string[]): Promise<Comparison> => {
      const { stdout, stderr } = await typed(['restore', incident, ...words, '--json'], {
        AWS_ENDPOINT_URL: sandbox.endpoint,
        AWS_REGION: sandbox.region,
        AWS_ACCESS_KEY_ID: sandbox.accounts.hub,
        AWS_SECRET_ACCESS_KEY: 'sandbox',
      });
      if (!stdout) throw new Error(stderr);
      return JSON.parse(stdout) as Comparison;
    };
    await vi.waitFor(async () => {
      expect(await restore()).toMatchObject({ missing: [], faults: [], left: { table: 'gone', departure: by } });
    }, 30_000);
    await remove(deployment, departureItem.key(incident));
    for (const item of backup) await put(deployment, item);
    expect((await verify()).notes).toContainEqual(expect.stringContaining(`${incident} was to leave by checkpoint`));
    expect(await restore('--put')).toMatchObject({ faults: [], left: { table: 'there again' } });
    const listed = (await itemsOf(deployment, listPartition)).filter((item) => item.incident === incident);
    expect(listed).toEqual([expect.objectContaining({ state: 'closed' })]);
    expect(await restore()).toMatchObject({ missing: [], faults: [], left: { table: 'there again' } });
    expect((await tend(deployment)).left).toContain(incident);
    expect(await itemsOf(deployment, `INC#${incident}`)).toEqual([]);
  });

  test('name the incident that was removed, the one that was shortened, and the one that was backdated', async () => {
    const [removed = '', shortened = ''] = ours;
    const mend = [await vanish(deployment, removed), await shorten(deployment, shortened)];
    const backdated = await addIncident(deployment, minutesAgo(120));
    ours = [...ours, backdated];
    const faults = ofOurs(await verify());
    for (const back of mend) await back();
    await vanish(deployment, backdated);
    expect(new Map(faults.map(({ incident, kind }) => [incident, kind]))).toEqual(
      new Map([
        [removed, 'removed'],
        [shortened, 'shortened'],
        [backdated, 'backdated'],
      ]),
    );
  });
});
