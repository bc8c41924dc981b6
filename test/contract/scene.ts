import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import * as z from 'zod';
import { hashOf } from '../../lambdas/runtime/ledger.ts';
import { planHash } from '../../lambdas/runtime/permit.ts';
import { targetArn } from '../../lambdas/targets/target.ts';
import type { Approval } from '../../lib/domain/approval.ts';
import type { Plan, Question } from '../../lib/domain/incident.ts';
import { firstBreak, type LedgerEntry } from '../../lib/domain/ledger.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import type { AnyStep, OperationName } from '../../lib/domain/step.ts';
import { approvalItem } from '../../lib/items/approval.ts';
import { breakerItem } from '../../lib/items/breaker.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';
import type { Stage, Subject } from './subject.ts';
import { type Item, itemsOf } from './world.ts';

/** A contract with the very function that is deployed for it. */
export interface Served {
  readonly contract: AnyStep;
  readonly handler: (event: unknown, context: object) => Promise<unknown>;
}

export interface Result {
  readonly outcome: string;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly result: Result;
  /** What AWS was asked meanwhile, in order. */
  readonly calls: readonly RecordedCall[];
}

/** An incident about one subject, in which one step works. */
export interface Scene {
  readonly stage: Stage;
  readonly served: Served;
  readonly subject: Subject;
  readonly incident: string;
  readonly run: string;
  readonly mode: 'respond' | 'observe';
}

export const openScene = (stage: Stage, served: Served, subject: Subject, mode: Scene['mode'] = 'respond'): Scene => {
  const word = randomBytes(6).toString('hex');
  return { stage, served, subject, mode, incident: `inc-${word}`, run: `run-${word}` };
};

/** The same incident, in another run: that of a release, for example. */
export const nextRun = (scene: Scene): Scene => ({ ...scene, run: `run-${randomBytes(6).toString('hex')}` });

/** The question each kind of act stands behind, and who answers it where something is changed. */
const kinds = { quarantine: 'standing', release: 'ask', remove: 'ask-two' } as const;
type Name = keyof typeof kinds;

function questionOf({ contract }: Served, operation: OperationName): Name | null {
  if (operation === 'release') return 'release';
  if (contract.phase === 'eradicate') return 'remove';
  return contract.phase === 'contain' || operation === 'compare' ? 'quarantine' : null;
}

export function planOf({ served, subject, incident, mode }: Scene, name: Name): Plan {
  const { contract } = served;
  const undo = 'undo' in contract ? contract.undo : '';
  const lever = { name: contract.name, title: contract.title, effect: contract.effect, undo };
  const question: Question = {
    name,
    levers: [lever],
    ifNobodyAnswers: 'hold',
    within: 900,
    takes: [],
    needs: 'one',
    byHand: [],
  };
  const kind = mode === 'observe' ? 'observe' : kinds[name];
  return { question, authority: { kind, because: 'contract' }, hash: planHash(incident, question, subject.target) };
}

/** What the state of the playbook would send. */
export function eventFor(
  scene: Scene,
  operation: OperationName,
  more: { readonly agreed?: unknown; readonly shown?: unknown } = {},
): object {
  const { served, subject, incident, run, mode } = scene;
  const question = questionOf(served, operation);
  return {
    operation,
    run: { incident, id: run, playbook: 'contract', mode, openedAt: subject.target.seenAt },
    target: subject.target,
    finding: subject.finding,
    ...(question && { plan: planOf(scene, question) }),
    ...more,
  };
}

async function approve(scene: Scene, name: Name, more: { readonly shownHash?: string } = {}): Promise<void> {
  const { stage, incident, run } = scene;
  // The same every time: asking twice leaves the record as it was.
  const at = '2026-11-22T03:00:00.000Z';
  const approved: Approval = {
    id: `${run}-${name}`,
    incident,
    run,
    question: name,
    state: 'APPROVED',
    planHash: planOf(scene, name).hash,
    needs: 'one',
    decisions: [],
    askedAt: at,
    expiresAt: at,
    suspects: [],
    requestedBy: null,
  };
  await DynamoDBDocumentClient.from(stage.client(DynamoDBClient, 'hub')).send(
    new PutCommand({
      TableName: process.env.TOURNIQUET_TABLE,
      Item: approvalItem.item({ ...approved, ...more }, incident, run, name),
    }),
  );
}

/** The incident itself, for what adds to it. */
export async function putIncident({ stage, incident, run, subject }: Scene): Promise<void> {
  const openedAt = '2026-11-22T03:00:00.000Z';
  const about = { incident, openedAt, state: 'open', severity: 'high', type: 'T', playbook: 'contract', run } as const;
  const holds = {
    resource: targetArn(subject.target),
    claims: [],
    ends: {},
    threats: {},
    entity: parseConfig({}, { file: 'contract' }).entity,
  };
  await DynamoDBDocumentClient.from(stage.client(DynamoDBClient, 'hub')).send(
    new PutCommand({
      TableName: process.env.TOURNIQUET_TABLE,
      Item: incidentItem.item({ ...about, ...holds }, incident),
    }),
  );
}

/** A person agrees to release, in this run. */
export const approveRelease = (scene: Scene): Promise<void> => approve(scene, 'release');

/** Two people agree to remove what they were shown, in this run. */
export const approveRemoval = (scene: Scene, shown: unknown): Promise<void> =>
  approve(scene, 'remove', { shownHash: hashOf(shown) });

