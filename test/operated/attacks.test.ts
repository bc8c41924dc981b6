/**
 * Hostile requests, callbacks, calls and events, on the deployment with policies enforced. What each is answered stands in the tables of attacks/;
 * after all of them the question still waits, nothing was done, the ledger has what the tables say, and nobody was told what they do not.
 */
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nowItem } from '../../lib/items/settings.ts';
import { until } from '../deployed/credentials/incident.ts';
import { deployed, messagesOf } from '../deployed/deployed.ts';
import { sendEvent } from '../sandbox/finding.ts';
import { ledgerOf as checked } from '../sandbox/readback.ts';
import { newIncidents, runsAbout } from '../scenario/runs.ts';
import { attackersBy, callAttacks, outcomeOf } from './attacks/calls.ts';
import { type DoorAttack, doorAttacks } from './attacks/doors.ts';
import { idleEvents, wordyEvents } from './attacks/events.ts';
import { slackAttacks } from './attacks/slack.ts';
import { type Attackers, attackersOf, ledgerOf, type Stage, setUp, standing } from './attacks/stage.ts';
import { callBack, knock, signingSecret } from './attacks/wire.ts';

const deployment = deployed();
const patience = { timeout: 600_000 };
let stage: Stage;
let attacking: Attackers;
let secret: string;
let version: number;
let before: Awaited<ReturnType<typeof standing>>;
let entries: number;
let messages: number;
/** Where somebody would like answers to be sent; nobody comes. */
let visits = 0;
const trap = createServer((_, answer) => {
  visits++;
  answer.end();
});
let trapUrl = '';

beforeAll(async () => {
  stage = await setUp(deployment);
  [attacking, secret, version] = await Promise.all([
    attackersOf(deployment, stage),
    signingSecret(deployment),
    deployment
      .client(DynamoDBClient, 'hub')
      .send(new GetItemCommand({ TableName: deployment.outputs.SettingsTableName, Key: marshall(nowItem.key()) }))
      .then(({ Item }) => (Item ? Number(unmarshall(Item).version) : 0)),
  ]);
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const address = trap.address();
  trapUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  before = await standing(deployment, stage);
  entries = (await ledgerOf(deployment, stage.incident)).length;
  messages = (await messagesOf(deployment)).length;
}, 120_000);
afterAll(() => trap.close());

/** What the stage knows, in the places that the tables leave for it. */
function filled(text: string): string {
  const { approval, incident, plan, past, word } = stage;
  const known: Readonly<Record<string, string>> = {
    '$past.approval': past.approval,
    '$past.incident': past.incident,
    $approval: approval,
    $incident: incident,
    '"$version"': String(version),
    $version: String(version),
    $plan: plan,
    $word: word,
    $trap: trapUrl,
  };
  return Object.entries(known).reduce((from, [name, value]) => from.replaceAll(name, value), text);
}

const written = (body: unknown): string | Buffer =>
  Buffer.isBuffer(body) ? body : filled(typeof body === 'string' ? body : JSON.stringify(body));

const rows = <T>(table: Readonly<Record<string, Readonly<Record<string, T>>>>): [string, T][] =>
  Object.entries(table).flatMap(([kind, some]) =>
    Object.entries(some).map(([what, row]): [string, T] => [`${kind}: ${what}`, row]),
  );

const doors = rows<DoorAttack>(doorAttacks);
const callbacks = rows(slackAttacks);

describe.concurrent('the doors of approvers', patience, () => {
  test.each(doors)('%s', async (_, { as = 'rosa', body, astray = {}, status, says, ledger: __, ...request }) => {
    const keys = as === 'nobody' ? null : attacking[as];
    const { body: said, ...rest } = astray;
    const changed = said === undefined ? rest : { ...rest, body: filled(said) };
    const answer = await knock(deployment, keys, { ...request, body: written(body) }, changed);
    expect({ ...answer, body: answer.body.slice(0, 600) }).toEqual({
      status,
      body: expect.stringContaining(filled(says)),
    });
  });
});

