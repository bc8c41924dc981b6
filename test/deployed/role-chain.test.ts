/** A thief who goes from role to role: each session is a target of the one incident, is stopped, and comes back with it. */
import { randomBytes } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { type Handover, handoverOf } from '../../lib/domain/finding/chained.ts';
import { findingAboutKey } from '../sandbox/credential-finding.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { tryTheft } from '../sandbox/estate.ts';
import { send } from '../sandbox/finding.ts';
import { assumeAs, hire, roleSeen, userSeen } from '../sandbox/identities.ts';
import { type Item, itemsOf } from '../scenario/runs.ts';
import { allEnd, type Decide, going, hop, mayAssume, ofChild, once, onlyDeny, stateOf } from './credentials/chain.ts';
import { incidentsAbout, opened, release } from './credentials/incident.ts';
import { deployed } from './deployed.ts';

const deployment = deployed();
const { sandbox, outputs } = deployment;
const patience = { timeout: 600_000 };

async function tries<Who extends string>(who: Readonly<Record<Who, Credentials>>): Promise<Record<string, string>> {
  const all = Object.entries<Credentials>(who);
  const met = all.map(async ([name, as]) => [name, await tryTheft(deployment, as)] as const);
  return Object.fromEntries(await Promise.all(met));
}
const seen = (...roles: string[]) => Promise.all(roles.map((role) => roleSeen(deployment, role)));

/** `role/session` of each further target. */
async function targetsOf(incident: string): Promise<string[]> {
  const findings = await itemsOf(deployment, `INC#${incident}`, 'FINDING#');
  return findings.map(({ sk }) => sk.split(':').at(-1) ?? '').filter((key) => key.includes('/'));
}

/** The run of a further session, as our own step begins it, under a name that is new. */
const handOver = (detail: Handover): Promise<unknown> => {
  const input = JSON.stringify(handoverOf(detail));
  const stateMachineArn = outputs.MachineIamRoleSession;
  return deployment.client(SFNClient, 'hub').send(new StartExecutionCommand({ stateMachineArn, input }));
};

/** From A to B, to A again, and to B again, each under another name; somebody else is at work as B. */
async function juggler() {
  const { arnA, arnB, stolen, ...rest } = await once(deployment);
  const third = await hop(deployment, stolen.second, arnA, 'thief-3');
  const fourth = await hop(deployment, third, arnB, 'thief-4');
  const innocent = await assumeAs(deployment, arnB, 'payroll');
  return { ...rest, stolen: { ...stolen, third, fourth }, innocent };
}
const all = (outcome: string) => ({ first: outcome, second: outcome, third: outcome, fourth: outcome });

