import { setTimeout as sleep } from 'node:timers/promises';
import { playbooks } from '../../playbooks/index.ts';
import type { Deployment } from './deployment.ts';
import { sendEvent } from './finding.ts';
import {
  approvalIn,
  compareInterfaces,
  diffIn,
  isolationIn,
  obligationsIn,
  type Story,
  verifiedAfter,
  whatIsWrong,
} from './judgement.ts';
import {
  awaitedInARow,
  evidenceOf,
  historyOf,
  type Item,
  itemsOf,
  ledgerOf,
  starting,
  transitionsIn,
  wayToContainment,
} from './readback.ts';
import type { Scene } from './scenes.ts';
import { fetchRecord } from './sealed-record.ts';
import type { Message } from './slack/slack.ts';
import { type StoryName, stories } from './stories.ts';
import { toldBy, unsaid, wrongInTimeline } from './told.ts';

/** How the demo shows what happens; `secondsIn` counts from the finding. */
export interface Stage {
  chapter(title: string): void;
  line(text: string, secondsIn?: number): void;
  /** Who answers: true leaves the click to a person on the Slack page. */
  readonly interactive: boolean;
}

/** Longest wait for anything a machine does, where a database needs minutes; a person may take longer. */
const patience = 300_000;

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

/** What is removed for good is asked about once the story has ended, and waits for people for hours. */
const waiting = (name: string): string[] =>
  playbooks.flatMap((book) =>
    book.asks.flatMap(({ kind, name: question }) =>
      book.name === name && kind === 'eradicate' ? [`Ask a responder: ${question}`] : [],
    ),
  );

interface Followed {
  readonly machine: string;
  readonly execution: string;
  /** States in which it only waits. */
  readonly waits: readonly string[];
}

/** Shows each state as the run enters it, until the run ends or only waits; returns the history of the response. */
async function follow(deployment: Deployment, at: Followed, since: number, stage: Stage) {
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
      const over =
        at.waits.some((name) => told.has(name)) || /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(end);
      const waits = history.findIndex(({ stateEnteredEventDetails: entered }) =>
        at.waits.includes(entered?.name ?? ''),
      );
      return over ? history.slice(0, waits < 0 ? undefined : waits) : null;
    },
    stage.interactive ? 1_800_000 : patience,
  );
}

async function opened(deployment: Deployment, about: string): Promise<{ incident: string; run: string }> {
  const isIt = ({ resource }: Item): boolean => String(resource).includes(about);
  const listed = await until('the incident', async () => (await itemsOf(deployment, 'INCIDENTS')).find(isIt));
  return { incident: String(listed.incident), run: String(listed.run) };
}

async function setScene(deployment: Deployment, name: StoryName, stage: Stage): Promise<Scene> {
  stage.chapter('A small estate in the member account');
  const scene = await stories[name](deployment);
  for (const line of scene.cast) stage.line(line);
  return scene;
}

/** Waits for a question, lets it be answered, and says when it was asked. */
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

type Question = Item & {
  readonly id: string;
  readonly run: string;
  readonly question: string;
  readonly state: string;
  readonly token?: string;
  readonly needs?: string;
  readonly messages?: readonly { readonly ts: string }[];
};

/** Runs that have closed. What they ask afterwards is what to remove for good, and no part of the story. */
const closedIn = (items: readonly Item[]): string[] =>
  starting(items, 'LEDGER#').flatMap(({ kind, detail }) =>
    kind === 'closed' ? [String((detail as { run: string }).run)] : [],
  );

/** Questions that are in Slack and wait for somebody. */
const askedIn = (items: readonly Item[], closed: readonly string[]): Question[] =>
  (starting(items, 'APPROVAL#') as Question[]).filter(
    ({ state, token, run, messages = [] }) =>
      state === 'PENDING' && token && messages.length > 0 && !closed.includes(run),
  );

/** Answers what is asked in the incident, as it comes, until all its runs have closed; says when the first was asked. */
async function answerAll(deployment: Deployment, incident: string, { runs }: Scene, since: number, stage: Stage) {
  const done = new Set<string>();
  let first = Number.POSITIVE_INFINITY;
  await until(
    'the questions to be answered',
    async () => {
      const items = await itemsOf(deployment, `INC#${incident}`);
      const closed = closedIn(items);
      for (const one of askedIn(items, closed).filter(({ id }) => !done.has(id))) {
        const { id, question, needs, messages } = one;
        const ts = messages?.[0]?.ts ?? '';
        const message = deployment.slack.messages().find((each) => each.ts === ts);
        const at = Date.parse(message?.history[0]?.at ?? '');
        first = Math.min(first, at);
        done.add(id);
        if (stage.interactive) {
          stage.line(
            `It is your click now: open ${deployment.slack.url} and answer "${question}"`,
            (at - since) / 1000,
          );
          continue;
        }
        const action = message && hasButton(message, 'approve') ? 'approve' : 'take-over';
        await click(deployment, ts, action, 'U0RESPONDER');
        if (needs === 'two') await click(deployment, ts, action, 'U0LEAD');
      }
      return closed.length >= runs ? true : null;
    },
    stage.interactive ? 1_800_000 : patience,
  );
  return first;
}

