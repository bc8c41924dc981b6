import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';
import { buildEstate, launch, stolenSession, tryTheft } from './estate.ts';
import { findingAbout, send } from './finding.ts';
import {
  awaitedInARow,
  type EvidenceSeen,
  evidenceOf,
  historyOf,
  type InterfaceSeen,
  type Item,
  interfacesOf,
  itemsOf,
  ledgerOf,
  starting,
  transitionsIn,
  wayToContainment,
} from './readback.ts';
import type { Message } from './slack/slack.ts';

/** What the demo prints for programs; every value was read back, none is a claim of the app alone. */
export interface Story {
  ok: boolean;
  playbook: string;
  incident: string;
  seconds: { deploy: number; findingToQuestion: number; clickToVerified: number };
  awaitedCallsBeforeContainment: number;
  transitions: number;
  interfaces: { id: string; before: InterfaceSeen; during: InterfaceSeen; after: InterfaceSeen; isolation: string }[];
  attacks: { who: string; what: string; before: Attempt; during: Attempt; after: Attempt }[];
  evidence: EvidenceSeen[];
  approval: { by: string; decision: string; at: string };
  obligations: { regime: string; startedAt: string; dueAt: string }[];
  ledger: { entries: number; intact: boolean };
  release: { diff: string[] };
  /** Why it is not ok, when it is not. */
  wrong: string[];
}
type Attempt = 'allowed' | 'denied';

/** How the demo shows what happens; `secondsIn` counts from the finding. */
export interface Stage {
  chapter(title: string): void;
  line(text: string, secondsIn?: number): void;
  /** Who answers: true leaves the click to a person on the Slack page. */
  readonly interactive: boolean;
}

const machine = 'MachineEc2InstanceCompromise';
/** Longest wait for anything a machine does; a person may take longer. */
const patience = 60_000;

/** Looks again until there is something, or fails with words. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined> | T | null | undefined,
  limit = patience,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`Waited ${limit / 1000} s in vain for ${what}.`);
    await sleep(100);
  }
}

interface Button {
  readonly action_id?: string;
}
const hasButton = ({ blocks }: Message, action: string): boolean =>
  (blocks as { elements?: Button[] }[]).some(({ elements = [] }) =>
    elements.some(({ action_id }) => action_id === action),
  );

/** The newest message that has the button now. */
export const messageWith = (deployment: Deployment, action: string, about: string): Message | undefined =>
  deployment.slack
    .messages()
    .findLast((message) => hasButton(message, action) && JSON.stringify(message).includes(about));

export async function click(deployment: Deployment, ts: string, action_id: string, user: string): Promise<void> {
  const response = await fetch(`${deployment.slack.url}/click`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ts, action_id, user }),
  });
  const { status } = (await response.json()) as { status: number };
  if (status !== 200) throw new Error(`The app answered ${status} to the click on "${action_id}".`);
}

/** Shows each state as the run enters it, until the run ends; returns the history. */
async function follow(deployment: Deployment, at: { machine: string; execution: string }, since: number, stage: Stage) {
  const told = new Set<string>();
  return until(
    'the run to end',
    async () => {
      const history = await historyOf(deployment, at.machine, at.execution);
      for (const { stateEnteredEventDetails, timestamp } of history) {
        const name = stateEnteredEventDetails?.name;
        // A Map enters the same states once for each lever: told once.
        if (name && !told.has(name)) stage.line(name, ((timestamp?.getTime() ?? since) - since) / 1000);
        told.add(name ?? '');
      }
      const end = history.at(-1)?.type ?? '';
      return /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(end) ? history : null;
    },
    stage.interactive ? 1_800_000 : patience,
  );
}

const opened = async (deployment: Deployment, instance: string): Promise<Item> =>
  until('the incident', async () =>
    (await itemsOf(deployment, 'INCIDENTS')).find(({ resource }) => String(resource).endsWith(instance)),
  );

interface Actors {
  readonly victim: string;
  readonly sessions: readonly { who: string; as: Awaited<ReturnType<typeof stolenSession>> }[];
}

const attack = (deployment: Deployment, { sessions }: Actors): Promise<Attempt[]> =>
  Promise.all(sessions.map(({ as }) => tryTheft(deployment, as)));