describe.concurrent('a thief who juggles two roles', patience, () => {
  test('is stopped in each session, nobody else is, and it all comes back with the one incident', async () => {
    const { front, back, stolen, innocent, holder } = await juggler();
    const words = [front, back];
    const before = await seen(front, back);
    expect(await tries({ ...stolen, innocent })).toEqual({ ...all('allowed'), innocent: 'allowed' });
    const finding = findingAboutKey(deployment, holder);
    await send(deployment, finding);
    const incident = await opened(deployment, front);
    const runs = await allEnd(deployment, { incident, words, least: 4 });
    expect(runs.map(({ output: { state, trouble } }) => ({ state, trouble }))).toEqual(
      Array(4).fill({ state: 'contained', trouble: [] }),
    );
    expect(await stateOf(deployment, incident)).toBe('contained');
    expect(await tries({ ...stolen, innocent })).toEqual({ ...all('denied'), innocent: 'allowed' });
    // One incident, whatever the number of its targets.
    expect(await targetsOf(incident)).toEqual([`${back}/thief-2`, `${back}/thief-4`, `${front}/thief-3`]);
    expect([await incidentsAbout(deployment, front), await incidentsAbout(deployment, back)]).toEqual([[incident], []]);
    const receipts = await itemsOf(deployment, `INC#${incident}`, 'RECEIPT#');
    const sealed = expect.objectContaining({ kind: 'role-chain', lockMode: 'governance' });
    expect(receipts.filter(({ step }) => step === 'trace-role-chain').map(({ result }) => result)).toContainEqual(
      expect.objectContaining({ outcome: 'traced', evidence: [sealed] }),
    );

    // The same again: neither the finding nor what was handed over begins anything new.
    const handed: Handover = {
      incident,
      finding: finding.id,
      role: back,
      roleId: null,
      session: 'thief-2',
      severity: 'high',
      depth: 1,
      account: sandbox.accounts.member,
      region: sandbox.region,
      key: stolen.second.accessKeyId,
      at: null,
    };
    await Promise.all([send(deployment, finding), handOver(handed)]);
    const later = await allEnd(deployment, { incident, words, least: 6 });
    expect(later.slice(4).map(({ output }) => output.outcome)).toEqual(['joined', 'joined']);
    expect(await targetsOf(incident)).toHaveLength(3);

    expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
    expect(await tries({ ...stolen, innocent })).toEqual({ ...all('allowed'), innocent: 'allowed' });
    expect(await seen(front, back)).toEqual(before);
    // What was let go takes nothing on any more, in words.
    await handOver({ ...handed, session: 'thief-9' });
    const refused = (await allEnd(deployment, { incident, words, least: 7 })).at(-1);
    expect(refused?.output).toMatchObject({ outcome: 'ignored', because: `incident ${incident} is released` });
  });

  test('stays contained where people leave the further session alone, and is not where they leave the first', async () => {
    const [one, other] = await Promise.all([once(deployment), once(deployment)]);
    await Promise.all([one, other].map(({ holder }) => send(deployment, findingAboutKey(deployment, holder))));
    const [left, kept] = await Promise.all([opened(deployment, one.front), opened(deployment, other.front)]);
    const only =
      (whose: (question: Item) => boolean): Decide =>
      (question) =>
        whose(question) ? onlyDeny(question) : 'decline';
    const end = (incident: string, { front, back }: typeof one, whose: (question: Item) => boolean) =>
      allEnd(deployment, { incident, words: [front, back], least: 2, decide: only(whose) });
    await Promise.all([end(left, one, (question) => !ofChild(question)), end(kept, other, ofChild)]);
    expect([await stateOf(deployment, left), await stateOf(deployment, kept)]).toEqual(['contained', 'open']);
    expect(await tries(one.stolen)).toEqual({ first: 'denied', second: 'allowed' });
    expect(await tries(other.stolen)).toEqual({ first: 'allowed', second: 'denied' });
  });
});

test.concurrent('a thief who goes from a key of a user to a role is stopped in both', patience, async () => {
  const [name, back] = ['alice', 'back'].map((word) => `${word}-${randomBytes(4).toString('hex')}`) as [string, string];
  const [alice, arn] = await Promise.all([hire(deployment, name, { older: 'none' }), going(deployment, back)]);
  await mayAssume(deployment, name);
  const before = [await userSeen(deployment, name), await seen(back)];
  const session = await hop(deployment, alice.key, arn, 'thief-1');
  const { accessKeyId } = alice.key;
  await send(deployment, findingAboutKey(deployment, { accessKeyId, userType: 'IAMUser', userName: name }));
  const incident = await opened(deployment, name);
  // Of the role nothing wider than the session.
  const decide: Decide = (question) => (ofChild(question) ? onlyDeny(question) : 'approve');
  await allEnd(deployment, { incident, words: [name, back], least: 2, decide });
  expect(await stateOf(deployment, incident)).toBe('contained');
  expect(await tries({ key: alice.key, session })).toEqual({ key: 'denied', session: 'denied' });
  expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
  expect(await tries({ key: alice.key, session })).toEqual({ key: 'allowed', session: 'allowed' });
  expect([await userSeen(deployment, name), await seen(back)]).toEqual(before);
});
