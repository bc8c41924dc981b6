/** Stolen credentials, really used: before, while they are contained, and once they are released. Everything happens in one deployment. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateServiceLinkedRoleCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import {
  type CredentialFinding,
  findingAboutKey,
  type Holder,
  leakedKeyEvent,
  thisSecond,
} from '../sandbox/credential-finding.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { launch, stolenSession, tryTheft } from '../sandbox/estate.ts';
import { findingAbout, send, sendEvent } from '../sandbox/finding.ts';
import { assumeAs, hire, type Person, roleFor, roleSeen, sessionsFrom, userSeen } from '../sandbox/identities.ts';
import { itemsOf, runsAbout } from '../scenario/runs.ts';
import { incidentsAbout, isAsked, isDone, opened, release, toTheEnd, until } from './credentials/incident.ts';
import { deployed } from './deployed.ts';

const deployment = deployed();
const { sandbox } = deployment;
const { member } = sandbox.accounts;
const iam = deployment.client(IAMClient, 'member');
const patience = { timeout: 600_000 };

/** A name that nobody else has: a deployment that stands may be tried again. */
const named = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;
const userHolder = ({ name, key }: Person): Holder => ({
  accessKeyId: key.accessKeyId,
  userType: 'IAMUser',
  userName: name,
});
const report = (holder: Holder, options?: CredentialFinding): Promise<void> =>
  send(deployment, findingAboutKey(deployment, holder, options));
const statusOf = async ({ name }: Person): Promise<Record<string, string>> => (await userSeen(deployment, name)).keys;

/** Everybody tries at once; what each met with, by name. */
async function tries<Who extends string>(who: Readonly<Record<Who, Credentials>>) {
  const names = Object.keys(who) as Who[];
  const met = await Promise.all(names.map((name) => tryTheft(deployment, who[name])));
  return Object.fromEntries(names.map((name, at) => [name, met[at]]));
}

const allow = (what: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: what, Resource: '*' }] });

async function policy(name: string, action: string): Promise<string> {
  const made = await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: allow(action) }));
  return made.Policy?.Arn ?? '';
}

/** What is made from then on is younger than all before: IAM keeps the second in which a key was made, no less. */
const nextSecond = (): Promise<void> => sleep(1000 - (Date.now() % 1000) + 10);

