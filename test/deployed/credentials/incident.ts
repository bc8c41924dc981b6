/** An incident from outside: a finding goes in, people answer by signed requests, and what came of it is read from the record. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { claimItem } from '../../../lib/items/claim.ts';
import { decideBySignature } from '../../scenario/command-line.ts';
import { type Item, itemsOf, newIncidents } from '../../scenario/runs.ts';
import { type Attached, messagesOf } from '../deployed.ts';

/** Milliseconds for anything a run does; it waits twice for AWS to settle, and twice more where it escalates. */
const patience = 240_000;

export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(200)) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error(`Waited ${patience / 1000} s in vain for ${what}.`);
}

/** Incidents whose resource contains the words, oldest first. */
export async function incidentsAbout(deployment: Attached, words: string): Promise<string[]> {
  const all = await newIncidents(deployment);
  return all.filter(({ resource }) => String(resource).includes(words)).map(({ incident }) => String(incident));
}

/** The newest of so many incidents about it, once there are as many. */
export const opened = (deployment: Attached, words: string, count = 1): Promise<string> =>
  until(`incident ${count} about ${words}`, async () => (await incidentsAbout(deployment, words))[count - 1]);

/** Gives a resource free that another suite's incident may hold: there is only one root user an account. Returns how many are about it. */
export async function freed(deployment: Attached, arn: string): Promise<number> {
  const update = {
    Key: claimItem.key(arn),
    UpdateExpression: 'SET #state = :closed',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':closed': 'closed' },
  };
  const table = DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));
  await table.send(new UpdateCommand({ TableName: deployment.outputs.TableName, ...update }));
  return (await incidentsAbout(deployment, arn)).length;
}

type Answer = 'approve' | 'decline';
/** By question; one that is not named is approved, which of a hand-over means that somebody takes it over. */
export type Answers = Readonly<Record<string, Answer>>;

export interface Ended {
  readonly incident: string;
  readonly state: string;
  readonly trouble: readonly string[];
  readonly asked: readonly string[];
  /** What each operation of a step came to, as `deny-user/apply`. */
  readonly results: Readonly<Record<string, string>>;
  /** Everything people were told of it. */
  readonly told: string;
}

const Closing = z.object({ run: z.string(), state: z.string(), trouble: z.array(z.string()) });

/** Of what runs did: the whole response, or what was removed for good once it had closed (close-out's words). */
type Part = 'response' | 'removal';
const partOf = ({ what }: Item): Part => (String(what).startsWith('what ') ? 'removal' : 'response');

const closings = (items: readonly Item[], part: Part = 'response'): Item[] =>
  items.filter((one) => one.sk.startsWith('LEDGER#') && one.kind === 'closed' && partOf(one) === part);

async function answer(deployment: Attached, { id, question }: Item, answers: Answers, by: 'Rosa' | 'Leo') {
  const action = answers[String(question)] ?? 'approve';
  const reason = action === 'decline' ? { reason: 'not now' } : {};
  const { status, body } = await decideBySignature(deployment, by, { action, approval: id, ...reason });
  if (status !== 200) throw new Error(`${by} could not answer "${question}": ${status} ${body}`);
}

/** One person's yes to one question. */
export const approve = (deployment: Attached, question: Item, by: 'Rosa' | 'Leo'): Promise<void> =>
  answer(deployment, question, {}, by);

const other = { Rosa: 'Leo', Leo: 'Rosa' } as const;

/** One person answers; a question for two takes the second one's yes as well. */
async function decide(deployment: Attached, one: Item, answers: Answers, by: 'Rosa' | 'Leo'): Promise<void> {
  await answer(deployment, one, answers, by);
  if (one.needs === 'two' && answers[String(one.question)] !== 'decline')
    await answer(deployment, one, answers, other[by]);
}

/** The questions that wait for somebody. */
const waitingIn = (items: readonly Item[]): Item[] =>
  items.filter(({ sk, state, token }) => sk.startsWith('APPROVAL#') && state === 'PENDING' && token);

/**
 * Answers what is asked until the run has closed, the so-manieth of the incident. What is asked once a run has closed waits for hours,
 * and belongs to nobody's response.
 */
