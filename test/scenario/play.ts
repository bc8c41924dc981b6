/** Plays a scenario on the deployment: each round starts something, answers what is asked, and is looked at once all its runs ended. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attached, call, messagesOf } from '../deployed/deployed.ts';
import { people } from '../sandbox/deployment.ts';
import { eventsOf, findingAbout, sendEvent } from '../sandbox/finding.ts';
import { type Given, giveAll, type Waiting } from './answers.ts';
import { decideBySignature } from './command-line.ts';
import { type Picture, pictureOf } from './picture.ts';
import { incidentsAbout, itemsOf, type Run, runsAbout } from './runs.ts';
import type { Round, Scenario } from './scenario.ts';
import { breakAws, breakSlack, meddle, place, type Stage, type Tried, tryBoth } from './stage.ts';

/** Milliseconds for the runs of one round to end. */
const patience = 150_000;
const pause = 200;

type Moment = NonNullable<Round['findings']>[number]['when'];

interface Scene {
  readonly deployment: Attached;
  readonly stage: Stage;
  readonly round: Round;
  /** Runs of earlier rounds. */
  readonly earlier: ReadonlySet<string>;
}

/** All that a round leaves to look at. */
export interface Played extends Omit<Scene, 'earlier'> {
  /** When it began, in milliseconds, and how many messages stood in Slack then. */
  readonly since: { readonly at: number; readonly messages: number };
  /** The instance when the round began; null when it was gone. */
  readonly picture: Picture | null;
  readonly runs: readonly Run[];
  readonly answers: Readonly<Record<string, readonly Given[]>>;
  readonly tried: { readonly before: Tried; readonly during: Tried | null; readonly after: Tried };
}

/** Sends all findings of that moment at once, every copy of one with the same id; returns how many there were. */
async function sendFindings({ deployment, stage, round }: Scene, moment: Moment): Promise<number> {
  const due = (round.findings ?? []).filter(({ when }) => when === moment);
  const events = due.flatMap(({ copies, forms, name, when: _, ...finding }) => {
    const id = name && createHash('md5').update(`${name} ${stage.instance}`).digest('hex');
    const options = { ...finding, ...(id && { id }), ...(!stage.thief && { profileArn: null }) };
    const detail = findingAbout(deployment, stage.instance, options);
    return Array.from({ length: copies }, () => forms.map((form) => eventsOf[form](detail))).flat();
  });
  await Promise.all(events.map((event) => sendEvent(deployment, event)));
  return events.length;
}

/** Clicks the release button of the incident's last closing message, or asks for it by a signed request. */
async function askRelease({ deployment, round: { release } }: Scene, incident: string): Promise<void> {
  const by = release?.by ?? 'Rosa';
  if (release?.via === 'the command line') {
    const request = { action: 'release', incident, reason: 'the host has been cleaned' };
    const { status, body } = await decideBySignature(deployment, by, request);
    if (status !== 200) throw new Error(`The release was refused: ${status} ${body}`);
    return;
  }
  const closing = (await messagesOf(deployment)).findLast(({ blocks }) => {
    const shown = JSON.stringify(blocks);
    return shown.includes('"action_id":"release"') && shown.includes(incident);
  });
  const user = by === 'Rosa' ? people.rosa : people.leo;
  await call(`${deployment.slack.url}/click`, 'POST', { ts: closing?.ts ?? 'no message', action_id: 'release', user });
}

async function begin(scene: Scene): Promise<void> {
  if (!scene.round.release) {
    await sendFindings(scene, 'at once');
    return;
  }
  const incident = (await incidentsAbout(scene.deployment, scene.stage.instance)).at(-1);
  if (!incident) throw new Error('There is no incident to release.');
  await askRelease(scene, incident);
}

/** The runs of the round, and the incidents about its instance: the list of incidents is long, and read once a look. */
async function runsOf({ deployment, stage: { instance }, earlier }: Scene) {
  const incidents = await incidentsAbout(deployment, instance);
  const all = await runsAbout(deployment, [instance, ...incidents]);
  return { incidents, runs: all.filter(({ arn }) => !earlier.has(arn)) };
}

type Looked = Awaited<ReturnType<typeof runsOf>>;