describe.concurrent('a key of a user', patience, () => {
  test('and the sessions made from it are stopped, and come back; nobody else is touched', async () => {
    const each = { others: 'of each kind' } as const;
    const [alice, bob] = await Promise.all([
      hire(deployment, named('alice'), each),
      hire(deployment, named('bob'), each),
    ]);
    const { plain, federated } = await sessionsFrom(deployment, alice.key);
    const own = { key: alice.key, plain, federated };
    const everybody = { ...own, older: alice.older ?? alice.key, bob: bob.key };
    const untouched = await userSeen(deployment, bob.name);
    const before = await userSeen(deployment, alice.name);
    const working = { key: 'allowed', plain: 'allowed', federated: 'allowed', older: 'denied', bob: 'allowed' };
    expect(await tries(everybody)).toEqual(working);
    await report(userHolder(alice));
    const incident = await opened(deployment, alice.name);
    await isAsked(deployment, incident);
    expect(await tries(everybody)).toEqual(working);
    const ended = await toTheEnd(deployment, incident);
    expect(ended).toMatchObject({
      state: 'contained',
      trouble: [],
      results: {
        'deny-user/apply': 'applied',
        'deny-user/confirm': 'confirmed',
        'deny-user/verify': 'verified',
        'deactivate-access-keys/apply': 'applied',
        'deactivate-access-keys/verify': 'verified',
        'deactivate-other-credentials/apply': 'applied',
        'deactivate-other-credentials/confirm': 'confirmed',
        'deactivate-other-credentials/verify': 'verified',
      },
    });
    expect(await tries(everybody)).toEqual({
      key: 'denied',
      plain: 'denied',
      federated: 'denied',
      older: 'denied',
      bob: 'allowed',
    });
    expect(Object.values(await statusOf(alice))).toEqual(['Inactive', 'Inactive']);
    const switched = Object.values((await userSeen(deployment, alice.name)).others).flatMap((kind) =>
      Object.values(kind),
    );
    expect(switched).toEqual(['Inactive', 'Inactive', 'Inactive', 'Inactive']);
    expect(await userSeen(deployment, bob.name)).toEqual(untouched);
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await tries(everybody)).toEqual(working);
    expect(await userSeen(deployment, alice.name)).toEqual(before);
    // Once more: what was let go is a new matter.
    await report(userHolder(alice));
    expect(await opened(deployment, alice.name, 2)).not.toBe(incident);
  });

  test('of a user with no room for a policy is stopped by a boundary, and the old one comes back', async () => {
    const boundary = await policy(named('limit'), '*');
    const carla = await hire(deployment, named('carla'), { boundary });
    for (let at = 0; at < 10; at++) {
      const PolicyArn = await policy(named(`team-${at}`), 'ec2:DescribeRegions');
      await iam.send(new AttachUserPolicyCommand({ UserName: carla.name, PolicyArn }));
    }
    const before = await userSeen(deployment, carla.name);
    expect(before).toMatchObject({ boundary });
    const { plain } = await sessionsFrom(deployment, carla.key);
    await report(userHolder(carla));
    const incident = await opened(deployment, carla.name);
    expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained' });
    expect(await tries({ key: carla.key, plain })).toEqual({ key: 'denied', plain: 'denied' });
    const during = await userSeen(deployment, carla.name);
    expect(during.attached).toEqual(before.attached);
    expect(during.boundary).toContain('/tourniquet-quarantine/');
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await userSeen(deployment, carla.name)).toEqual(before);
    expect(await tries({ key: carla.key, plain })).toEqual({ key: 'allowed', plain: 'allowed' });
  });

  test('is stopped again when its thief takes the deny off while it takes effect, and people are told', async () => {
    const dave = await hire(deployment, named('dave'), { older: 'none' });
    const { plain } = await sessionsFrom(deployment, dave.key);
    await report(userHolder(dave));
    const incident = await opened(deployment, dave.name);
    const ending = toTheEnd(deployment, incident);
    await isDone(deployment, incident, 'deny-user', 'apply');
    const { attached } = await userSeen(deployment, dave.name);
    expect(attached).toHaveLength(1);
    await iam.send(new DetachUserPolicyCommand({ UserName: dave.name, PolicyArn: attached[0] }));
    expect(await tryTheft(deployment, plain)).toBe('allowed');
    const { results, told } = await ending;
    expect(results).toMatchObject({ 'deny-user/confirm': 'reapplied', 'deny-user/verify': 'verified' });
    expect(told).toContain('someone had undone it');
    expect(await tries({ key: dave.key, plain })).toEqual({ key: 'denied', plain: 'denied' });
    expect((await userSeen(deployment, dave.name)).attached).toEqual(attached);
  });

  test('does not help its thief to a second one', async () => {
    const erin = await hire(deployment, named('erin'), { older: 'none' });
    await nextSecond();
    const since = thisSecond();
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: erin.name }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const second = { accessKeyId, secretAccessKey };
    expect(await tryTheft(deployment, second)).toBe('allowed');
    await report(userHolder(erin), { since });
    const incident = await opened(deployment, erin.name);
    expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained' });
    expect(await statusOf(erin)).toEqual({ [erin.key.accessKeyId]: 'Inactive', [accessKeyId]: 'Inactive' });
    expect(await tries({ first: erin.key, second })).toEqual({ first: 'denied', second: 'denied' });
  });

  test('of a user who is deleted while people think: it ends, and they are told', async () => {
    const frank = await hire(deployment, named('frank'), { older: 'none', path: '/' });
    const which = { UserName: frank.name };
    await report(userHolder(frank));
    const incident = await opened(deployment, frank.name);
    await isAsked(deployment, incident);
    await iam.send(new DeleteAccessKeyCommand({ ...which, AccessKeyId: frank.key.accessKeyId }));
    await iam.send(new DeleteUserPolicyCommand({ ...which, PolicyName: 'read-customers' }));
    await iam.send(new DeleteUserCommand(which));
    const { state, told, trouble } = await toTheEnd(deployment, incident);
    expect(state).not.toBe('contained');
    expect(trouble).not.toEqual([]);
    expect(told).toMatch(/no longer exists|does not exist|cannot be found/);
  });

  test('in a sample finding stays as it is', async () => {
    const gina = await hire(deployment, named('gina'));
    const before = await userSeen(deployment, gina.name);
    await report(userHolder(gina), { sample: true });
    const [run] = await until('the run to end', async () => {
      const runs = await runsAbout(deployment, [gina.name]);
      return runs.length > 0 && runs.every(({ status }) => status !== 'RUNNING') ? runs : undefined;
    });
    expect(run?.output).toMatchObject({ outcome: 'ignored' });
    expect(await incidentsAbout(deployment, gina.name)).toEqual([]);
    expect(await userSeen(deployment, gina.name)).toEqual(before);
  });

  test('is stopped without a question where a standing order says so', async () => {
    const henry = await hire(deployment, named('henry'), { tags: { environment: 'canary' } });
    await report(userHolder(henry));
    const incident = await opened(deployment, henry.name);
    const { state, asked } = await toTheEnd(deployment, incident);
    expect({ state, asked: asked.filter((one) => one === 'revoke') }).toEqual({ state: 'contained', asked: [] });
    expect(await tryTheft(deployment, henry.key)).toBe('denied');
  });

  test.for(['of nobody named in the finding', 'of its user'] as const)(
    'that AWS itself found in public, %s, is stopped too',
    async (whose) => {
      const iris = await hire(deployment, named('iris'));
      const { accessKeyId } = iris.key;
      await sendEvent(
        deployment,
        leakedKeyEvent(deployment, accessKeyId, whose === 'of its user' ? iris.name : undefined),
      );
      const incident = await opened(deployment, whose === 'of its user' ? iris.name : accessKeyId);
      expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained', trouble: [] });
      expect(await tryTheft(deployment, iris.key)).toBe('denied');
      expect((await userSeen(deployment, iris.name)).attached).toHaveLength(1);
      await release(deployment, incident);
      expect(await tryTheft(deployment, iris.key)).toBe('allowed');
    },
  );

  test.for(['AWS Health first', 'GuardDuty first'] as const)('found by both, %s, is one incident', async (order) => {
    const judy = await hire(deployment, named('judy'), { older: 'none' });
    const { accessKeyId } = judy.key;
    const warn = () => sendEvent(deployment, leakedKeyEvent(deployment, accessKeyId));
    const find = () => report(userHolder(judy));
    const [first, second] = order === 'AWS Health first' ? [warn, find] : [find, warn];
    await first();
    const incident = await opened(deployment, order === 'AWS Health first' ? accessKeyId : judy.name);
    await isAsked(deployment, incident);
    await second();
    await until('both findings in one incident', async () => {
      const findings = await itemsOf(deployment, `INC#${incident}`, 'FINDING#');
      return findings.length === 2 ? findings : undefined;
    });
    await toTheEnd(deployment, incident, { revoke: 'decline' });
  });

  test('of the way in for emergencies is left alone, and people are told', async () => {
    const name = 'break-glass';
    const glass = await hire(deployment, name, { path: '/emergency/', older: 'none' });
    await report(userHolder(glass));
    const { state, asked, told } = await toTheEnd(deployment, await opened(deployment, `user/${name}`));
    expect({ state, asked: asked.filter((one) => one === 'revoke') }).toEqual({ state: 'held', asked: [] });
    expect(told).toContain('break-glass list');
    expect(await tryTheft(deployment, glass.key)).toBe('allowed');
    expect((await userSeen(deployment, name)).attached).toEqual([]);
  });
});

