/** A bucket is emptied by somebody whom nobody can name: two people deny destruction in the whole account, by the organisation. */
import { expect } from 'vitest';
import { before, makeBucket, toldOf, tryBucket } from '../../../lambdas/s3/bucket.world.ts';
import { send } from '../../sandbox/finding.ts';
import { outsiders } from '../../sandbox/frozen.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

/** By itself: nobody else in the account deletes meanwhile. Everybody tries before, while it holds and afterwards. */
export const playFreeze = once(async (deployment: Attached) => {
  const made = await makeBucket(deployment, 'by its policy');
  const { bucket: name } = made;
  const others = await outsiders(deployment);
  const tries = async () => ({ ...(await tryBucket(deployment, name)), ...(await others.tries()) });
  const first = await tries();
  const told = toldOf(deployment, 'Impact:S3/AnomalousBehavior.Delete', made);
  const resource = { resourceType: 'S3Bucket', s3BucketDetails: [{ name, arn: `arn:aws:s3:::${name}` }] };
  await send(deployment, { ...told, resource });
  const incident = await opened(deployment, name);
  const { results, asked } = await toTheEnd(deployment, incident, { protect: 'decline' });
  const during = await tries();
  const released = await release(deployment, incident);
  const after = await tries();
  await others.leave();
  return { results, asked, released, tried: { before: first, during, after } };
});

/** Nothing it needed counts if it did not end as it should. */
export async function frozen(deployment: Attached): Promise<void> {
  const { results, asked, released, tried } = await playFreeze(deployment);
  expect(asked).toContain('freeze');
  expect(results).toMatchObject({ 'deny-destruction/apply': 'applied', 'deny-destruction/verify': 'verified' });
  const free = { ...before, accomplice: 'allowed', emergency: 'allowed' };
  const held = { ...free, 'the thief deletes': 'denied', accomplice: 'denied' };
  expect(tried).toEqual({ before: free, during: held, after: free });
  expect(released).toMatchObject({ state: 'released', trouble: [] });
}
