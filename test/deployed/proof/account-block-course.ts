/** Somebody switches off Block Public Access of the account: nobody reads without being let in by name while it is contained, and as before once it is released. */

import { makeBucket, tryBucket } from '../../../lambdas/s3/bucket.world.ts';
import { lookAtAccount, toldOfAccount, unblock } from '../../../lambdas/s3/public-access-block/world.ts';
import { send } from '../../sandbox/finding.ts';
import { itemsOf } from '../../scenario/runs.ts';
import { allEnd, type Decide } from '../credentials/chain.ts';
import { freed, opened, release } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

/** The thief has a run of their own in the same incident: what is asked there is declined, so that the account's block alone stops anybody. */
const ofTheAccount: Decide = ({ question }) =>
  ['restrict', 'release'].includes(String(question)) ? 'approve' : 'decline';

/** There is one an account: it is left with none at the end. */
export async function playAccountBlock(deployment: Attached) {
  await unblock(deployment);
  const made = await makeBucket(deployment, 'by its policy');
  const [found, before] = [await lookAtAccount(deployment), await tryBucket(deployment, made.bucket)];
  const arn = `arn:aws:s3::${deployment.sandbox.accounts.member}:account/public-access-block`;
  const earlier = await freed(deployment, arn);
  await send(deployment, toldOfAccount(deployment, made));
  const incident = await opened(deployment, arn, earlier + 1);
  await allEnd(deployment, { incident, words: [made.thief.name], least: 2, decide: ofTheAccount });
  const [held, during] = [await lookAtAccount(deployment), await tryBucket(deployment, made.bucket)];
  const items = await itemsOf(deployment, `INC#${incident}`);
  const released = await release(deployment, incident);
  const [now, after] = [await lookAtAccount(deployment), await tryBucket(deployment, made.bucket)];
  await unblock(deployment);
  return { bucket: made.bucket, items, released, found, held, now, tried: { before, during, after } };
}