const context = {
  functionName: 'contract',
  functionVersion: '$LATEST',
  awsRequestId: 'contract',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:contract',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 60_000,
};

/** The circuit breaker has let this run through, as it does when an incident is opened under a standing order. */
async function letThrough({ stage, subject, run }: Scene): Promise<void> {
  await DynamoDBDocumentClient.from(stage.client(DynamoDBClient, 'hub')).send(
    new UpdateCommand({
      TableName: process.env.TOURNIQUET_TABLE,
      Key: breakerItem.key(new Date().toISOString().slice(0, 13), subject.target.account),
      UpdateExpression: 'ADD incidents :this SET v = :v',
      ExpressionAttributeValues: { ':this': new Set([run]), ':v': breakerItem.v },
    }),
  );
}

const isUnasked = (event: object): boolean =>
  z.object({ plan: z.object({ authority: z.object({ kind: z.literal('standing') }) }) }).safeParse(event).success;

/** Invokes the function as Lambda would, with a copy of the event, and collects the calls it makes. */
export async function invoke(scene: Scene, event: object): Promise<Answer> {
  const { served, stage } = scene;
  if (isUnasked(event)) await letThrough(scene);
  const since = await moment();
  const result = (await served.handler(structuredClone(event), context)) as Result;
  return { result, calls: await callsSince(stage, since) };
}

/** The record keeps microseconds and is asked by milliseconds: what came before must be in an earlier one. */
async function moment(): Promise<number> {
  await sleep(2);
  return Date.now();
}

const callsSince = (stage: Stage, since: number): Promise<RecordedCall[]> =>
  stage.sandbox.get<RecordedCall[]>(`/_sandbox/calls?since=${since}`);

const reads = /:(Describe|Get|List|Filter|Lookup|Head|Query|Scan|AssumeRo(?:le|ot))/;
export const isChange = ({ action }: RecordedCall): boolean => !reads.test(action);
const inTable = ({ action }: RecordedCall): boolean => action.startsWith('dynamodb:');

/** Calls that change something besides our own table. */
export const changes = (calls: readonly RecordedCall[]): string[] =>
  calls.filter((call) => isChange(call) && !inTable(call)).map(({ action }) => action);

/** Where a function dies: with the n-th call, which was carried out or not; whatever it would do afterwards never happens. */
export interface Crash {
  readonly at: number;
  readonly call: string;
  readonly when: 'before' | 'after';
}

/**
 * Before the first change, and after every one: reads in between leave nothing behind that could differ. Which of them a run plays,
 * test/depth.ts says.
 */
export function crashesIn(calls: readonly RecordedCall[]): Crash[] {
  const changing = calls.flatMap((call, index) => (isChange(call) ? [{ at: index, call: call.action }] : []));
  const [first] = changing;
  return first ? [{ ...first, when: 'before' }, ...changing.map((one) => ({ ...one, when: 'after' as const }))] : [];
}

/** Milliseconds until the state machine calls again: by then the facts in the event are too old to be taken for the present. */
const pause = 120_000;

/** Lets the function die, and calls it again later with the same event, as the state machine does. */
export async function crashAndRetry(scene: Scene, event: object, { at, when }: Crash): Promise<Result> {
  const { sandbox } = scene.stage;
  if (isUnasked(event)) await letThrough(scene);
  const last = { action: '*', skip: at, times: 1, effect: 'kill-after' };
  // Rules are asked in order, and a call that one acts on is not counted by the next.
  const silence = { action: '*', skip: at, effect: 'cut' };
  await sandbox.post('/_sandbox/faults', { rules: when === 'after' ? [last, silence] : [silence] });
  const died = await scene.served.handler(structuredClone(event), context).then(
    () => false,
    () => true,
  );
  await sandbox.post('/_sandbox/faults', { clear: true });
  if (!died && when === 'before')
    throw new Error('The function reported success although nothing it did was carried out.');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + pause });
  try {
    return (await scene.served.handler(structuredClone(event), context)) as Result;
  } finally {
    vi.useRealTimers();
  }
}

export const receiptsOf = (items: readonly Item[]): Item[] => items.filter(({ sk }) => sk.startsWith('RECEIPT#'));

/** What is wrong with the record of an incident: a broken chain, or an operation that is on it twice. */
export async function recordFlaws({ stage, incident }: Scene): Promise<string[]> {
  const items = await itemsOf(stage, incident);
  const entries = items.filter(({ sk }) => sk.startsWith('LEDGER#')).map(({ pk: _, sk: __, ...entry }) => entry);
  const chain = entries as unknown as (LedgerEntry & { hash: string })[];
  const broken = firstBreak(chain, hashOf);
  const done = chain.filter(({ kind }) => kind === 'step');
  // What looks for a question does so for each: those have plans of their own.
  const named = done.map(({ act, detail }) => {
    const { run, plan = '' } = detail as { run: string; plan?: string };
    return `${run} ${act?.step} ${act?.operation} ${plan}`;
  });
  const bare = done.filter(({ act, detail }) => !act?.of || !(detail as { means?: string }).means);
  const twice = named.filter((name, index) => named.indexOf(name) !== index);
  const receipts = receiptsOf(items).length;
  return [
    ...(broken ? [broken] : []),
    ...bare.map(({ what }) => `no data beside the words: ${what}`),
    ...twice.map((name) => `on the ledger twice: ${name}`),
    ...(receipts === done.length ? [] : [`${done.length} operations on the ledger, ${receipts} receipts`]),
  ];
}
