/**
 * Where containment is broken: the thief has a second pair of hands in the account, which takes our deny off again and again. Then
 * two people are asked for what only the organisation can do.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteRolePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  DetachPolicyCommand,
  ListPoliciesForTargetCommand,
  OrganizationsClient,
  type PolicySummary,
} from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, test } from 'vitest';
import { findingAboutKey, type Holder } from '../sandbox/credential-finding.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { tryTheft } from '../sandbox/estate.ts';
import { send } from '../sandbox/finding.ts';
import { assumeAs, hire, roleFor, roleSeen, sessionsFrom, userSeen } from '../sandbox/identities.ts';
import { approve, isAsked, opened, release, toTheEnd } from './credentials/incident.ts';
import { deployed } from './deployed.ts';

const deployment = deployed();
const { member } = deployment.sandbox.accounts;
const iam = deployment.client(IAMClient, 'member');
const patience = { timeout: 600_000 };
const named = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

/** Does it again and again, faster than anybody reads back, until told to stop. */
function again(deed: () => Promise<unknown>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const doing = (async () => {
    while (!stopping.signal.aborted) {
      await deed();
      await sleep(50);
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return doing;
    },
  };
}

async function freeUser(UserName: string): Promise<void> {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
}

async function freeSession(RoleName: string): Promise<void> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames.filter((name) => name.startsWith('tourniquet-')))
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
}

/** Reading back takes two seconds longer: the session's deny is not waited for, and the accomplice has to come first. */
async function readsBackLate(RoleName: string): Promise<void> {
  const reading = { action: 'iam:GetRolePolicy', contains: RoleName, principal: 'tourniquet-read-evidence' };
  const rules = [{ ...reading, effect: 'delay', seconds: 2, times: 1 }];
  await deployment.sandbox.post('/_sandbox/faults', { rules });
}

/** Everybody tries at once; what each met with, by name. */
async function tries<Who extends string>(who: Readonly<Record<Who, Credentials>>) {
  const names = Object.keys(who) as Who[];
  const met = await Promise.all(names.map((name) => tryTheft(deployment, who[name])));
  return Object.fromEntries(names.map((name, at) => [name, met[at]]));
}

/** Those that other suites have left. */
let standing: ReadonlySet<string> = new Set();
beforeAll(async () => {
  standing = new Set((await lockdowns()).map(({ Id = '' }) => Id));
});

/** Our service control policies on the member account. */
async function lockdowns(): Promise<PolicySummary[]> {
  const which = { TargetId: member, Filter: 'SERVICE_CONTROL_POLICY' } as const;
  const organizations = deployment.client(OrganizationsClient, 'hub');
  const { Policies = [] } = await organizations.send(new ListPoliciesForTargetCommand(which));
  return Policies.filter(({ Name, Id = '' }) => Name?.startsWith('tourniquet-deny-') && !standing.has(Id));
}

const applied = {
  'deny-by-organization/apply': 'applied',
  'deny-by-organization/confirm': 'confirmed',
  'deny-by-organization/verify': 'verified',
};