async function letGo(deployment: Deployment, incident: string, about: string, stage: Stage): Promise<void> {
  stage.chapter('Release: a person asks, another agrees');
  const since = Date.now();
  const ended = await until('the release button', () => messageWith(deployment, 'release', about));
  if (stage.interactive) stage.line(`Press "Release…" on ${deployment.slack.url}, then agree as the other approver`);
  else await click(deployment, ended.ts, 'release', 'U0RESPONDER');
  const asking = await until(
    'the release to be opened',
    async () => starting(await itemsOf(deployment, `INC#${incident}`), 'APPROVAL#release-')[0],
    stage.interactive ? 1_800_000 : patience,
  );
  const execution = String(asking.run);
  await Promise.all([
    follow(deployment, { machine: 'MachineRelease', execution, waits: [] }, since, stage),
    answer(deployment, String(asking.id), since, stage, 'U0LEAD'),
  ]);
}

/** Everything about the scene that a moment shows: what the account sees, and what those who try meet with. */
async function momentOf(scene: Scene) {
  const [seen, interfaces, attacks] = await Promise.all([scene.look(), scene.interfaces(), scene.tries()]);
  return { seen, interfaces, attacks };
}

const machineOf = (name: StoryName): string =>
  `Machine${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** Tells a story from finding to release, and reads back every step of it. */
export async function tell(deployment: Deployment, name: StoryName, stage: Stage): Promise<Story> {
  const scene = await setScene(deployment, name, stage);
  const { about, actors, finding, question, step, begunBy } = scene;
  const before = await momentOf(scene);
  await scene.logs?.write();
  const isCalled = 'call' in finding;
  stage.chapter(`${isCalled ? 'A call on CloudTrail’s record' : 'A GuardDuty finding'}: ${finding.type}`);
  const since = Date.now();
  await (isCalled ? finding.call() : sendEvent(deployment, finding.event));
  const { incident, run } = await opened(deployment, about);
  const [history, first] = await Promise.all([
    follow(deployment, { machine: machineOf(name), execution: run, waits: waiting(name) }, since, stage),
    answerAll(deployment, incident, scene, since, stage),
  ]);
  const during = await momentOf(scene);
  const held = await itemsOf(deployment, `INC#${incident}`);
  const way = await wayToContainment(deployment, since, {
    step,
    begunBy,
    isIt: (call) => scene.isContaining(call, during.interfaces),
  });
  await letGo(deployment, incident, about, stage);
  const after = await momentOf(scene);
  stage.chapter('The sealed record: out of the vault, and checked without AWS');
  const sealed = await fetchRecord(deployment, incident);
  stage.line(
    `${sealed.entries} entries, ${sealed.verified ? 'as they were sealed' : 'NOT as they were sealed'}; ${sealed.path}`,
  );
  const items = await itemsOf(deployment, `INC#${incident}`);
  const approval = approvalIn(held, run, question);
  const story = {
    playbook: name,
    incident,
    seconds: {
      deploy: deployment.seconds,
      findingToQuestion: (first - since) / 1000,
      clickToVerified: verifiedAfter(held, approval.run, approval.at),
    },
    awaitedCallsBeforeContainment: awaitedInARow(way),
    transitions: transitionsIn(history),
    interfaces: compareInterfaces(before.interfaces, during.interfaces, after.interfaces, isolationIn(held, run)),
    attacks: actors.map(({ who, what }, index) => ({
      who,
      what,
      before: before.attacks[index] ?? 'denied',
      during: during.attacks[index] ?? 'denied',
      after: after.attacks[index] ?? 'denied',
    })),
    evidence: await evidenceOf(deployment, items),
    approval: { by: approval.by, decision: approval.decision, at: approval.at },
    obligations: obligationsIn(items),
    ledger: ledgerOf(items),
    release: { diff: diffIn(items, before.seen, after.seen) },
    export: sealed,
  };
  const courses = actors.map(({ course }) => course);
  const { isolates, awaited, transitions, logs } = scene;
  const promised = { courses, interfaces: isolates, awaited, transitions, logs: logs?.kinds ?? [] };
  const told = logs ? await toldBy(deployment, incident, sealed.page) : null;
  if (told) stage.line(`${told.events.length} events in its timeline`);
  const wrong = [
    ...whatIsWrong(story, promised),
    ...(told && logs ? wrongInTimeline(told, logs.story) : []),
    ...(told && logs?.gap ? unsaid(told, logs.gap) : []),
  ];
  return { ok: wrong.length === 0, ...story, wrong };
}
