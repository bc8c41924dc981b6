import { setTimeout as sleep } from 'node:timers/promises';
import { playbooks } from '../../playbooks/index.ts';
import type { Deployment } from './deployment.ts';
import { type Attempt, customers, tryTheft } from './estate.ts';
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
import { type Scene, type StoryName, scenes } from './scenes.ts';
import { fetchRecord } from './sealed-record.ts';
import type { Message } from './slack/slack.ts';

/** How the demo shows what happens; `secondsIn` counts from the finding. */
export interface Stage {
  chapter(title: string): void;
  line(text: string, secondsIn?: number): void;
  /** Who answers: true leaves the click to a person on the Slack page. */
  readonly interactive: boolean;
}

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

/** Where what follows the close-out begins. */
const afterwards = 'Was it contained?';
/** What is removed for good is asked about once the story has ended, and waits for people for hours. */
const waiting = playbooks.flatMap(({ asks }) =>
  asks.flatMap(({ kind, name }) => (kind === 'eradicate' ? [`Ask a responder: ${name}`] : [])),
);

/** Shows each state as the run enters it, until the run ends or only waits; returns the history of the response. */
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
      const over = waiting.some((name) => told.has(name)) || /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(end);
      const closed = history.findIndex(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === afterwards);
      return over ? history.slice(0, closed < 0 ? undefined : closed) : null;
    },
    stage.interactive ? 1_800_000 : patience,
  );
}

async function opened(deployment: Deployment, about: string): Promise<{ incident: string; run: string }> {
  const isIt = ({ resource }: Item): boolean => String(resource).endsWith(about);
  const listed = await until('the incident', async () => (await itemsOf(deployment, 'INCIDENTS')).find(isIt));
  return { incident: String(listed.incident), run: String(listed.run) };
}

const attack = (deployment: Deployment, { actors }: Scene): Promise<Attempt[]> =>
  Promise.all(actors.map(({ as }) => tryTheft(deployment, as)));

async function setScene(deployment: Deployment, name: StoryName, stage: Stage): Promise<Scene> {
  stage.chapter('A small estate in the member account');
  const scene = await scenes[name](deployment);
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

/** Answers the playbook's questions one after another, as they come; says when the first was asked. */
async function answerAll(
  deployment: Deployment,
  name: StoryName,
  scene: Scene,
  since: number,
  stage: Stage,
): Promise<number> {
  const all = playbooks.find((book) => book.name === name)?.asks ?? [];
  // Nothing slips here and everything has its lever; what is removed for good is asked once the story has ended.
  const asks = all.filter(
    ({ kind, unlessHeld, comes }) => kind !== 'eradicate' && unlessHeld.length === 0 && comes === 'in turn',
  );
  const first = await answer(deployment, scene.about, since, stage, 'U0RESPONDER');
  for (const _ of asks.slice(1)) await answer(deployment, scene.about, since, stage, 'U0RESPONDER');
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
    follow(deployment, { machine: 'MachineRelease', execution }, since, stage),
    answer(deployment, String(asking.id), since, stage, 'U0LEAD'),
  ]);
}

/** Everything about the scene that a moment shows: what the account sees, and what those who try meet with. */
async function momentOf(deployment: Deployment, scene: Scene) {
  const [seen, interfaces, attacks] = await Promise.all([scene.look(), scene.interfaces(), attack(deployment, scene)]);
  return { seen, interfaces, attacks };
}

const machineOf = (name: StoryName): string =>
  `Machine${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** Tells a story from finding to release, and reads back every step of it. */
export async function tell(deployment: Deployment, name: StoryName, stage: Stage): Promise<Story> {
  const scene = await setScene(deployment, name, stage);
  const { about, actors, finding, question, step } = scene;
  const before = await momentOf(deployment, scene);
  stage.chapter(`A GuardDuty finding: ${finding.type}`);
  const since = Date.now();
  await sendEvent(deployment, finding.event);
  const { incident, run } = await opened(deployment, about);
  const [history, asked] = await Promise.all([
    follow(deployment, { machine: machineOf(name), execution: run }, since, stage),
    answerAll(deployment, name, scene, since, stage),
  ]);
  const during = await momentOf(deployment, scene);
  const held = await itemsOf(deployment, `INC#${incident}`);
  const way = await wayToContainment(deployment, since, {
    step,
    isIt: (call) => scene.isContaining(call, during.interfaces),
  });
  await letGo(deployment, incident, about, stage);
  const after = await momentOf(deployment, scene);
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
      findingToQuestion: (asked - since) / 1000,
      clickToVerified: verifiedAfter(held, run, approval.at),
    },
    awaitedCallsBeforeContainment: awaitedInARow(way),
    transitions: transitionsIn(history),
    interfaces: compareInterfaces(before.interfaces, during.interfaces, after.interfaces, isolationIn(held, run)),
    attacks: actors.map(({ who }, index) => ({
      who,
      what: customers.what,
      before: before.attacks[index] ?? 'denied',
      during: during.attacks[index] ?? 'denied',
      after: after.attacks[index] ?? 'denied',
    })),
    evidence: await evidenceOf(deployment, items),
    approval,
    obligations: obligationsIn(items),
    ledger: ledgerOf(items),
    release: { diff: diffIn(items, before.seen, after.seen) },
    export: sealed,
  };
  const courses = actors.map(({ course }) => course);
  const wrong = whatIsWrong(story, { courses, interfaces: scene.isolates });
  return { ok: wrong.length === 0, ...story, wrong };
}
