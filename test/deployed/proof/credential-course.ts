/** Plays what together needs every right on users and roles: both ways to deny a user, the keys, a session, all older ones, the trust. */
import { randomBytes } from 'node:crypto';
import { AttachUserPolicyCommand, CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { findingAboutKey, type Holder, leakedKeyEvent } from '../../sandbox/credential-finding.ts';
import { send, sendEvent } from '../../sandbox/finding.ts';
import { assumeAs, hire, type Person, roleFor } from '../../sandbox/identities.ts';
import { allEnd, once, stateOf } from '../credentials/chain.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

const named = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;
const anything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeRegions', Resource: '*' }],
};

async function policy(iam: IAMClient, name: string): Promise<string> {
  const document = { PolicyName: named(name), PolicyDocument: JSON.stringify(anything) };
  return (await iam.send(new CreatePolicyCommand(document))).Policy?.Arn ?? '';
}

/** Ten policies: the deny has to become the boundary, and goes again, or gives way to the one before it. */
async function crowded(deployment: Attached, bounded: 'bounded' | 'unbounded'): Promise<Person> {
  const iam = deployment.client(IAMClient, 'member');
  const boundary = bounded === 'bounded' ? { boundary: await policy(iam, 'boundary') } : {};
  const person = await hire(deployment, named('crowded'), boundary);
  for (let at = 0; at < 10; at++) {
    const PolicyArn = await policy(iam, 'team');
    await iam.send(new AttachUserPolicyCommand({ UserName: person.name, PolicyArn }));
  }
  return person;
}

/** Contained, and released; nothing it needed counts if it did not end so. */
async function thereAndBack(deployment: Attached, words: string): Promise<void> {
  const incident = await opened(deployment, words);
  expect(await toTheEnd(deployment, incident)).toMatchObject({ state: 'contained' });
  expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
}

async function user(deployment: Attached, { name, key }: Person): Promise<void> {
  const holder: Holder = { accessKeyId: key.accessKeyId, userType: 'IAMUser', userName: name };
  await send(deployment, findingAboutKey(deployment, holder));
  await thereAndBack(deployment, name);
}

async function leaked(deployment: Attached): Promise<void> {
  const { key } = await hire(deployment, named('leaked'), { older: 'none', path: '/' });
  await sendEvent(deployment, leakedKeyEvent(deployment, key.accessKeyId));
  await thereAndBack(deployment, key.accessKeyId);
}

async function session(deployment: Attached): Promise<void> {
  const name = named('pipeline');
  const { accessKeyId } = await assumeAs(deployment, await roleFor(deployment, name, '/ci/'), 'build-1');
  const holder: Holder = { accessKeyId, userType: 'AssumedRole', userName: name, session: 'build-1' };
  await send(deployment, findingAboutKey(deployment, holder));
  await thereAndBack(deployment, `${name}/build-1`);
}

/** From role to role: a run of its own for the further session, in the same incident. */
async function chain(deployment: Attached): Promise<void> {
  const { front, back, holder } = await once(deployment);
  await send(deployment, findingAboutKey(deployment, holder));
  const incident = await opened(deployment, front);
  await allEnd(deployment, { incident, words: [front, back], least: 2 });
  expect(await stateOf(deployment, incident)).toBe('contained');
  expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
}

/** Ten policies and no boundary: the release takes the boundary off again, which no other suite plays. */
export async function playUnbounded(deployment: Attached): Promise<void> {
  await user(deployment, await crowded(deployment, 'unbounded'));
}

export async function playCredentials(deployment: Attached): Promise<void> {
  const people = await Promise.all([
    hire(deployment, named('plain'), { tags: { team: 'shop' }, others: 'of each kind' }),
    crowded(deployment, 'bounded'),
  ]);
  await Promise.all([
    ...people.map((one) => user(deployment, one)),
    leaked(deployment),
    session(deployment),
    chain(deployment),
  ]);
}
