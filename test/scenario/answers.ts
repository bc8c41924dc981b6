/** People at work: they click, forge, type commands, or let time pass. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attached, call, messagesOf } from '../deployed/deployed.ts';
import { people } from '../sandbox/deployment.ts';
import { decideBySignature } from './command-line.ts';
import type { Answer, Round } from './scenario.ts';

const slackIds = { Rosa: people.rosa, Leo: people.leo, 'a stranger': people.stranger } as const;
const forgeries = {
  'with another secret': { secret: 'not-the-secret-of-the-app' },
  'ten minutes ago': { skewSeconds: -600 },
  'from another workspace': { team: 'T0ELSEWHERE' },
  again: { replay: true },
} as const;
const pause = 50;

/** A question that a run waits on, as it stands in the table. */
export interface Waiting {
  readonly execution: string;
  readonly question: string;
  readonly approval: string;
  readonly messages: readonly { readonly channel: string; readonly ts: string }[];
  readonly waits: 'waits' | 'does not wait';
}

/** What an answer came to. */
export interface Given {
  readonly statuses: readonly number[];
  readonly told: readonly string[];
}

/** Time passes: the sandbox ends the wait as if its limit had been reached. */
async function letTimePass({ sandbox }: Attached, { question, execution }: Waiting): Promise<Given> {
  for (let ended = 0; ended === 0; await sleep(pause))
    ({ ended } = await sandbox.post<{ ended: number }>('/_sandbox/time-out', { state: `: ${question}`, execution }));
  return { statuses: [], told: [] };
}

type Click = Answer & { readonly by: keyof typeof slackIds };

interface Clicked {
  readonly status: number;
  readonly submission?: { readonly status: number };
}

interface Answered extends Given {
  /** Of a click that asks for a reason: whether the form came up and was sent off, or somebody said why not. */
  readonly came: 'to something' | 'to nothing';
}

async function clickOnce(deployment: Attached, { messages }: Waiting, answer: Click): Promise<Answered> {
  const { says = 'approve', because, forged, clicks, by } = answer;
  const user = slackIds[by];
  const order = {
    ts: messages.at(-1)?.ts ?? '',
    action_id: says,
    user,
    ...(says === 'decline' && { reason: because ?? '' }),
    ...(forged && forgeries[forged]),
  };
  const seen = (await messagesOf(deployment)).length;
  const url = `${deployment.slack.url}/click`;
  const answers =
    clicks > 1
      ? await call<Clicked[]>(url, 'POST', { ...order, times: clicks })
      : [await call<Clicked>(url, 'POST', order)];
  const told = (await messagesOf(deployment)).slice(seen).filter(({ ephemeral }) => ephemeral === user);
  const asks = says === 'decline' && !forged && clicks === 1;
  return {
    statuses: answers.map(({ status, submission }) => submission?.status ?? status),
    told: told.map(({ text }) => text),
    came: asks && told.length === 0 && !answers[0]?.submission ? 'to nothing' : 'to something',
  };
}

/** Slack gives a function three seconds to bring the form up. Where the machine is busy it takes longer, and people click again. */
async function click(deployment: Attached, waiting: Waiting, answer: Click): Promise<Given> {
  for (let again = 0; again < 10; again++) {
    const { came, ...given } = await clickOnce(deployment, waiting, answer);
    if (came === 'to something') return given;
  }
  throw new Error(`The form for the reason did not come up when ${answer.by} clicked, ten times.`);
}

async function give(deployment: Attached, waiting: Waiting, answer: Answer): Promise<Given> {
  const { by, via, says = 'approve', because, only, also } = answer;
  if (by === 'nobody') return letTimePass(deployment, waiting);
  if (via === 'Slack') return click(deployment, waiting, { ...answer, by });
  if (by === 'a stranger') throw new Error('A stranger has no keys for the command line.');
  const request = {
    action: says,
    approval: waiting.approval,
    ...(because && { reason: because }),
    ...(only && { levers: only }),
    ...(also && { also }),
  };
  const { status, body } = await decideBySignature(deployment, by, request);
  return { statuses: [status], told: [body] };
}

/** Gives all answers to one question in order, each as soon as the question stands where it is answered. */
export async function giveAll(
  deployment: Attached,
  { slackFaults }: Round,
  answers: readonly Answer[],
  find: () => Promise<Waiting>,
): Promise<Given[]> {
  const given: Given[] = [];
  let channels = slackFaults.length > 0 ? 0 : 1;
  for (const answer of answers) {
    let waiting = await find();
    for (; waiting.messages.length < channels; waiting = await find()) await sleep(pause);
    given.push(await give(deployment, waiting, answer));
    // Where somebody is on it the question climbs no further.
    const climbs = !answers.some(({ says }) => says === 'take-over');
    if (answer.by === 'nobody' && slackFaults.length === 0 && climbs) channels++;
    // Once silence has ended the question there is no further channel to wait for.
    if (answer.by === 'nobody' && answers.at(-1) === answer) break;
  }
  return given;
}
