/** The clocks of one incident on a deployment: facts set by people, schedules that fire, what is on record. */
import { DeleteScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { expect, vi } from 'vitest';
import { scheduleName } from '../../lambdas/clock/schedules.ts';
import { type Attached, call, messagesOf } from '../deployed/deployed.ts';
import { people } from '../sandbox/deployment.ts';
import { launch } from '../sandbox/estate.ts';
import { findingAbout, send } from '../sandbox/finding.ts';
import type { Message } from '../sandbox/slack/slack.ts';
import { decideBySignature } from './command-line.ts';
import { type Item, incidentsAbout, itemsOf } from './runs.ts';

const soon = { timeout: 240_000, interval: 200 };
const hour = 3_600_000;
export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * hour).toISOString();

/** The one clock most of it is about. */
export const dfars = { regime: 'dfars', report: 'initial' } as const;
export type Clock = { readonly regime: string; readonly report: string };

export const obligationIn = async (deployment: Attached, incident: string, clock: Clock = dfars): Promise<Item> => {
  const [found] = await itemsOf(deployment, `INC#${incident}`, `OBLIGATION#${clock.regime}#${clock.report}`);
  return found ?? { sk: '' };
};

/** A new incident about a fresh instance, in which nothing was contained and the clocks run. */
export async function openIncident(deployment: Attached): Promise<string> {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own' });
  await send(deployment, findingAbout(deployment, instance));
  let [incident = '', approval = ''] = ['', ''];
  await vi.waitFor(async () => {
    [incident = ''] = await incidentsAbout(deployment, instance);
    const [asked] = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
    expect(asked?.token).toBeTypeOf('string');
    approval = String(asked?.id);
  }, soon);
  await decideBySignature(deployment, 'Rosa', { action: 'decline', approval, reason: 'a test of the clocks' });
  await vi.waitFor(async () => {
    const [meta] = await itemsOf(deployment, `INC#${incident}`, 'META');
    expect(meta?.state).toBe('held');
  }, soon);
  return incident;
}

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly error?: string;
    readonly moved: readonly { obligation: string; from: string; to: string }[];
    readonly obligations: readonly { regime: string; report: string; state: string; dueAt: string | null }[];
    readonly locks: { extended: string[]; longEnough: string[]; failed: object[]; until: string };
  };
}

/** Asks the API for clocks, signed as a person. */
export async function ask(deployment: Attached, request: object, by: 'Rosa' | 'Leo' = 'Rosa'): Promise<Answer> {
  const { status, body } = await decideBySignature(deployment, by, request, 'ClocksUrl');
  return { status, body: JSON.parse(body) };
}

export const setFact = (deployment: Attached, incident: string, fact: string): Promise<Answer> =>
  ask(deployment, { action: 'fact', incident, fact, reason: 'the proxy log shows it' });

/** Where the schedule of a clock is. */
const scheduleOf = ({ outputs }: Attached, incident: string, { regime, report }: Clock) => ({
  GroupName: outputs.ScheduleGroup,
  Name: scheduleName(incident, regime, report),
});

/** The time a clock is set to; null where it is not set. */
export async function setTo(deployment: Attached, incident: string, clock: Clock = dfars): Promise<string | null> {
  const command = new GetScheduleCommand(scheduleOf(deployment, incident, clock));
  try {
    return (await deployment.client(SchedulerClient, 'hub').send(command)).ScheduleExpression ?? null;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
}

export async function loseSchedule(deployment: Attached, incident: string, clock: Clock = dfars): Promise<void> {
  const command = new DeleteScheduleCommand(scheduleOf(deployment, incident, clock));
  await deployment.client(SchedulerClient, 'hub').send(command);
}

/** Its schedule fires. */
export async function fire(deployment: Attached, incident: string, clock: Clock = dfars): Promise<void> {
  const { GroupName, Name } = scheduleOf(deployment, incident, clock);
  await deployment.sandbox.post('/_sandbox/fire', { schedule: `${GroupName}/${Name}` });
}

/** It fires, and people are told of this reminder. */
export async function ring(deployment: Attached, incident: string, reminder: string): Promise<void> {
  const { dueAt } = await obligationIn(deployment, incident);
  await fire(deployment, incident);
  await vi.waitFor(async () => {
    const obligation = await obligationIn(deployment, incident);
    expect(obligation[`reminded#${reminder}`]).toMatchObject({ state: 'told', dueAt });
  }, soon);
}

/** What people read in Slack about an incident's clocks, with the channel. */
export const remindersIn = async (deployment: Attached, incident: string): Promise<string[]> =>
  (await messagesOf(deployment))
    .filter(({ text }) => text.includes(incident) && /Reminder|OVERDUE|Due soon/.test(text))
    .map(({ channel, text }) => `${channel} ${text}`);

interface View {
  readonly id: string;
  readonly user: string;
}

/** Rosa sets a fact from a message of the incident in Slack. What she is told only she sees. */
export async function setFactInSlack(deployment: Attached, incident: string, name: string, time: string) {
  const { slack } = deployment;
  const hasButton = ({ blocks, text }: Message) =>
    text.includes(incident) && JSON.stringify(blocks).includes('"action_id":"fact"');
  const ts = (await messagesOf(deployment)).findLast(hasButton)?.ts;
  await call(`${slack.url}/click`, 'POST', { ts, action_id: 'fact', user: people.rosa });
  let view: View | undefined;
  await vi.waitFor(async () => {
    view = (await call<View[]>(`${slack.url}/views`, 'GET')).find(({ user }) => user === people.rosa);
    expect(view).toBeDefined();
  }, soon);
  const values = { name, time: String(Math.floor(Date.parse(time) / 1000)), reason: 'seen in the mail gateway' };
  const before = (await messagesOf(deployment)).length;
  await call(`${slack.url}/submit`, 'POST', { view_id: view?.id, user: people.rosa, values });
  return (await messagesOf(deployment))
    .slice(before)
    .filter(({ ephemeral }) => ephemeral === people.rosa)
    .map(({ text }) => text)
    .join('\n');
}
