/** Settings in the live system: who may change what, by how many people, and that the next finding meets them without a deployment. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { versionItem } from '../../lib/items/settings.ts';
import { typed } from '../console/typed.ts';
import { deployed, messagesOf } from '../deployed/deployed.ts';
import { outcomeOf, sessionOf } from '../deployed/proof/probe.ts';
import { type Credentials, configuration } from '../sandbox/deployment.ts';
import { launch } from '../sandbox/estate.ts';
import { findingAbout, send } from '../sandbox/finding.ts';
import { invoke } from '../sandbox/invoke.ts';
import { configured, forgetSettings, replaceSettings, underSettings } from '../sandbox/settings.ts';
import { incidentsAbout, itemsOf } from '../scenario/runs.ts';

const patience = { timeout: 600_000 };
const soon = { timeout: 240_000, interval: 500 };
const deployment = deployed();
const { sandbox, operators, client, outputs, slack } = deployment;
const folder = mkdtempSync(join(tmpdir(), 'settings-'));
const word = randomBytes(3).toString('hex');

const terminal =
  ({ accessKeyId, secretAccessKey }: Credentials) =>
  (...words: string[]) =>
    typed(words, {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: sandbox.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
const [rosa, leo, ada] = [terminal(operators.rosa), terminal(operators.leo), terminal(operators.ada)];
type Terminal = typeof rosa;

const Said = z.looseObject({ version: z.int().optional(), change: z.string().nullish(), error: z.string().optional() });
async function said(person: Terminal, ...words: string[]) {
  const { stdout, stderr } = await person(...words, '--json');
  return Said.parse(JSON.parse(stdout || JSON.stringify({ error: stderr })));
}
const file = (settings: object): string => {
  const path = join(folder, `${randomBytes(3).toString('hex')}.json`);
  writeFileSync(path, JSON.stringify(settings));
  return path;
};
const set = (person: Terminal, settings: object, ...more: string[]) =>
  said(person, 'settings', 'set', file(settings), '--reason', `night shift ${word}`, ...more);

let forget: () => Promise<unknown> = async () => {};
beforeAll(async () => {
  forget = await forgetSettings(deployment);
});
afterAll(async () => {
  await forget();
  rmSync(folder, { recursive: true });
});

const { approvers, standingOrders } = configured(deployment);
const mia = { name: 'Mia', slack: 'U0MIA' };
const own = { ...standingOrders[0], name: `own ${word}`, when: { tags: { 'tourniquet-test': word } } };

/** Who decides about a finding on an instance with these tags. */
async function authorityFor(
  tags: Readonly<Record<string, string>>,
): Promise<{ kind?: string; because?: string; mode?: string }> {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own', tags });
  await send(deployment, findingAbout(deployment, instance));
  return vi.waitFor(async () => {
    const [incident = ''] = await incidentsAbout(deployment, instance);
    const ledger = await itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
    const found = ledger.map(({ kind, what, detail }) => ({ kind, what, detail }));
    const asked = found.find(({ kind }) => kind === 'asked');
    const applied = found.find(({ kind, what }) => kind === 'step' && String(what).includes('quarantine-interfaces'));
    if (asked) return z.looseObject({ authority: z.looseObject({}) }).parse(asked.detail).authority;
    if (!applied)
      throw new Error(`nothing was asked and nothing applied yet: ${JSON.stringify(found.map(({ what }) => what))}`);
    return { kind: 'standing' };
  }, soon);
}