describe.concurrent('the session of an instance', patience, () => {
  const type = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';
  const { estate } = deployment;

  async function twoInstances() {
    const [victim, sister] = await Promise.all([launch(deployment, estate), launch(deployment, estate)]);
    const [thief, innocent] = await Promise.all([stolenSession(deployment, victim), stolenSession(deployment, sister)]);
    const { accessKeyId } = thief;
    const holder: Holder = { accessKeyId, userType: 'AssumedRole', userName: estate.profile, session: victim };
    return { victim, thief, innocent, holder };
  }

  test('used elsewhere is stopped and comes back, and its sister goes on', async () => {
    const { victim, thief, innocent, holder } = await twoInstances();
    expect(await tries({ thief, innocent })).toEqual({ thief: 'allowed', innocent: 'allowed' });
    await report(holder, { type });
    const incident = await opened(deployment, victim);
    expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained', trouble: [] });
    expect(await tries({ thief, innocent })).toEqual({ thief: 'denied', innocent: 'allowed' });
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await tries({ thief, innocent })).toEqual({ thief: 'allowed', innocent: 'allowed' });
  });

  test('joins the incident that its instance has already', async () => {
    const { victim, holder } = await twoInstances();
    await send(deployment, findingAbout(deployment, victim));
    const incident = await opened(deployment, victim);
    await report(holder, { type });
    const joined = await until('the finding in the same incident', async () =>
      (await itemsOf(deployment, `INC#${incident}`, 'FINDING#')).find((one) => JSON.stringify(one).includes(type)),
    );
    expect(joined).toBeDefined();
    expect(await incidentsAbout(deployment, victim)).toEqual([incident]);
  });
});

