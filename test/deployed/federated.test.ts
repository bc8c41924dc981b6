/** A federated session in a thief's hands: it is stopped at the user who issued it, whom CloudTrail shows. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { findingAboutKey } from '../sandbox/credential-finding.ts';
import { tryTheft } from '../sandbox/estate.ts';
import { send } from '../sandbox/finding.ts';
import { hire, sessionsFrom, userSeen } from '../sandbox/identities.ts';
import { opened, release, toTheEnd } from './credentials/incident.ts';
import { deployed } from './deployed.ts';

const deployment = deployed();

test('the question is about the user who issued it, and a yes stops the session', async () => {
  const alice = await hire(deployment, `alice-${randomBytes(4).toString('hex')}`);
  const { federated } = await sessionsFrom(deployment, alice.key);
  const before = await userSeen(deployment, alice.name);
  expect(await tryTheft(deployment, federated)).toBe('allowed');
  const holder = {
    accessKeyId: federated.accessKeyId,
    userType: 'FederatedUser',
    userName: 'helper',
    session: 'helper',
  } as const;
  await send(deployment, findingAboutKey(deployment, holder));
  const ended = await toTheEnd(deployment, await opened(deployment, 'federated-user/helper'));
  expect(ended).toMatchObject({ state: 'contained', trouble: [], results: { 'deny-user/apply': 'applied' } });
  expect(ended.told).toContain(`Contain ${alice.name}?`);
  expect(await tryTheft(deployment, federated)).toBe('denied');
  await release(deployment, ended.incident);
  expect(await userSeen(deployment, alice.name)).toEqual(before);
}, 120_000);
