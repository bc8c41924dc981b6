/** Thieves who go from role to role, and people who answer all that is asked about them. */
import { randomBytes } from 'node:crypto';
import { IAMClient, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Holder } from '../../sandbox/credential-finding.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { assumeAs, roleFor } from '../../sandbox/identities.ts';
import { decideBySignature } from '../../scenario/command-line.ts';
import { type Item, itemsOf, type Run, runsAbout } from '../../scenario/runs.ts';
import type { Attached } from '../deployed.ts';
import { until } from './incident.ts';

const named = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;
const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
const policy = {
  PolicyName: 'assume',
  PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
};

/** Lets a user go on to roles. */
export const mayAssume = ({ client }: Attached, UserName: string): Promise<unknown> =>
  client(IAMClient, 'member').send(new PutUserPolicyCommand({ UserName, ...policy }));

/** A role of the company that may itself go on to others. */
export async function going(deployment: Attached, RoleName: string): Promise<string> {
  const arn = await roleFor(deployment, RoleName, '/ci/');
  await deployment.client(IAMClient, 'member').send(new PutRolePolicyCommand({ RoleName, ...policy }));
  return arn;
}

/** One credential goes on to a role, as its holder. */
export async function hop(deployment: Attached, as: Credentials, RoleArn: string, name: string): Promise<Credentials> {
  const sts = deployment.client(STSClient, 'member', as);
  const got = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: name }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = got.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** From a stolen session of one role to another. */
export async function once(deployment: Attached) {
  const [front, back] = [named('front'), named('back')];
  const [arnA, arnB] = await Promise.all([going(deployment, front), going(deployment, back)]);
  const first = await assumeAs(deployment, arnA, 'build-1');
  const second = await hop(deployment, first, arnB, 'thief-2');
  const { accessKeyId } = first;
  const holder: Holder = { accessKeyId, userType: 'AssumedRole', userName: front, session: 'build-1' };
  return { front, back, arnA, arnB, stolen: { first, second }, holder };
}

export type Decide = (question: Item) => 'approve' | 'decline';
/** Stops the sessions, and nothing wider. */
export const onlyDeny: Decide = ({ question }) => (question === 'deny' ? 'approve' : 'decline');
/** A question about a session found down the chain. */
export const ofChild = ({ sk }: Item): boolean => sk.startsWith('APPROVAL#chain-');

/** Answers whatever waits and was not answered yet. */
async function answer(deployment: Attached, incident: string, decide: Decide, answered: Set<unknown>): Promise<void> {
  const items = await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#');
  for (const question of items.filter(({ state, token, id }) => state === 'PENDING' && token && !answered.has(id))) {
    const action = decide(question);
    const request = { action, approval: question.id, ...(action === 'decline' && { reason: 'not now' }) };
    const { status, body } = await decideBySignature(deployment, 'Rosa', request);
    // A busy machine may take longer than the function may; whoever gets no answer clicks again.
    if (status >= 500) continue;
    if (status !== 200) throw new Error(`"${question.question}" could not be answered: ${status} ${body}`);
    answered.add(question.id);
  }
}

interface Runs {
  readonly incident: string;
  /** Runs whose input names one of these belong to it. */
  readonly words: readonly string[];
  readonly least: number;
  readonly decide?: Decide;
}

/** Rosa answers until all runs have ended; there are at least so many. */
export async function allEnd(
  deployment: Attached,
  { incident, words, least, decide = onlyDeny }: Runs,
): Promise<Run[]> {
  const answered = new Set<unknown>();
  return until(`the end of ${least} runs of ${incident}`, async () => {
    await answer(deployment, incident, decide, answered);
    const runs = await runsAbout(deployment, words);
    return runs.length >= least && runs.every(({ status }) => status !== 'RUNNING') ? runs : undefined;
  });
}

/** How the incident stands, by its record. */
export const stateOf = async (deployment: Attached, incident: string): Promise<unknown> =>
  (await itemsOf(deployment, `INC#${incident}`, 'META'))[0]?.state;