describe.concurrent('a session of a role', patience, () => {
  async function twoSessions() {
    const name = named('deploy');
    const arn = await roleFor(deployment, name, '/ci/');
    const [thief, innocent] = await Promise.all([
      assumeAs(deployment, arn, 'build-17'),
      assumeAs(deployment, arn, 'build-18'),
    ]);
    const { accessKeyId } = thief;
    const holder: Holder = { accessKeyId, userType: 'AssumedRole', userName: name, session: 'build-17' };
    return { name, arn, thief, innocent, holder };
  }

  test('is stopped alone, where nobody wants more', async () => {
    const { name, arn, thief, innocent, holder } = await twoSessions();
    await report(holder);
    const incident = await opened(deployment, name);
    expect(await toTheEnd(deployment, incident, { revoke: 'decline' })).toMatchObject({ state: 'contained' });
    const later = await assumeAs(deployment, arn, 'build-19');
    expect(await tries({ thief, innocent, later })).toEqual({
      thief: 'denied',
      innocent: 'allowed',
      later: 'allowed',
    });
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await tryTheft(deployment, thief)).toBe('allowed');
  });

  test('is stopped with all that were made before it was, and the role is closed, where people want that', async () => {
    const { name, arn, thief, innocent, holder } = await twoSessions();
    const before = await roleSeen(deployment, name);
    await report(holder);
    const incident = await opened(deployment, name);
    expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained' });
    // Nobody gets in by the trust policy; AWS's own services hand out sessions as before.
    await expect(assumeAs(deployment, arn, 'build-19')).rejects.toMatchObject({ name: 'AccessDenied' });
    const order = { account: member, role: name, session: 'build-20' };
    const later = await sandbox.post<Credentials>('/_sandbox/role-session', order);
    expect(await tries({ thief, innocent, later })).toEqual({
      thief: 'denied',
      innocent: 'denied',
      later: 'allowed',
    });
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await roleSeen(deployment, name)).toEqual(before);
    expect(await tries({ thief, innocent })).toEqual({ thief: 'allowed', innocent: 'allowed' });
    await assumeAs(deployment, arn, 'build-21');
  });

  test('that only its service may change has to be done by hand, with words', async () => {
    const service = { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: named('x') };
    const { Role } = await iam.send(new CreateServiceLinkedRoleCommand(service));
    const userName = Role?.RoleName ?? '';
    const before = await roleSeen(deployment, userName);
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    await report({ accessKeyId, userType: 'AssumedRole', userName, session: 'AutoScaling' });
    const { state, asked, told } = await toTheEnd(deployment, await opened(deployment, userName));
    expect({ state, asked }).toEqual({ state: 'held', asked: [] });
    expect(told).toContain(`${userName} belongs to an AWS service`);
    expect(await roleSeen(deployment, userName)).toEqual(before);
  });
});