describe.concurrent("Slack's door", patience, () => {
  test.each(callbacks)('%s', async (_, { payload, forged = {}, status }) => {
    const body =
      typeof payload === 'string'
        ? payload
        : new URLSearchParams({ payload: filled(JSON.stringify(payload)) }).toString();
    const { body: said, ...rest } = forged;
    const changed = said === undefined ? rest : { ...rest, body: filled(decodeURIComponent(said)) };
    expect(await callBack(deployment, secret, body, changed)).toEqual({ status, body: '' });
  });
});

describe.concurrent('calls of AWS', patience, () => {
  const names = Object.keys(callAttacks(deployment, {} as Stage));
  test.each(names)('keep everybody out whose work it is not: to %s', async (name) => {
    const attempt = callAttacks(deployment, stage)[name];
    const attackers = attackersBy(name);
    const outcomes = await Promise.all(
      attackers.map(async (who) => [who, await outcomeOf(attempt?.(attacking[who]) ?? Promise.resolve(), who)]),
    );
    expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(attackers.map((who) => [who, 'kept out'])));
  });
});

describe('events', patience, () => {
  test('of no incident open none, and tell nobody', async () => {
    const idle = idleEvents(deployment, stage);
    await Promise.all(Object.values(idle).map(({ event }) => sendEvent(deployment, event)));
    const wordy = wordyEvents(deployment);
    await Promise.all(Object.values(wordy).map(({ event }) => sendEvent(deployment, event)));
    const all = Object.entries(wordy);
    const told = await until('a message about each', async () => {
      const text = (await messagesOf(deployment)).map((one) => JSON.stringify(one));
      const found = all.map(([, { word }]) => text.filter((one) => one.includes(word)));
      return found.every((some) => some.length > 0) ? found.flat() : undefined;
    });
    // Of ours there are the moment and who is on call, and nothing else pings, links or steers.
    for (const one of told) expect(one).not.toMatch(/<(?!!date\^|!subteam\^S0ONCALL>)|\\u001b|\u202e|\u2066/);
    const words = Object.values(idle).map(({ word }) => word);
    const runs = await runsAbout(
      deployment,
      words.filter((word) => word !== stage.instance),
    );
    expect(runs.filter(({ output }) => !['ignored', 'advised', ''].includes(output.outcome))).toEqual([]);
    const opened = (await newIncidents(deployment)).map(({ resource }) => String(resource));
    for (const word of words.filter((one) => one !== stage.instance))
      expect(opened.filter((one) => one.includes(word))).toEqual([]);
  });
});

describe('after all of it', patience, () => {
  test('the question waits as it did, and what was done is what was done before', async () => {
    expect(await standing(deployment, stage)).toEqual(before);
    expect(visits).toBe(0);
  });

  test('the ledger is whole, and has what the tables say, as it was said', async () => {
    const ledger = await ledgerOf(deployment, stage.incident);
    expect(checked(ledger).intact).toBe(true);
    const added = ledger.slice(entries).map((one) => JSON.stringify([one.what, one.detail]));
    const expected = doors.flatMap(([, { ledger: words }]) => (words ? [filled(words)] : []));
    for (const words of expected)
      expect(added.filter((one) => one.includes(JSON.stringify(words).slice(1, -1)))).toHaveLength(1);
    expect(added).toHaveLength(expected.length);
  });

  test('each who clicked was told why not, alone, and nobody else was told anything of it', async () => {
    const after = (await messagesOf(deployment)).slice(messages);
    for (const [what, { told, payload }] of callbacks.filter(([, row]) => row.told)) {
      const { user } = payload as { user: { id: string } };
      const whispers = after.filter(({ ephemeral, text }) => ephemeral === user.id && text.includes(told ?? ''));
      expect(whispers.length, what).toBeGreaterThan(0);
    }
    const loud = after.filter(({ ephemeral }) => !ephemeral).map((one) => JSON.stringify(one));
    expect(loud.filter((one) => one.includes(stage.approval) || one.includes(stage.past.incident))).toEqual([]);
  });
});
