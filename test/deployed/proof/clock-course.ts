/** Plays what together needs every right about clocks: facts from both sides, reminders with and without Slack, filings, the daily check. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, vi } from 'vitest';
import { heardItem } from '../../../lib/items/heard.ts';
import { people } from '../../sandbox/deployment.ts';
import { invoke } from '../../sandbox/invoke.ts';
import type { View } from '../../sandbox/slack/slack.ts';
import {
  ask,
  dfars,
  fire,
  hoursAgo,
  loseSchedule,
  obligationIn,
  ring,
  setFact,
  setFactInSlack,
} from '../../scenario/clocks.ts';
import { breakSlack } from '../../scenario/stage.ts';
import { type Attached, call, messagesOf } from '../deployed.ts';

/** The daily check counts what lies with the forwarders that were heard, and reads the roles of their accounts. */
async function hearForwarder({ sandbox, client, outputs }: Attached, account: string): Promise<void> {
  const place = { account, region: sandbox.regions.at(-1) ?? '' };
  await sandbox.post('/_sandbox/fire', { schedule: 'default/tourniquet-forwarder-alive', ...place });
  const query = new GetItemCommand({
    TableName: outputs.TableName ?? '',
    Key: marshall(heardItem.key(place.account, place.region)),
  });
  await vi.waitFor(async () => {
    expect((await client(DynamoDBClient, 'hub').send(query)).Item).toBeDefined();
  }, 60_000);
}

/** Whoever finds a clock gone makes it anew: the tick, the person in Slack, the daily check. */
async function loseClocks(deployment: Attached, incident: string): Promise<void> {
  await loseSchedule(deployment, incident);
  await setFactInSlack(deployment, incident, 'discovered', hoursAgo(1));
  await loseSchedule(deployment, incident);
  await invoke(deployment, 'clock-tick', { incident, ...dfars });
  await loseSchedule(deployment, incident);
  // What other suites have put into the table may fail; nothing of this incident does.
  const { hub, member } = deployment.sandbox.accounts;
  for (const account of [hub, member]) await hearForwarder(deployment, account);
  const { failed } = await invoke<{ failed: string[] }>(deployment, 'clock-sweep');
  expect(failed.filter((what) => what.includes(incident))).toEqual([]);
}

const voluntary = { regime: 'cisa-voluntary', report: 'initial' } as const;
const reference = 'of the course';

/** Rosa records a filing in Slack, and the clock of that report has the evidence held. */
async function fileInSlack(deployment: Attached, incident: string): Promise<void> {
  const { url } = deployment.slack;
  const isAbout = ({ text, blocks }: { text: string; blocks: unknown }): boolean =>
    text.includes(incident) && JSON.stringify(blocks).includes('"action_id":"filed"');
  const ts = (await messagesOf(deployment)).findLast(isAbout)?.ts;
  await call(`${url}/click`, 'POST', { ts, action_id: 'filed', user: people.rosa });
  const view = (await call<View[]>(`${url}/views`, 'GET')).find(({ user }) => user === people.rosa);
  const values = { report: `${voluntary.regime}/${voluntary.report}`, reference };
  const sent = await call<object>(`${url}/submit`, 'POST', { view_id: view?.id, user: people.rosa, values });
  expect(sent).toMatchObject({ status: 200, body: '' });
  await fire(deployment, incident, voluntary);
  await vi.waitFor(async () => {
    expect((await obligationIn(deployment, incident, voluntary)).held).toBeTypeOf('string');
  }, 60_000);
}

export async function playClocks(deployment: Attached, incident: string): Promise<void> {
  await loseClocks(deployment, incident);
  await setFact(deployment, incident, `discovered=${hoursAgo(73)}`);
  await ring(deployment, incident, 'due');
  await setFact(deployment, incident, `discovered=${hoursAgo(77)}`);
  const mend = await breakSlack(deployment, { slackFaults: [{ method: '*', status: 503 }] });
  await ring(deployment, incident, 'overdue-4h').finally(mend);
  await fileInSlack(deployment, incident);
  // The first once more, from the command line: nothing new is recorded, and the evidence is held from now on.
  for (const regime of [voluntary.regime, dfars.regime]) {
    const { status } = await ask(deployment, { action: 'filed', incident, regime, reference });
    expect(status).toBe(200);
  }
  // What is filed needs no clock any more: the daily check clears it away.
  // What other suites have put into the table may fail; nothing of this incident does.
  const { failed } = await invoke<{ failed: string[] }>(deployment, 'clock-sweep');
  expect(failed.filter((what) => what.includes(incident))).toEqual([]);
}
