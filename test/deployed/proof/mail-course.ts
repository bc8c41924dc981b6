/** A thief who sends mail with a user's key: denied, and the account's mail paused; released, all of it goes on. */
import { expect } from 'vitest';
import { findingAboutKey } from '../../sandbox/credential-finding.ts';
import { tryTheft } from '../../sandbox/estate.ts';
import { send } from '../../sandbox/finding.ts';
import { mailUser, trySending, verifyAddress } from '../../sandbox/mail.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

/** What both can do at each moment, and how the response and the release ended. */
export const playMail = once(async (deployment: Attached) => {
  await verifyAddress(deployment);
  const [thief, shop] = [await mailUser(deployment, 'spammer'), await mailUser(deployment, 'shop')];
  const attempts = async () => ({
    thief: { mail: await trySending(deployment, thief.key), data: await tryTheft(deployment, thief.key) },
    shop: { mail: await trySending(deployment, shop.key), data: await tryTheft(deployment, shop.key) },
  });
  const before = await attempts();
  const holder = { accessKeyId: thief.key.accessKeyId, userType: 'IAMUser', userName: thief.name } as const;
  await send(deployment, findingAboutKey(deployment, holder, { type: 'Impact:SES/ResourceHijacking' }));
  const incident = await opened(deployment, thief.name);
  const ended = await toTheEnd(deployment, incident);
  const during = await attempts();
  const released = await release(deployment, incident);
  expect([ended.state, released.state]).toEqual(['contained', 'released']);
  return { incident, ended, released, before, during, after: await attempts() };
});
