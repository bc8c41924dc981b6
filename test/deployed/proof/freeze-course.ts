/** A bucket, or a key, is destroyed by somebody whom nobody can name: two people deny destruction in the whole account, by the organisation. */
import { CreateKeyCommand, DisableKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { expect } from 'vitest';
import { before, makeBucket, toldOf, tryBucket } from '../../../lambdas/s3/bucket.world.ts';
import type { Attempt } from '../../sandbox/estate.ts';
import { send } from '../../sandbox/finding.ts';
import { outsiders } from '../../sandbox/frozen.ts';
import { allToTheEnd, incidentsAbout, isAsked, opened, release, toTheEnd, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { encrypt, tell } from './key-course.ts';
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

/** KMS of the member account in any Region, as its root. */
const kmsIn = ({ sandbox: { endpoint, accounts } }: Attached, region: string): KMSClient =>
  new KMSClient({
    endpoint,
    region,
    credentials: { accessKeyId: accounts.member, secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  });

/** Of a key in another Region than ours: its deletion is scheduled, and while people think, somebody disables it. */
export async function playFrozenKey(deployment: Attached) {
  const [, far = ''] = deployment.sandbox.regions;
  const kms = kmsIn(deployment, far);
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';
  const others = await outsiders(deployment);
  const first = await others.tries();
  const disable = (): Promise<Attempt> =>
    kms.send(new DisableKeyCommand({ KeyId })).then(
      () => 'allowed',
      (error: Error) => {
        if (error.name !== 'AccessDeniedException') throw error;
        return 'denied';
      },
    );
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  const attacked = await encrypt(kms, KeyId);
  await tell(deployment, 'ScheduleKeyDeletion', KeyId, far);
  const incident = await opened(deployment, KeyId);
  const usable = () =>
    until('the key to be of use', async () =>
      (await encrypt(kms, KeyId)) === 'allowed' ? ('allowed' as const) : undefined,
    );
  await isAsked(deployment, incident, 'freeze');
  const kept = await usable();
  // The second finding about it, while people think: what is done by itself is done again.
  await disable();
  await tell(deployment, 'DisableKey', KeyId, far);
  const again = await usable();
  const { results, asked } = await allToTheEnd(deployment, incident, 4);
  const during = { ...(await others.tries()), root: await disable() };
  const incidents = await incidentsAbout(deployment, KeyId);
  const released = await release(deployment, incident);
  const after = { ...(await others.tries()), root: await disable() };
  await others.leave();
  return { results, asked, incidents, released, key: { attacked, kept, again }, tried: { first, during, after } };
}
