/** Plays what together needs every right of what is removed for good: a thief's credentials, a password, the root user's keys. */
import { expect } from 'vitest';
import { findingAboutKey } from '../../sandbox/credential-finding.ts';
import { send } from '../../sandbox/finding.ts';
import { rootKey } from '../../sandbox/organization.ts';
import { freed, isAsked, opened, release, removalClosed, reply, toTheEnd } from '../credentials/incident.ts';
import { looted, report } from '../credentials/looted.ts';
import type { Attached } from '../deployed.ts';

/** Both agree to what is asked. */
export async function agree(deployment: Attached, incident: string, question: string): Promise<void> {
  const asked = await isAsked(deployment, incident, question);
  for (const by of ['Rosa', 'Leo'] as const)
    expect(await reply(deployment, asked, by, 'approve')).toMatchObject({ status: 200 });
}

/** A thief's credentials, and a password. */
export async function removeOfUsers(deployment: Attached): Promise<void> {
  const { mallory } = await looted(deployment);
  const incident = await report(deployment, mallory);
  await toTheEnd(deployment, incident);
  await agree(deployment, incident, 'remove');
  await agree(deployment, incident, 'deleteLogin');
  await removalClosed(deployment, incident);
  await release(deployment, incident);
}

/** The root user's keys. */
export async function removeOfRoot(deployment: Attached): Promise<void> {
  const { accessKeyId } = await rootKey(deployment.sandbox, 'member');
  const holder = { accessKeyId, userType: 'Root', userName: 'Root' } as const;
  const { member } = deployment.sandbox.accounts;
  const before = await freed(deployment, `arn:aws:iam::${member}:root`);
  await send(deployment, findingAboutKey(deployment, holder));
  const incident = await opened(deployment, `${member}:root`, before + 1);
  // While it holds, the quarantine of the account would stop everybody else in it too.
  await toTheEnd(deployment, incident, { quarantine: 'decline' });
  await agree(deployment, incident, 'remove');
  await removalClosed(deployment, incident);
  await release(deployment, incident);
}