async function setScene(deployment: Deployment, stage: Stage): Promise<Actors> {
  stage.chapter('A small estate in the member account');
  const estate = await buildEstate(deployment);
  const victim = await launch(deployment, estate, { tags: { environment: 'production', owner: 'shop team' } });
  const sister = await launch(deployment, estate);
  stage.line(`${victim}: two interfaces, two volumes, in Auto Scaling group "shop" and behind its load balancer`);
  stage.line(`${sister}: innocent, with the same role "web-server"`);
  const [stolen, own] = await Promise.all([stolenSession(deployment, victim), stolenSession(deployment, sister)]);
  return {
    victim,
    sessions: [
      { who: `thief with the stolen session of ${victim}`, as: stolen },
      { who: `innocent instance ${sister}`, as: own },
    ],
  };
}

/** Waits for the question, lets it be answered, and says how long both took. */
async function answer(
  deployment: Deployment,
  about: string,
  since: number,
  stage: Stage,
  user: string,
): Promise<number> {
  const message = await until('the question in Slack', () => messageWith(deployment, 'approve', about));
  const asked = Date.parse(message.history[0]?.at ?? '');
  if (stage.interactive)
    stage.line(`It is your click now: open ${deployment.slack.url} and answer`, (asked - since) / 1000);
  else await click(deployment, message.ts, 'approve', user);
  return asked;
}

async function letGo(deployment: Deployment, incident: string, victim: string, stage: Stage): Promise<void> {
  stage.chapter('Release: a person asks, another agrees');
  const since = Date.now();
  const ended = await until('the release button', () => messageWith(deployment, 'release', victim));
  if (stage.interactive) stage.line(`Press "Release…" on ${deployment.slack.url}, then agree as the other approver`);
  else await click(deployment, ended.ts, 'release', 'U0RESPONDER');
  const asking = await until(
    'the release to be opened',
    async () => starting(await itemsOf(deployment, `INC#${incident}`), 'APPROVAL#release-')[0],
    stage.interactive ? 1_800_000 : patience,
  );
  const execution = String(asking.run);
  await Promise.all([
    follow(deployment, { machine: 'MachineRelease', execution }, since, stage),
    answer(deployment, String(asking.id), since, stage, 'U0LEAD'),
  ]);
}

/** Tells the story of one compromised instance, from finding to release, and reads back every step of it. */
export async function tell(deployment: Deployment, stage: Stage): Promise<Story> {
  const actors = await setScene(deployment, stage);
  const { victim } = actors;
  const before = { interfaces: await interfacesOf(deployment, victim), attacks: await attack(deployment, actors) };
  stage.chapter('A GuardDuty finding: CryptoCurrency:EC2/BitcoinTool.B');
  const since = Date.now();
  await send(deployment, findingAbout(deployment, victim));
  const listed = await opened(deployment, victim);
  const incident = String(listed.incident);
  const run = String(listed.run);
  const [history, asked] = await Promise.all([
    follow(deployment, { machine, execution: run }, since, stage),
    answer(deployment, victim, since, stage, 'U0RESPONDER'),
  ]);
  const during = { interfaces: await interfacesOf(deployment, victim), attacks: await attack(deployment, actors) };
  const held = await itemsOf(deployment, `INC#${incident}`);
  const way = await wayToContainment(deployment, since, during.interfaces);
  await letGo(deployment, incident, victim, stage);
  const after = { interfaces: await interfacesOf(deployment, victim), attacks: await attack(deployment, actors) };
  const items = await itemsOf(deployment, `INC#${incident}`);
  const story = {
    playbook: 'ec2-instance-compromise',
    incident,
    seconds: {
      deploy: deployment.seconds,
      findingToQuestion: (asked - since) / 1000,
      clickToVerified: verifiedAfter(held, run),
    },
    awaitedCallsBeforeContainment: awaitedInARow(way),
    transitions: transitionsIn(history),
    interfaces: compareInterfaces(before.interfaces, during.interfaces, after.interfaces, isolationIn(held, run)),
    attacks: actors.sessions.map(({ who }, index) => ({
      who,
      what: 's3:GetObject customers.csv',
      before: before.attacks[index] ?? 'denied',
      during: during.attacks[index] ?? 'denied',
      after: after.attacks[index] ?? 'denied',
    })),
    evidence: await evidenceOf(deployment, items),
    approval: approvalIn(held, run),
    obligations: obligationsIn(items),
    ledger: ledgerOf(items),
    release: { diff: diffIn(items, before.interfaces, after.interfaces) },
  };
  const wrong = whatIsWrong(story);
  return { ok: wrong.length === 0, ...story, wrong };
}

