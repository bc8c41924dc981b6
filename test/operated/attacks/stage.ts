/** What is attacked: an incident whose question waits, and one whose question was taken back; and those who attack it. */
import { randomBytes } from 'node:crypto';
import { IAMClient } from '@aws-sdk/client-iam';
import { isAsked, opened, until } from '../../deployed/credentials/incident.ts';
import { type Attached, messagesOf } from '../../deployed/deployed.ts';
import { administrator } from '../../deployed/proof/probe.ts';
import { findingAboutKey } from '../../sandbox/credential-finding.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { launch, stolenSession } from '../../sandbox/estate.ts';
import { findingAbout, send } from '../../sandbox/finding.ts';
import { hire } from '../../sandbox/identities.ts';
import { decideBySignature } from '../../scenario/command-line.ts';
import { type Item, itemsOf, runsAbout } from '../../scenario/runs.ts';

/** Words that would do something, were they not only words. */
export const mention = '<!channel> <@U0RESPONDER> <https://evil.example|the runbook> `x` {% $states.input %} <script>';

export interface Stage {
  readonly instance: string;
  readonly incident: string;
  /** The question that waits, by the id that people know, and the hash of its plan. */
  readonly approval: string;
  readonly plan: string;
  /** An incident that was closed, and its question that was taken back. */
  readonly past: { readonly incident: string; readonly approval: string };
  readonly word: string;
}

export type Attacker = 'rosa' | 'olga' | 'ada' | 'hub root' | 'administrator of the member' | 'thief' | 'outsider';
export type Attackers = Readonly<Record<Attacker, Credentials>>;

async function takenBack(deployment: Attached, word: string): Promise<Stage['past']> {
  const name = `past-${word}`;
  const { key } = await hire(deployment, name, { older: 'none' });
  const holder = { accessKeyId: key.accessKeyId, userType: 'IAMUser', userName: name } as const;
  await send(deployment, findingAboutKey(deployment, holder));
  const incident = await opened(deployment, name);
  const { id } = await isAsked(deployment, incident, 'revoke');
  const closing = { action: 'close', incident, as: 'false-alarm', reason: 'a load test' };
  const { status, body } = await decideBySignature(deployment, 'Rosa', closing);
  if (status !== 200) throw new Error(`The incident of the past could not be closed: ${status} ${body}`);
  await until('the end of the past', async () => {
    const [meta] = await itemsOf(deployment, `INC#${incident}`, 'META');
    const runs = await runsAbout(deployment, [name, incident]);
    return meta?.state === 'closed' && runs.every(({ status }) => status !== 'RUNNING') ? meta : undefined;
  });
  return { incident, approval: String(id) };
}

/** An incident about a new instance, of a finding that tries to be more than words. */
async function waiting(deployment: Attached): Promise<Omit<Stage, 'past' | 'word'>> {
  const instance = await launch(deployment, deployment.estate, { scaling: 'on its own', tags: { owner: mention } });
  const finding = { ...findingAbout(deployment, instance), title: `${mention} on ${instance}`, description: mention };
  await send(deployment, finding);
  const incident = await opened(deployment, instance);
  const { id, planHash } = await isAsked(deployment, incident, 'quarantine');
  await until('the message', async () =>
    (await messagesOf(deployment)).find((one) => JSON.stringify(one).includes(String(id))),
  );
  return { instance, incident, approval: String(id), plan: String(planHash) };
}

export async function setUp(deployment: Attached): Promise<Stage> {
  const word = randomBytes(3).toString('hex');
  const [now, past] = await Promise.all([waiting(deployment), takenBack(deployment, word)]);
  return { ...now, past, word };
}

/** Keys of people with other offices, of accounts that are not asked, and of the thief. */
export async function attackersOf(deployment: Attached, { instance, word }: Stage): Promise<Attackers> {
  const { client, operators, sandbox } = deployment;
  const root = (account: string): Credentials => ({ accessKeyId: account, secretAccessKey: 'test' });
  const [thief, member] = await Promise.all([
    stolenSession({ sandbox } as never, instance),
    administrator(client(IAMClient, 'member'), `attacker-${word}`),
  ]);
  return {
    rosa: operators.rosa,
    olga: operators.olga,
    ada: operators.ada,
    'hub root': root(sandbox.accounts.hub),
    'administrator of the member': member,
    thief,
    outsider: root('777788889999'),
  };
}

/** Everything that a refused attack must leave as it is. */
export async function standing(deployment: Attached, { incident, past }: Stage): Promise<object> {
  const settings = deployment.outputs.SettingsTableName ?? '';
  const kept = async (id: string) => {
    const items = await itemsOf(deployment, `INC#${id}`);
    const questions = items.filter(({ sk }) => sk.startsWith('APPROVAL#'));
    return {
      state: items.find(({ sk }) => sk === 'META')?.state,
      questions: questions.map(({ id: one, state, decisions }) => ({ one, state, decisions })),
      receipts: items.filter(({ sk }) => sk.startsWith('RECEIPT#')).map(({ sk }) => sk),
    };
  };
  const [now, before] = await Promise.all([kept(incident), kept(past.incident)]);
  return { now, before, settings };
}

/** What the ledger of an incident says, in order. */
export const ledgerOf = async (deployment: Attached, incident: string): Promise<Item[]> =>
  itemsOf(deployment, `INC#${incident}`, 'LEDGER#');