// One after the other: each looks at what stands on the account.
describe('a deny that does not hold', patience, () => {
  test('of a user comes to two people, and then holds whatever the account does; nobody else is touched', async () => {
    const [dave, bob] = [await hire(deployment, named('dave')), await hire(deployment, named('bob'))];
    const { plain, federated } = await sessionsFrom(deployment, dave.key);
    const everybody = { key: dave.key, plain, bob: bob.key };
    const before = await userSeen(deployment, dave.name);
    const working = { key: 'allowed', plain: 'allowed', bob: 'allowed' };
    expect(await tries(everybody)).toEqual(working);
    const holder: Holder = { accessKeyId: dave.key.accessKeyId, userType: 'IAMUser', userName: dave.name };
    await send(deployment, findingAboutKey(deployment, holder));
    const incident = await opened(deployment, dave.name);
    const accomplice = again(() => freeUser(dave.name));
    await approve(deployment, await isAsked(deployment, incident, 'revoke'), 'Rosa');
    const lockdown = await isAsked(deployment, incident, 'lockdown');
    await accomplice.stop();
    // The key is inactive; the session made from it works, for the deny is gone.
    expect(await tries(everybody)).toEqual({ key: 'denied', plain: 'allowed', bob: 'allowed' });

    await approve(deployment, lockdown, 'Rosa');
    await expect(approve(deployment, lockdown, 'Rosa')).rejects.toThrow('A second person must approve');
    expect([await lockdowns(), await tryTheft(deployment, plain)]).toEqual([[], 'allowed']);
    await approve(deployment, lockdown, 'Leo');
    const { state, results, told } = await toTheEnd(deployment, incident);
    expect(results).toMatchObject({ ...applied, 'deny-user/confirm': 'reapplied', 'deny-user/verify': 'not-verified' });
    expect({ state, told }).toEqual({ state: 'open', told: expect.stringContaining('someone had undone it') });
    expect(await tries(everybody)).toEqual({ key: 'denied', plain: 'denied', bob: 'allowed' });
    // As the lever says: a federated session carries a name of its own (IAM guide, "aws:PrincipalArn").
    expect(await tryTheft(deployment, federated)).toBe('allowed');

    const [policy] = await lockdowns();
    const fromInside = deployment.client(OrganizationsClient, 'member');
    const detaching = fromInside.send(new DetachPolicyCommand({ PolicyId: policy?.Id, TargetId: member }));
    await expect(detaching).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await tries(everybody)).toEqual(working);
    expect(await userSeen(deployment, dave.name)).toEqual(before);
    expect(await lockdowns()).toEqual([]);
  });

  test('of a session likewise, and other sessions of the role go on', async () => {
    const name = named('deploy');
    const arn = await roleFor(deployment, name, '/ci/');
    const [thief, innocent] = [
      await assumeAs(deployment, arn, 'build-17'),
      await assumeAs(deployment, arn, 'build-18'),
    ];
    const before = await roleSeen(deployment, name);
    const { accessKeyId } = thief;
    const holder: Holder = { accessKeyId, userType: 'AssumedRole', userName: name, session: 'build-17' };
    await send(deployment, findingAboutKey(deployment, holder));
    const incident = await opened(deployment, name);
    const accomplice = again(() => freeSession(name));
    await readsBackLate(name);
    const ending = toTheEnd(deployment, incident, { revoke: 'decline' });
    const { results, asked } = await ending.finally(() => accomplice.stop());
    expect(asked.toSorted()).toEqual(expect.arrayContaining(['deny', 'lockdown', 'revoke']));
    expect(results).toMatchObject({ ...applied, 'deny-session/verify': 'not-verified' });
    expect(await tries({ thief, innocent })).toEqual({ thief: 'denied', innocent: 'allowed' });
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await tries({ thief, innocent })).toEqual({ thief: 'allowed', innocent: 'allowed' });
    expect(await roleSeen(deployment, name)).toEqual(before);
    expect(await lockdowns()).toEqual([]);
  });

  test('is left as it is where the two do not agree', async () => {
    const erin = await hire(deployment, named('erin'), { older: 'none' });
    const { plain } = await sessionsFrom(deployment, erin.key);
    const holder: Holder = { accessKeyId: erin.key.accessKeyId, userType: 'IAMUser', userName: erin.name };
    await send(deployment, findingAboutKey(deployment, holder));
    const incident = await opened(deployment, erin.name);
    const accomplice = again(() => freeUser(erin.name));
    const ending = toTheEnd(deployment, incident, { lockdown: 'decline' });
    const { state, asked, results } = await ending.finally(() => accomplice.stop());
    expect({ state, asked }).toEqual({ state: 'open', asked: expect.arrayContaining(['lockdown']) });
    expect(Object.keys(results)).not.toContain('deny-by-organization/apply');
    expect([await lockdowns(), await tryTheft(deployment, plain)]).toEqual([[], 'allowed']);
  });
});

test('where the deny holds nobody is asked for more', patience, async () => {
  const frank = await hire(deployment, named('frank'), { older: 'none' });
  const holder: Holder = { accessKeyId: frank.key.accessKeyId, userType: 'IAMUser', userName: frank.name };
  await send(deployment, findingAboutKey(deployment, holder));
  const incident = await opened(deployment, frank.name);
  const { state, asked, results, told } = await toTheEnd(deployment, incident);
  expect({ state, asked: asked.filter((one) => one === 'lockdown') }).toEqual({ state: 'contained', asked: [] });
  expect(Object.keys(results).filter((one) => one.startsWith('deny-by-organization'))).toEqual([]);
  expect(told).not.toContain('Two people must approve');
  expect(await lockdowns()).toEqual([]);
});