function approvalIn(items: readonly Item[], run: string): Story['approval'] {
  const [approval] = starting(items, `APPROVAL#${run}#`) as unknown as {
    state: string;
    decisions: { by: string; at: string }[];
  }[];
  const decision = approval?.decisions.at(-1);
  return { by: decision?.by ?? '', decision: approval?.state ?? 'none', at: decision?.at ?? '' };
}

/** Seconds from the decision to the last verify of the run, by the receipts. */
function verifiedAfter(items: readonly Item[], run: string): number {
  const verdicts = starting(items, `RECEIPT#${run}#`).filter(
    ({ operation, step }) => operation === 'verify' && step !== 'protect-from-termination',
  );
  const last = Math.max(...verdicts.map(({ at }) => Date.parse(String(at))));
  return (last - Date.parse(approvalIn(items, run).at)) / 1000;
}

function isolationIn(items: readonly Item[], run: string): Record<string, string> {
  const verdict = starting(items, `RECEIPT#${run}#quarantine-interfaces#verify`)[0];
  return (verdict?.result as { isolation?: Record<string, string> } | undefined)?.isolation ?? {};
}

function compareInterfaces(
  before: InterfaceSeen[],
  during: InterfaceSeen[],
  after: InterfaceSeen[],
  isolation: Record<string, string>,
) {
  const missing = (id: string): InterfaceSeen => ({ id, groups: [], address: null });
  return before.map((one) => ({
    id: one.id,
    before: one,
    during: during.find(({ id }) => id === one.id) ?? missing(one.id),
    after: after.find(({ id }) => id === one.id) ?? missing(one.id),
    isolation: isolation[one.id] ?? 'not-isolated',
  }));
}

const obligationsIn = (items: readonly Item[]): Story['obligations'] =>
  starting(items, 'OBLIGATION#').map(({ regime, startedAt, dueAt }) => ({
    regime: String(regime),
    startedAt: String(startedAt),
    dueAt: String(dueAt),
  }));

/** What differs from before: what each lever read back after letting go, and what we see ourselves. */
function diffIn(items: readonly Item[], before: InterfaceSeen[], after: InterfaceSeen[]): string[] {
  const receipts = starting(items, 'RECEIPT#release-') as unknown as {
    step: string;
    result: { outcome: string; diff: string[] };
  }[];
  const said = receipts.flatMap(({ step, result }) =>
    result.outcome === 'released' ? result.diff : [`${step}: ${result.outcome}`, ...result.diff],
  );
  const still = starting(items, 'BEFORE#').flatMap(({ step, releasedAt }) =>
    releasedAt ? [] : [`${step}: still held`],
  );
  const seen = JSON.stringify(before) === JSON.stringify(after) ? [] : ['the interfaces are not as before'];
  return [...said, ...still, ...seen];
}

/** Everything the demo promises, held against what was read back. */
function whatIsWrong(story: Omit<Story, 'ok' | 'wrong'>): string[] {
  const [thief, innocent] = story.attacks;
  const course = (attack?: Story['attacks'][number]): string =>
    `${attack?.before} → ${attack?.during} → ${attack?.after}`;
  const hours = story.obligations.map(
    ({ startedAt, dueAt }) => (Date.parse(dueAt) - Date.parse(startedAt)) / 3_600_000,
  );
  const checks: [boolean, string][] = [
    [
      story.interfaces.length === 2 && story.interfaces.every(({ isolation }) => isolation === 'isolated'),
      'not every interface was verified isolated',
    ],
    [course(thief) === 'allowed → denied → allowed', `the thief was ${course(thief)}`],
    [course(innocent) === 'allowed → allowed → allowed', `the innocent instance was ${course(innocent)}`],
    [
      story.evidence.length > 0 && story.evidence.every(({ matches }) => matches),
      'evidence is missing or does not match its hash',
    ],
    [story.approval.decision === 'APPROVED', `the approval says ${story.approval.decision}`],
    [hours.length > 0 && hours.every((each) => each === 72), `the report is due after ${hours.join(', ')} hours`],
    [story.ledger.intact, 'the ledger chain is broken'],
    [story.release.diff.length === 0, `the release left a difference: ${story.release.diff.join('; ')}`],
    [
      story.awaitedCallsBeforeContainment <= 4,
      `${story.awaitedCallsBeforeContainment} calls were awaited before containment`,
    ],
    [story.transitions < 30, `the run took ${story.transitions} transitions`],
  ];
  return checks.flatMap(([good, words]) => (good ? [] : [words]));
}
