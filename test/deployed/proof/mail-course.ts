/**
 * A thief who sends mail with a user's key, and starts instances in two Regions: denied, the account's mail paused, and these instances stopped, one
 * of them terminated by two people; released, all of it goes on but for that one.
 */
import { expect } from 'vitest';
import { findingAboutKey } from '../../sandbox/credential-finding.ts';
import { tryTheft } from '../../sandbox/estate.ts';
import { send } from '../../sandbox/finding.ts';
import { mailUser, trySending, verifyAddress } from '../../sandbox/mail.ts';
import { createNotebook, notebookRuns } from '../../sandbox/notebooks.ts';
import { isRunning, type Machine, mayStart, startAs } from '../../sandbox/rogue.ts';
import { itemsOf } from '../../scenario/runs.ts';
import { allToTheEnd, isDone, opened, release, reply, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

/** One person is not enough; the second one's yes ends it for good. */
async function terminate(deployment: Attached, incident: string, { id }: Machine) {
  const asked = await until(`the question about the end of ${id}`, async () =>
    (await itemsOf(deployment, `INC#${incident}`, 'APPROVAL#')).find(
      ({ question, about, token }) => question === 'terminate' && about === id && token,
    ),
  );
  await reply(deployment, asked, 'Rosa', 'approve');
  await reply(deployment, asked, 'Leo', 'approve');
  return (await isDone(deployment, incident, 'terminate-instance', 'run')).result;
}

/** What both can do at each moment, and how the response and the release ended. */
export const playMail = once(async (deployment: Attached) => {
  await verifyAddress(deployment);
  const [thief, shop] = [await mailUser(deployment, 'spammer'), await mailUser(deployment, 'shop')];
  await Promise.all([thief, shop].map(({ name }) => mayStart(deployment, name)));
  const { region } = deployment.sandbox;
  const [near, doomed, far, own] = await Promise.all([
    startAs(deployment, thief.key, region),
    startAs(deployment, thief.key, region),
    startAs(deployment, thief.key, 'us-east-1'),
    startAs(deployment, shop.key, region),
  ]);
  const notebooks = await Promise.all([
    createNotebook(deployment, `miner-${thief.name}`, 'us-east-1', thief.key),
    createNotebook(deployment, `study-${shop.name}`, 'us-east-1', shop.key),
  ]);
  const attempts = async () => ({
    thief: { mail: await trySending(deployment, thief.key), data: await tryTheft(deployment, thief.key) },
    machines: {
      near: await isRunning(deployment, near),
      doomed: await isRunning(deployment, doomed),
      far: await isRunning(deployment, far),
    },
    notebooks: await Promise.all(notebooks.map((one) => notebookRuns(deployment, one))),
    shop: { mail: await trySending(deployment, shop.key), data: await tryTheft(deployment, shop.key) },
    own: await isRunning(deployment, own),
  });
  const before = await attempts();
  const holder = { accessKeyId: thief.key.accessKeyId, userType: 'IAMUser', userName: thief.name } as const;
  await send(deployment, findingAboutKey(deployment, holder, { type: 'Impact:SES/ResourceHijacking' }));
  const incident = await opened(deployment, thief.name);
  const ended = await allToTheEnd(deployment, incident, 5);
  const ending = await terminate(deployment, incident, doomed);
  const during = await attempts();
  const released = await release(deployment, incident);
  expect([ended.state, released.state]).toEqual(['contained', 'released']);
  return {
    incident,
    machines: [near, doomed, far, own],
    notebooks,
    ending,
    ended,
    released,
    before,
    during,
    after: await attempts(),
  };
});