async function closed(deployment: Attached, incident: string, answers: Answers, by: 'Rosa' | 'Leo', before: number) {
  const [pk, asked] = [`INC#${incident}`, new Set<string>()];
  // Of the ledger only what is new is read: all of it, several times a second, is work for the machine that the runs have to wait for.
  const ledger: Item[] = [];
  await until(`the end of ${incident}`, async () => {
    // Before the ledger: whoever asks after a run has closed is not taken for one of its questions.
    const questions = await itemsOf(deployment, pk, 'APPROVAL#');
    ledger.push(...(await itemsOf(deployment, pk, 'LEDGER#', ledger.at(-1)?.sk)));
    if (closings(ledger).length > before) return 'closed';
    const ended = closings(ledger).map(({ detail }) => Closing.parse(detail).run);
    for (const one of waitingIn(questions).filter(
      ({ id, run }) => !asked.has(String(id)) && !ended.includes(String(run)),
    )) {
      asked.add(String(one.id));
      await decide(deployment, one, answers, by);
    }
    return undefined;
  });
  return itemsOf(deployment, pk);
}

async function endedFrom(deployment: Attached, incident: string, items: readonly Item[], of?: unknown): Promise<Ended> {
  const closed = closings(items).map(({ detail }) => Closing.parse(detail));
  const { run, state, trouble } = closed.find((one) => one.run === of) ?? Closing.parse(closed.at(-1));
  const receipts = items.filter(({ sk }) => sk.startsWith(`RECEIPT#${run}#`));
  const outcomes = receipts.map(({ step, operation, result }): [string, string] => [
    `${step}/${operation}`,
    (result as { outcome: string }).outcome,
  ]);
  const approvals = items.filter(({ sk }) => sk.startsWith(`APPROVAL#${run}#`));
  const about = (await messagesOf(deployment)).filter((one) => JSON.stringify(one).includes(incident));
  return {
    incident,
    state,
    trouble,
    results: Object.fromEntries(outcomes),
    asked: approvals.map(({ question }) => String(question)),
    told: about.map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`).join('\n'),
  };
}

/** Rosa answers what the playbook asks, and Leo too where it takes two, until it has ended. */
export async function toTheEnd(deployment: Attached, incident: string, answers: Answers = {}): Promise<Ended> {
  return endedFrom(deployment, incident, await closed(deployment, incident, answers, 'Rosa', 0));
}

/** The same, until so many runs of the incident have ended; what is told is of the one that opened it, and the trouble of all. */
export async function allToTheEnd(
  deployment: Attached,
  incident: string,
  runs: number,
  answers: Answers = {},
): Promise<Ended> {
  const items = await closed(deployment, incident, answers, 'Rosa', runs - 1);
  const first = await endedFrom(deployment, incident, items, items.find(({ sk }) => sk === 'META')?.run);
  return { ...first, trouble: closings(items).flatMap(({ detail }) => Closing.parse(detail).trouble) };
}

/** Rosa asks for the release, Leo agrees. */
export async function release(deployment: Attached, incident: string): Promise<Ended> {
  const before = closings(await itemsOf(deployment, `INC#${incident}`, 'LEDGER#')).length;
  const request = { action: 'release', incident, reason: 'a new key was handed out' };
  const { status, body } = await decideBySignature(deployment, 'Rosa', request);
  if (status !== 200) throw new Error(`The release was refused: ${status} ${body}`);
  return endedFrom(deployment, incident, await closed(deployment, incident, {}, 'Leo', before));
}

/** Until a question waits, by name where one is given; nobody answers it yet. */
export const isAsked = (deployment: Attached, incident: string, name?: string): Promise<Item> =>
  until(`a question in ${incident}`, async () =>
    waitingIn(await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#')).find(
      ({ question }) => !name || question === name,
    ),
  );

/** One person's answer to one question: status and words, whatever they are. */
export function reply(deployment: Attached, { id }: Item, by: 'Rosa' | 'Leo', action: Answer) {
  const reason = action === 'decline' ? { reason: 'they are still needed' } : {};
  return decideBySignature(deployment, by, { action, approval: id, ...reason });
}

/** Until what was to be removed for good has closed too; its state is the incident's, its lines say what became of each. */
export const removalClosed = (deployment: Attached, incident: string): Promise<Item> =>
  until(`the end of what ${incident} removes`, async () =>
    closings(await itemsOf(deployment, `INC#${incident}`, 'LEDGER#'), 'removal').at(-1),
  );

/** Until an operation has left its receipt. */
export const isDone = (deployment: Attached, incident: string, step: string, operation: string): Promise<Item> =>
  until(`${step} ${operation} in ${incident}`, async () => {
    const receipts = await itemsOf(deployment, `INC#${incident}`, 'RECEIPT#');
    return receipts.find((one) => one.step === step && one.operation === operation);
  });
