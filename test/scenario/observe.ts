/** Reads back what a round has come to: from AWS, the table, the topic and Slack, in the words a scenario uses. */
import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { messagesOf } from '../deployed/deployed.ts';
import { type Flow, trackedFlow } from '../sandbox/flows.ts';
import { ledgerOf } from '../sandbox/readback.ts';
import type { RecordedCall } from '../sandbox/sandbox.ts';
import type { Message } from '../sandbox/slack/slack.ts';
import type { Given } from './answers.ts';
import { changedBetween, type InterfaceSeen, type Picture, pictureOf } from './picture.ts';
import type { Played } from './play.ts';
import { type Item, incidentsAbout, itemsOf, type Run } from './runs.ts';
import type { Aspect, placed } from './scenario.ts';

export interface Observed {
  readonly outcomes: Readonly<
    Record<'responded' | 'joined' | 'widened' | 'ignored' | 'raised' | 'advised' | 'failed', number>
  >;
  readonly because: readonly string[];
  /** What the last run says, and what the table has. */
  readonly ending: { readonly run: string | null; readonly table: string | null };
  readonly trouble: readonly string[];
  readonly asked: readonly string[];
  readonly decision: Decision | null;
  readonly answers: Readonly<Record<string, readonly Given[]>>;
  readonly isolation: Readonly<Record<(typeof placed)[number], string>>;
  readonly changed: readonly Aspect[];
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly tried: Played['tried'];
  readonly texts: readonly string[];
  readonly paged: readonly string[];
  /** The attacker's tracked connection with the address that the finding names; null where the instance is gone. */
  readonly flow: Flow | null;
  readonly incidents: number;
  readonly snapshots: number;
  readonly reports: { readonly number: number; readonly dueHours: readonly number[] };
  /** What must never be, whatever the scenario. */
  readonly broken: readonly string[];
  /** For the words of expectations: {instance}, {first}, {second}. */
  readonly words: Readonly<Record<string, string>>;
}

interface Decision {
  readonly state: string;
  readonly by: readonly string[];
  readonly via: readonly string[];
  readonly because: string;
}

const channelNames: Readonly<Record<string, string>> = { C0INCIDENTS: 'incidents', C0ONCALL: 'on-call' };
/** Answers that are no fault: somebody looked whether a thing is there, or made it a second time. */
const usual = /^NoSuchEntity$|NotFound$|\.Duplicate$/;
const reading = /:(Describe|Get|List|Filter|Lookup|Head|AssumeRole)/;

/** Runs that end early say so. */
const early = ['joined', 'widened', 'ignored', 'raised', 'advised'] as const;

function outcomeOf({ status, output }: Run): keyof Observed['outcomes'] {
  if (status !== 'SUCCEEDED') return 'failed';
  return early.find((outcome) => outcome === output.outcome) ?? 'responded';
}

function outcomesOf(runs: readonly Run[]): Observed['outcomes'] {
  const outcomes = { responded: 0, joined: 0, widened: 0, ignored: 0, raised: 0, advised: 0, failed: 0 };
  for (const run of runs) outcomes[outcomeOf(run)]++;
  return outcomes;
}

/** All text in a value, wherever it stands. */
function textIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textIn) : [];
}

const textOf = (message: Message): string => textIn(message.history).join('\n');
const hasDecisionButton = (blocks: unknown): boolean => /"action_id":"(approve|decline)"/.test(JSON.stringify(blocks));

function decisionOf(items: readonly Item[], runs: readonly Run[]): Decision | null {
  const approval = items.find(({ sk, run }) => sk.startsWith('APPROVAL#') && runs.some(({ name }) => name === run));
  if (!approval) return null;
  const decisions = (approval.decisions ?? []) as { by: string; via: string; reason: string | null }[];
  return {
    state: String(approval.state),
    by: decisions.map(({ by }) => by),
    via: decisions.map(({ via }) => (via === 'slack' ? 'Slack' : 'the command line')),
    because: decisions.map(({ reason }) => reason ?? '').join('\n'),
  };
}

/** What the runs claim of each interface: the receipt of the last read-back. */
function claimsIn(items: readonly Item[], runs: readonly Run[]): Readonly<Record<string, string>> {
  const receipt = items.findLast(({ sk }) =>
    runs.some(({ name }) => sk === `RECEIPT#${name}#quarantine-interfaces#verify`),
  );
  const result = receipt?.result as { isolation?: Record<string, string> } | undefined;
  return result?.isolation ?? {};
}

/** One word for an interface, where what EC2 shows and what is claimed agree; else both. */
function isolationOf(was: InterfaceSeen | undefined, is: InterfaceSeen | undefined, claim: string | undefined): string {
  if (!was || !is) return 'gone';
  const closed = is.rules === 0 && is.address === null;
  const same = JSON.stringify([was.groups, was.address]) === JSON.stringify([is.groups, is.address]);
  if (closed) return claim && claim !== 'not-isolated' ? claim : `closed, and ${claim ?? 'nothing'} is claimed`;
  if (claim && claim !== 'not-isolated') return `OPEN, and ${claim} is claimed`;
  if (claim) return claim;
  return same ? 'untouched' : 'changed';
}

/** Calls by the sessions of these runs in the member account, and the attempts to get such a session. */
function callsOf(calls: readonly RecordedCall[], { runs, deployment: { sandbox } }: Played): RecordedCall[] {
  const named = (text: string): boolean => runs.some(({ name }) => text.includes(name));
  return calls.filter(
    ({ account, principal, action, request }) =>
      (account === sandbox.accounts.member && named(principal)) ||
      (action === 'sts:AssumeRole' && named(JSON.stringify(request))),
  );
}

