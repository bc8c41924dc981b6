/**
 * The runbook docs/restore.md, played: the table is lost while one instance is in quarantine and people are asked about another. A copy that
 * is some minutes old takes its place, the vault has the rest. In a sandbox of its own, by npm run nightly.
 */
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { headItem } from '../../lib/items/ledger.ts';
import { ledgerOf } from '../../lib/record/incident.ts';
import type { Comparison } from '../../lib/record/restore.ts';
import { typed } from '../console/typed.ts';
import type { Attached } from '../deployed/deployed.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { compare } from '../scenario/compare.ts';
import { put, remove } from '../scenario/ledgers.ts';
import { observe } from '../scenario/observe.ts';
import { readScenario } from '../scenario/parse.ts';
import { play } from '../scenario/play.ts';
import { type Item, incidentsAbout, itemsOf, runsAbout } from '../scenario/runs.ts';
import { type Deployment, deployStack, outputsOf, prepareStacks, startDeployment } from './deployment.ts';
import { buildEstate, launch } from './estate.ts';
import { findingAbout, send } from './finding.ts';

const soon = { timeout: 240_000, interval: 200 };
const restored = 'restored';
let started: Deployment;
let deployment: Attached;

const tables = () => deployment.client(DynamoDBClient, 'hub');

async function* itemsIn(TableName: string | undefined): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client: tables() }, { TableName })) yield* Items;
}

async function write(requests: { PutRequest?: object; DeleteRequest?: object }[], table: string): Promise<void> {
  for (let from = 0; from < requests.length; from += 25) {
    const RequestItems = { [table]: requests.slice(from, from + 25) as never[] };
    await tables().send(new BatchWriteItemCommand({ RequestItems }));
  }
}

