/** Plays a scenario on the deployment: each round starts something, answers what is asked, and is looked at once all runs have ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attached, call, messagesOf } from '../deployed.ts';
import { people } from '../sandbox/deployment.ts';
import { findingAbout, send } from '../sandbox/finding.ts';
import { type Given, giveAll, type Waiting } from './answers.ts';
import { decideBySignature } from './command-line.ts';
import { type Observed, observe } from './observe.ts';
import { type Picture, pictureOf } from './picture.ts';
import { incidentsAbout, itemsOf, type Run, runsAbout } from './runs.ts';
import type { Round, Scenario } from './scenario.ts';
import { breakAws, meddle, place, type Stage, type Tried, tryBoth } from './stage.ts';

const patience = 40_000;
const pause = 100;

/** All that a round leaves to look at. */
export interface Played {
  readonly round: Round;
  readonly stage: Stage;
  readonly since: number;
  /** Messages in Slack before the round. */
  readonly messages: number;
  readonly incidents: readonly string[];
  readonly runs: readonly Run[];
  readonly answers: Readonly<Record<string, readonly Given[]>>;
  /** The instance when the round began. */
  readonly picture: Picture | null;
  readonly tried: { readonly before: Tried; readonly during: Tried | null; readonly after: Tried };
}

/** Sends all findings of the round at once, every copy of one with the same id. */
async function sendFindings(deployment: Attached, { instance, thief }: Stage, { findings = [] }: Round): Promise<void> {
  const details = findings.flatMap(({ copies, ...finding }) => {
    const detail = findingAbout(deployment, instance, { ...finding, ...(!thief && { profileArn: null }) });
    return Array.from({ length: copies }, () => detail);
  });
  await Promise.all(details.map((detail) => send(deployment, detail)));
}

/** Clicks the release button of the incident's last closing message, or asks for it by a signed request. */
async function askRelease(deployment: Attached, incident: string, { by, via }: NonNullable<Round['release']>) {
  if (via === 'the command line') {
    const request = { action: 'release', incident, reason: 'the host has been cleaned' };
    const { status, body } = await decideBySignature(deployment, by, request);
    if (status !== 200) throw new Error(`The release was refused: ${status} ${body}`);
    return;
  }
  const closing = (await messagesOf(deployment)).findLast(
    ({ blocks }) => JSON.stringify(blocks).includes('"action_id":"release"') && JSON.stringify(blocks).includes(incident),
  );
  const user = by === 'Rosa' ? people.rosa : people.leo;
  await call(`${deployment.slack.url}/click`, 'POST', { ts: closing?.ts ?? 'no message', action_id: 'release', user });
}

async function start(deployment: Attached, stage: Stage, round: Round): Promise<void> {
  if (!round.release) return sendFindings(deployment, stage, round);
  const [incident] = (await incidentsAbout(deployment, stage.instance)).slice(-1);
  if (!incident) throw new Error('There is no incident to release.');
  await askRelease(deployment, incident, round.release);
}

const wanted = ({ findings }: Round): number => findings?.reduce((sum, { copies }) => sum + copies, 0) ?? 1;

class Playing {
  readonly answers: Record<string, readonly Given[]> = {};
  during: Tried | null = null;
  private readonly deployment: Attached;
  private readonly stage: Stage;
  private readonly round: Round;
  private readonly earlier: ReadonlySet<string>;

  constructor(deployment: Attached, stage: Stage, round: Round, earlier: readonly Run[]) {
    this.deployment = deployment;
    this.stage = stage;
    this.round = round;
    this.earlier = new Set(earlier.map(({ arn }) => arn));
  }

  async runs(): Promise<Run[]> {
    const incidents = await incidentsAbout(this.deployment, this.stage.instance);
    const all = await runsAbout(this.deployment, [this.stage.instance, ...incidents]);
    return all.filter(({ arn }) => !this.earlier.has(arn));
  }

  /** Questions on which the runs wait and that nobody has been given to answer yet. */
  async waiting(runs: readonly Run[]): Promise<Waiting[]> {
    const incidents = await incidentsAbout(this.deployment, this.stage.instance);
    const items = await Promise.all(incidents.map((one) => itemsOf(this.deployment, `INC#${one}`, 'APPROVAL#')));
    return items.flat().flatMap((item) => {
      const execution = runs.find(({ name }) => name === item.run)?.arn;
      if (!execution || !item.token) return [];
      const messages = (item.messages ?? []) as Waiting['messages'];
      return [{ execution, question: String(item.question), approval: String(item.id), messages }];
    });
  }

  async answer({ question, approval }: Waiting): Promise<void> {
    const answers = this.round.answers[question];
    if (!answers) throw new Error(`"${question}" is asked, and the scenario gives no answer to it.`);
    const latest = async (): Promise<Waiting> => {
      const found = (await this.everAsked()).find((one) => one.approval === approval);
      if (!found) throw new Error(`The question "${question}" is gone.`);
      return found;
    };
    this.during = await tryBoth(this.deployment, this.stage);
    await meddle(this.deployment, this.stage, this.round, 'while the question waits');
    this.answers[question] = await giveAll(this.deployment, this.round, answers, latest);
  }

  private async everAsked(): Promise<Waiting[]> {
    const runs = await this.runs();
    const incidents = await incidentsAbout(this.deployment, this.stage.instance);
    const items = await Promise.all(incidents.map((one) => itemsOf(this.deployment, `INC#${one}`, 'APPROVAL#')));
    return items.flat().map((item) => ({
      execution: runs.find(({ name }) => name === item.run)?.arn ?? '',
      question: String(item.question),
      approval: String(item.id),
      messages: (item.messages ?? []) as Waiting['messages'],
    }));
  }
}
