/** Copies of ledgers and before-states on a deployment: they come by the stream of the table, and what could not be copied comes later. */
import {
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, expect, test, vi } from 'vitest';
import type { Letter } from '../../bin/console/letter.ts';
import { typed } from '../console/typed.ts';
import { deployed } from '../deployed/deployed.ts';
import { addEntry, addIncident, put } from '../scenario/ledgers.ts';
import { itemsOf } from '../scenario/runs.ts';

const deployment = deployed();
const { sandbox, operators, client, outputs } = deployment;
const soon = { timeout: 240_000, interval: 200 };
const now = (): string => new Date().toISOString();
const s3 = () => client(S3Client, 'hub');
const Bucket = outputs.VaultName;

async function copiesOf(incident: string): Promise<ObjectVersion[]> {
  const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket, Prefix: `copies/${incident}/` }));
  return Versions;
}

const read = async ({ Key }: ObjectVersion): Promise<unknown> => {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
};

const asOlga = (...words: string[]) =>
  typed([...words, '--json'], {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: operators.olga.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operators.olga.secretAccessKey,
  });

afterEach(() => sandbox.post('/_sandbox/faults', { clear: true }));

test('an entry and a before-state lie in the vault at once, locked, once, and as they stand in the table', async () => {
  const incident = await addIncident(deployment, now());
  const state = { pk: `INC#${incident}`, sk: 'BEFORE#swap-instance-profile#arn:x', v: 1, before: { profile: null } };
  await put(deployment, state);
  await put(deployment, { pk: `INC#${incident}`, sk: 'APPROVAL#quarantine', v: 1, token: 'nobody copies it' });
  await addEntry(deployment, incident, now());
  const started = Date.now();
  const copies = await vi.waitFor(async () => {
    const found = await copiesOf(incident);
    expect(found).toHaveLength(3);
    return found;
  }, soon);
  expect(Date.now() - started).toBeLessThan(60_000);
  const kept = (await itemsOf(deployment, `INC#${incident}`)).filter(({ sk }) => /^(LEDGER|BEFORE)#/.test(String(sk)));
  expect(await Promise.all(copies.map(read))).toEqual(expect.arrayContaining(kept));
  for (const { Key, VersionId } of copies) {
    const { Retention } = await s3().send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));
    expect(Retention).toMatchObject({ Mode: 'GOVERNANCE' });
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 100 * 86_400_000);
  }
}, 60_000);

test('what could not be copied is a dead letter without content, holds nothing back, and is copied when it is sent again', async () => {
  const incident = await addIncident(deployment, now());
  await vi.waitFor(async () => expect(await copiesOf(incident)).toHaveLength(1), soon);
  const rule = { action: 's3:PutObject', contains: `copies/${incident}`, effect: 'deny' };
  await sandbox.post('/_sandbox/faults', { rules: [rule] });
  await addEntry(deployment, incident, now());
  const other = await addIncident(deployment, now());
  await vi.waitFor(async () => expect(await copiesOf(other)).toHaveLength(1), soon);
  const lost = async (): Promise<Letter[]> => {
    const { stdout } = await asOlga('dead-letters');
    const letters = stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Letter] : []));
    return letters.filter(({ what }) => what.includes('not copied into the vault'));
  };
  const letters = await vi.waitFor(async () => {
    const found = await lost();
    expect(found).not.toEqual([]);
    return found;
  }, soon);
  expect(letters).toEqual([expect.objectContaining({ what: expect.stringMatching(/^1 changes? of/) })]);
  expect(JSON.stringify(letters)).not.toContain(incident);
  await sandbox.post('/_sandbox/faults', { clear: true });
  expect(await asOlga('dead-letters', 'redrive', ...letters.map(({ id }) => id))).toMatchObject({ code: 0 });
  await vi.waitFor(async () => expect(await copiesOf(incident)).toHaveLength(2), soon);
}, 90_000);