describe('settings', patience, () => {
  test('widen only with a second person; the same one is refused, and a version that counts no more', async () => {
    const proposed = await set(rosa, { standingOrders: [...standingOrders, own] });
    expect(proposed).toMatchObject({
      outcome: 'proposed',
      version: 0,
      widens: [`the standing order "own ${word}" is new or wider`],
    });
    const change = proposed.change ?? '';
    expect(await said(rosa, 'settings', 'approve', change)).toMatchObject({
      error: expect.stringContaining('You proposed this yourself'),
    });
    expect(await said(leo, 'settings', 'approve', change)).toMatchObject({
      outcome: 'changed',
      version: 1,
      by: 'Rosa',
      second: 'Leo',
    });
    expect(await said(leo, 'settings', 'approve', change)).toMatchObject({
      error: expect.stringContaining('approved before'),
    });
    expect(await set(leo, { mode: 'observe' }, '--on', '0')).toMatchObject({
      error: expect.stringContaining('version 1 counts now'),
    });
    const texts = (await messagesOf(deployment)).map((message) => JSON.stringify(message));
    for (const words of ['needs a second person', 'Settings changed: version 1'])
      expect(texts.some((text) => text.includes(words) && text.includes(`night shift ${word}`))).toBe(true);
  });

  test('take effect in the next finding, without a deployment', async () => {
    expect(await authorityFor({ 'tourniquet-test': word })).toMatchObject({ kind: 'standing' });
    expect(await set(leo, { standingOrders })).toMatchObject({ outcome: 'changed', version: 2, second: null });
    expect(await authorityFor({ 'tourniquet-test': word })).toMatchObject({
      kind: 'ask',
      because: 'no standing order matches',
    });
  });

  test('that cannot be parsed mean: people are asked, and told why; nobody can approve until they are restored', async () => {
    const back = await replaceSettings(deployment, { v: 1, version: 3, settings: { mode: 'autopilot' } });
    try {
      const decided = await authorityFor({ environment: 'canary' });
      expect(decided).toMatchObject({
        kind: 'ask',
        because: expect.stringContaining('the settings could not be read'),
      });
      expect(await set(rosa, { mode: 'observe' }, '--on', '3')).toMatchObject({
        error: expect.stringContaining('settingsReset'),
      });
    } finally {
      await back();
    }
  });

  test('have the mode among them: observe takes one person at once, respond two', async () => {
    expect(await said(rosa, 'mode', 'observe', '--reason', 'a false alarm')).toMatchObject({
      outcome: 'changed',
      mode: 'observe',
      by: 'Rosa',
    });
    const asked = await said(rosa, 'mode', 'respond');
    expect(asked).toMatchObject({ outcome: 'proposed', mode: 'observe', widens: ['the mode becomes respond'] });
    expect(await said(leo, 'settings', 'approve', asked.change ?? '')).toMatchObject({
      outcome: 'changed',
      version: 4,
    });
    expect(await said(leo, 'mode')).toMatchObject({ mode: 'respond', by: 'Rosa', version: 4 });
  });

  test('differ by account and by unit, the most specific first', async () => {
    const { member } = sandbox.accounts;
    const reached = await set(rosa, {
      inUnits: { 'ou-sand-quarantine': { mode: 'observe' } },
      inAccounts: { [member]: { standingOrders: [] } },
    });
    expect(reached).toMatchObject({ outcome: 'changed', version: 5 });
    expect(await authorityFor({ environment: 'canary' })).toMatchObject({
      kind: 'ask',
      because: 'no standing order matches',
    });
    expect(await invoke(deployment, 'keep-settings', { 'detail-type': 'Scheduled Event' })).toMatchObject({
      reset: false,
    });
    expect(await set(leo, { inUnits: {}, inAccounts: { [member]: { approvers: [] } } })).toMatchObject({
      outcome: 'proposed',
    });
  });

  test('are refused to whoever is no approver of all, in what is misspelt, and where nothing changes', async () => {
    expect(await set(rosa, { aprovers: [] })).toMatchObject({
      error: expect.stringContaining('did you mean "approvers"'),
    });
    expect(await set(rosa, { mode: 'respond' })).toMatchObject({ error: expect.stringContaining('already') });
    expect((await set(ada, { mode: 'observe' })).error).toMatch(/AWS refused|refused these credentials/);
    const proposed = await set(rosa, { approvers: [...approvers, mia] });
    expect(proposed).toMatchObject({ outcome: 'proposed', widens: ['Mia may approve'] });
  });

  test('have a history whose chain holds, and which names a version that was changed', async () => {
    const before = await rosa('settings', 'history', '--json');
    expect(JSON.parse(before.stdout)).toMatchObject({ intact: true, faults: [] });
    const marshallOptions = { removeUndefinedValues: true };
    const documents = DynamoDBDocumentClient.from(client(DynamoDBClient, 'hub'), { marshallOptions });
    const place = { TableName: outputs.SettingsTableName, Key: versionItem.key(2) };
    const { Item } = await documents.send(new GetCommand(place));
    const forged = { ...Item, settings: { ...configured(deployment), breakGlass: [] } };
    await documents.send(new PutCommand({ TableName: place.TableName, Item: forged }));
    const after = await rosa('settings', 'history', '--json');
    await documents.send(new PutCommand({ TableName: place.TableName, Item }));
    expect(after.code).toBe(1);
    expect(JSON.parse(after.stdout)).toMatchObject({
      intact: false,
      faults: [expect.stringContaining('version 2 is not as')],
    });
  });

  test('are written by the one function that keeps them, and by no other role of ours', async () => {
    const Item = { pk: { S: 'probe' }, sk: { S: 'probe' } };
    const contracts = contractsOf(parseConfig(configuration(sandbox, slack.url), { file: 'settings' }));
    const tries = contracts.map(async ({ name }) => {
      const as = await sessionOf(deployment, `tourniquet-${name}`);
      const put = new PutItemCommand({ TableName: outputs.SettingsTableName, Item });
      return [name, await outcomeOf(client(DynamoDBClient, 'hub', as).send(put))] as const;
    });
    const allowed = (await Promise.all(tries)).filter(([, outcome]) => outcome === 'allowed').map(([name]) => name);
    expect(allowed).toEqual(['keep-settings']);
  });

  test('know their approvers from the table: who was removed changes nothing more', async () => {
    const back = await underSettings(deployment, { approvers: [] });
    expect(await set(rosa, { mode: 'observe' })).toMatchObject({
      error: expect.stringContaining('not on the list of approvers'),
    });
    await back();
  });
});