async function snapshotsOf({ deployment, stage }: Played): Promise<number> {
  const { Snapshots = [] } = await deployment
    .client(EC2Client, 'member')
    .send(new DescribeSnapshotsCommand({ OwnerIds: [deployment.sandbox.accounts.member] }));
  return Snapshots.filter(({ Description = '' }) => Description.includes(stage.instance)).length;
}

function reportsIn(items: readonly Item[]): Observed['reports'] {
  const openedAt = String(items.find(({ sk }) => sk === 'META')?.openedAt);
  // What waits for a fact has no due time yet.
  const due = items.filter(({ sk, dueAt }) => sk.startsWith('OBLIGATION#') && dueAt).map(({ dueAt }) => String(dueAt));
  return { number: due.length, dueHours: due.map((at) => (Date.parse(at) - Date.parse(openedAt)) / 3_600_000) };
}

/** The before-state has to be what stood there when the round began, whatever has been tried since. */
function beforeStateBroken(items: readonly Item[], { picture, round }: Played): string[] {
  const found = items.find(({ sk }) => sk.startsWith('BEFORE#quarantine-interfaces#'));
  if (!found || !picture || !round.findings || round.meanwhile.length > 0) return [];
  const before = (found.before as { interfaces: Record<string, { groups: string[] }> }).interfaces;
  return picture.interfaces
    .filter(({ id, groups }) => JSON.stringify(before[id]?.groups) !== JSON.stringify(groups))
    .map(({ id, groups }) => `the before-state of ${id} is ${JSON.stringify(before[id]?.groups)}; it was ${groups}`);
}

function brokenIn(items: readonly Item[], messages: readonly Message[], played: Played): string[] {
  const ledger = items.length === 0 || ledgerOf(items).intact ? [] : ['the ledger is broken'];
  const open = messages.filter(({ blocks }) => hasDecisionButton(blocks)).map(({ ts }) => `message ${ts} has a button`);
  const left = items.filter(({ sk, token }) => sk.startsWith('APPROVAL#') && token).map(({ sk }) => `${sk}: a token`);
  return [
    ...ledger,
    ...left,
    ...beforeStateBroken(items, played),
    // Without an incident there is no question of ours: another's may name our instance, and is open still.
    ...(played.round.slackFaults.length > 0 || items.length === 0 ? [] : open),
  ];
}

export async function observe(played: Played): Promise<Observed> {
  const { deployment, stage, runs, since } = played;
  const incidents = await incidentsAbout(deployment, stage.instance);
  const [items, all, calls, now, snapshots, flow] = await Promise.all([
    itemsOf(deployment, `INC#${incidents.at(-1)}`),
    messagesOf(deployment),
    deployment.sandbox.get<RecordedCall[]>(`/_sandbox/calls?since=${since.at}`),
    stage.placed ? pictureOf(deployment, stage.instance) : null,
    snapshotsOf(played),
    stage.placed ? trackedFlow(deployment.client(EC2Client, 'member'), stage.instance, remote) : null,
  ]);
  // Other scenarios' messages may name our instance, among those with the same role; only ours name our incident.
  const subjects = incidents.length > 0 ? incidents : [stage.instance];
  const about = (text: string): boolean => subjects.some((one) => text.includes(one));
  const messages = all.slice(since.messages).filter((one) => about(JSON.stringify(one)));
  const mine = callsOf(calls, played);
  const claims = claimsIn(items, runs);
  const isolation = (at: number): string => {
    const [was, is] = [picturedAt(stage.placed, at), picturedAt(now, at)];
    return isolationOf(was, is, claims[was?.id ?? '']);
  };
  const published = calls
    .filter(({ action, error }) => action === 'sns:Publish' && !error)
    .map(({ request }) => textIn(request).join('\n'));
  // Others' pages name our instance too, among those with the same role: of ours the headline is about it.
  const headline = (text: string): string => text.split('\n').slice(0, 2).join('\n');
  const pagedAbout = (text: string): boolean => about(incidents.length > 0 ? text : headline(text));
  return {
    outcomes: outcomesOf(runs),
    because: runs.map(({ output }) => output.because),
    ending: {
      run: runs.findLast(({ output }) => output.state)?.output.state ?? null,
      table: (items.find(({ sk }) => sk === 'META')?.state as string | undefined) ?? null,
    },
    trouble: runs.flatMap(({ output }) => output.trouble),
    asked: messages
      .filter(({ history }) => hasDecisionButton(history[0]?.blocks))
      .map(({ channel }) => channelNames[channel] ?? channel),
    decision: decisionOf(items, runs),
    answers: played.answers,
    isolation: { first: isolation(0), second: isolation(1), third: isolation(2), fourth: isolation(3) },
    changed: stage.placed && now ? changedBetween(stage.placed, now) : [],
    succeeded: mine.filter(({ action, error }) => !error && !reading.test(action)).map(({ action }) => action),
    failed: mine.filter(({ error }) => error && !usual.test(error)).map(({ action }) => action),
    tried: played.tried,
    texts: messages.map(textOf),
    paged: published.filter(pagedAbout),
    flow,
    incidents: incidents.length,
    snapshots,
    reports: reportsIn(items),
    broken: brokenIn(items, messages, played),
    words: { instance: stage.instance, ...stage.interfaces },
  };
}

/** At the other end of every finding of a scenario. */
const remote = '198.51.100.7';

const picturedAt = (picture: Picture | null, at: number): InterfaceSeen | undefined => picture?.interfaces[at];