/** The questions of these runs as they stand in the table. */
async function questionsOf({ deployment }: Scene, { incidents, runs }: Looked): Promise<Waiting[]> {
  const items = await Promise.all(incidents.map((one) => itemsOf(deployment, `INC#${one}`, 'APPROVAL#')));
  return items.flat().flatMap((item) => {
    const execution = runs.find(({ name }) => name === item.run)?.arn;
    const messages = (item.messages ?? []) as Waiting['messages'];
    const waits = item.token ? ('waits' as const) : ('does not wait' as const);
    return execution
      ? [{ execution, question: String(item.question), approval: String(item.id), messages, waits }]
      : [];
  });
}

async function answer(scene: Scene, looked: Looked, { question, approval }: Waiting): Promise<Given[]> {
  const { deployment, round } = scene;
  const answers = round.answers[question];
  if (!answers) throw new Error(`"${question}" is asked, and the scenario gives no answer to it.`);
  const find = async (): Promise<Waiting> => {
    const found = (await questionsOf(scene, looked)).find((one) => one.approval === approval);
    if (found) return found;
    throw new Error(`The question "${question}" has gone from the table.`);
  };
  return giveAll(deployment, round, answers, find);
}

/** Sends what comes while the question waits, and lets its runs end before anybody answers. */
async function sendMore(scene: Scene, { incidents }: Looked): Promise<void> {
  if (scene.round.release?.again === 'while it waits') await askRelease(scene, incidents.at(-1) ?? 'none');
  const more = await sendFindings(scene, 'while the question waits');
  const ended = async (): Promise<number> =>
    (await runsOf(scene)).runs.filter(({ status }) => status !== 'RUNNING').length;
  const enough = (await ended()) + more;
  for (const until = Date.now() + patience; more > 0 && Date.now() < until; await sleep(pause)) {
    if ((await ended()) >= enough) return;
  }
}

const expectedRuns = ({ findings }: Round): number =>
  findings?.reduce((sum, { copies, forms }) => sum + copies * forms.length, 0) ?? 1;

/** Waits until every run of the round has ended, and answers what is asked on the way. */
async function untilEnded(scene: Scene): Promise<Pick<Played, 'runs' | 'answers'> & { during: Tried | null }> {
  const { deployment, stage, round } = scene;
  const answers: Record<string, Given[]> = {};
  let during: Tried | null = null;
  for (const until = Date.now() + patience; Date.now() < until; await sleep(pause)) {
    const looked = await runsOf(scene);
    const { runs } = looked;
    const asked = (await questionsOf(scene, looked)).find((one) => one.waits === 'waits' && !answers[one.question]);
    if (asked) {
      during = await tryBoth(deployment, stage);
      await meddle(scene, 'while the question waits');
      await sendMore(scene, looked);
      answers[asked.question] = await answer(scene, looked, asked);
    } else if (runs.length >= expectedRuns(round) && runs.every(({ status }) => status !== 'RUNNING')) {
      return { runs, answers, during };
    }
  }
  const { runs } = await runsOf(scene);
  throw new Error(
    `Not ended after ${patience / 1000} s: ${runs.map(({ arn, status }) => `${arn} ${status}`).join(', ')}`,
  );
}

async function playRound(scene: Scene): Promise<Played> {
  const { deployment, stage, round } = scene;
  const since = { at: Date.now(), messages: (await messagesOf(deployment)).length };
  const picture = stage.placed && (await pictureOf(deployment, stage.instance));
  const before = await tryBoth(deployment, stage);
  await meddle(scene, 'before it starts');
  const mendAws = await breakAws(deployment, stage, round);
  const mendSlack = await breakSlack(deployment, round);
  try {
    await begin(scene);
    const { during, ...ended } = await untilEnded(scene);
    const after = await tryBoth(deployment, stage);
    return { deployment, stage, round, since, picture, ...ended, tried: { before, during, after } };
  } finally {
    await Promise.all([mendAws(), mendSlack()]);
  }
}

/** Plays all rounds, one after another; `look` is called between them, before the next one changes anything. */
export async function play(
  deployment: Attached,
  scenario: Scenario,
  look: (played: Played) => Promise<void>,
): Promise<void> {
  const stage = await place(deployment, scenario);
  const earlier = new Set<string>();
  for (const round of [scenario, ...scenario.afterwards]) {
    const played = await playRound({ deployment, stage, round, earlier });
    await look(played);
    for (const { arn } of played.runs) earlier.add(arn);
  }
}