/** What RestoreTableToPointInTime makes of it, which the sandbox does not play: another table, with neither stream nor protection. */
async function backup(from: string): Promise<void> {
  const [pk, sk] = ['pk', 'sk'] as const;
  const AttributeDefinitions = [pk, sk].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
  const KeySchema = [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  // The command that the runbook has for it: UpdateTable with a stream of new images.
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const };
  const shape = { AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' as const, StreamSpecification };
  await tables().send(new CreateTableCommand({ TableName: restored, ...shape }));
  const items = await Array.fromAsync(itemsIn(from));
  await write(
    items.map((item) => ({ PutRequest: { Item: item } })),
    restored,
  );
}

async function wipe(table: string): Promise<void> {
  const items = await Array.fromAsync(itemsIn(table));
  await write(
    items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
    table,
  );
}

const inRestored = (): Attached => ({ ...deployment, outputs: { ...deployment.outputs, TableName: restored } });

/** Takes out of the copy what came in its last minutes: a before-state, and the end of a ledger. */
async function lagBehind(incident: string): Promise<string[]> {
  const items = await itemsOf(inRestored(), `INC#${incident}`);
  const entries = items.filter(({ sk }) => sk.startsWith('LEDGER#'));
  const [lastBefore] = items.filter(({ sk }) => sk.startsWith('BEFORE#')).toSorted(byTime);
  const lost = [...entries.slice(-3), ...(lastBefore ? [lastBefore] : [])];
  for (const { pk, sk } of lost) await remove(inRestored(), { pk: String(pk), sk });
  const last = entries.at(-4);
  const head = { sequence: entries.length - 3, hash: String(last?.hash), day: String(last?.at).slice(0, 10) };
  await put(inRestored(), headItem.item(head, incident));
  return lost.map(({ sk }) => sk);
}
const byTime = (a: Item, b: Item): number => String(b.takenAt).localeCompare(String(a.takenAt));

async function root(...words: string[]): Promise<string> {
  const { sandbox } = deployment;
  const env = {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: sandbox.accounts.hub,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  };
  const { stdout, stderr, code } = await typed([...words, '--json'], env);
  if (!stdout) throw new Error(`${words.join(' ')}: ${code} ${stderr}`);
  return stdout;
}

/** Every entry, every before-state and every change of an incident is in the vault. */
async function untilCopied(incident: string): Promise<void> {
  await vi.waitFor(async () => {
    const [compared] = (await root('restore', incident))
      .split('\n')
      .map((line) => JSON.parse(line || '{}') as Comparison);
    const entries = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
    expect(compared).toMatchObject({ entries: entries.length, missing: [], faults: [] });
  }, soon);
}

/** An instance about which people are asked. */
async function waiting(): Promise<{ instance: string; approval: string }> {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own' });
  await send(deployment, findingAbout(deployment, instance));
  return vi.waitFor(async () => {
    const [incident] = await incidentsAbout(deployment, instance);
    const [asked] = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
    expect(asked?.token).toBeTypeOf('string');
    return { instance, approval: String(asked?.id) };
  }, soon);
}

/** The runbook. Returns what the copy lacked and got back from the vault. */
async function restore(incident: string): Promise<string[]> {
  const { sandbox, slack } = deployment;
  const lost = deployment.outputs.TableName ?? '';
  await untilCopied(incident);
  await backup(lost);
  const lacking = await lagBehind(incident);
  await wipe(lost);
  const shown = JSON.parse(await root('restore', incident, '--table', restored)) as Comparison;
  expect(shown.faults).toEqual([]);
  expect(shown.missing.map(({ sk }) => sk)).toEqual(expect.arrayContaining(lacking));
  await root('restore', incident, '--table', restored, '--put');
  expect(JSON.parse(await root('restore', incident, '--table', restored))).toMatchObject({ missing: [], faults: [] });
  const { Table } = await tables().send(new DescribeTableCommand({ TableName: restored }));
  await sandbox.post('/_sandbox/enforce', { on: false });
  await prepareStacks(started.sandbox, slack.url, { existing: { table: Table?.LatestStreamArn } });
  await deployStack(started.sandbox, 'hub', 'Tourniquet');
  await sandbox.post('/_sandbox/enforce', { on: true });
  Object.assign(deployment.outputs, await outputsOf(started.sandbox));
  expect(deployment.outputs.TableName).toBe(restored);
  return lacking;
}

const answered = async (approval: string): Promise<void> => {
  const { status } = await decideBySignature(deployment, 'Rosa', { action: 'approve', approval });
  expect(status).toBe(200);
};

describe('a table that was lost', () => {
  beforeAll(async () => {
    started = await startDeployment(undefined, { waits: 0.2 });
    deployment = { ...started, outputs: { ...started.outputs }, estate: await buildEstate(started) };
  }, 180_000);
  afterAll(() => started?.stop());

  test('the waiting run goes on, what is contained is released exactly, and the copies go on', async () => {
    let other = { instance: '', approval: '' };
    let incident = '';
    await play(deployment, readScenario(join(import.meta.dirname, 'restored.yaml')), async (played) => {
      expect(compare(played.round.expect, await observe(played))).toEqual([]);
      if (played.round.release) return;
      other = await waiting();
      [incident = ''] = await incidentsAbout(deployment, played.stage.instance);
      expect((await restore(incident)).filter((sk) => sk.startsWith('BEFORE#'))).toHaveLength(1);
      await answered(other.approval);
    });
    await vi.waitFor(async () => {
      const [run] = await runsAbout(deployment, [other.instance]);
      expect(run).toMatchObject({ status: 'SUCCEEDED', output: { state: 'contained' } });
    }, soon);
    expect(ledgerOf(await itemsOf(deployment, `INC#${incident}`))).toMatchObject({ intact: true });
    await untilCopied(incident);
    const { Versions = [] } = await deployment
      .client(S3Client, 'hub')
      .send(
        new ListObjectVersionsCommand({ Bucket: deployment.outputs.VaultName, Prefix: `copies/${incident}/before/` }),
      );
    expect(new Set(Versions.map(({ Key }) => Key)).size).toBe(Versions.length);
  }, 300_000);

  test('the doctor says which protections the restored table lacks, and how it gets them', async () => {
    const only = 'table-protected,table-recovery,table-copies';
    const { stdout } = await typed(['doctor', '--only', only, '--json'], {
      AWS_ENDPOINT_URL: deployment.sandbox.endpoint,
      AWS_REGION: deployment.sandbox.region,
      AWS_ACCESS_KEY_ID: deployment.sandbox.accounts.hub,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    });
    const lines = stdout
      .split('\n')
      .flatMap((line) => (line ? [JSON.parse(line) as { check: string; level: string }] : []));
    expect(new Map(lines.map(({ check, level }) => [check, level]))).toEqual(
      new Map([
        ['table-protected', 'fail'],
        ['table-recovery', 'fail'],
        ['table-copies', 'ok'],
      ]),
    );
  }, 60_000);
});
