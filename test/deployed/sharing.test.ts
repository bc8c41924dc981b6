/** Snapshots and images that others use: no longer while they are contained, and again once they are released. */
import { expect, test } from 'vitest';
import { deployed } from './deployed.ts';
import { playSharing } from './proof/sharing-course.ts';

const deployment = deployed();

test('what was shared is used by nobody else, and by its owner only where that is harmless; released, it is shared as before', async () => {
  const { snapshot, image } = await playSharing(deployment);

  expect(snapshot.tried).toEqual({
    before: { partner: 'allowed', owner: 'allowed' },
    during: { partner: 'denied', owner: 'allowed' },
    after: { partner: 'allowed', owner: 'allowed' },
  });
  expect(image.tried).toEqual({
    before: { partner: 'allowed', owner: 'allowed' },
    during: { partner: 'denied', owner: 'denied' },
    after: { partner: 'allowed', owner: 'allowed' },
  });
  const partner = { shares: { [deployment.sandbox.members[1] ?? '']: 'shared' } };
  for (const { shares, now, ended, released } of [snapshot, image]) {
    expect(shares).toEqual(partner);
    expect(now).toEqual(partner);
    expect(ended.trouble).toEqual([]);
    expect(released).toMatchObject({ state: 'released', trouble: [] });
    // All that was measured was known.
    expect(ended.told).not.toMatch(/not known|UnknownOperation|InternalFailure|UnauthorizedOperation/i);
  }
  expect(snapshot.ended.asked.toSorted()).toEqual(['handover', 'unshare']);
  expect(snapshot.ended.results).toMatchObject({
    'unshare-snapshot/apply': 'applied',
    'unshare-snapshot/verify': 'verified',
    'unshare-image/apply': 'not-applicable',
  });
  expect(snapshot.ended.told).toContain(`Shared with ${deployment.sandbox.members[1]}`);
  expect(snapshot.ended.told).toMatch(/Shared or unshared at \S+ by root/);
  expect(image.ended.asked.toSorted()).toEqual(['block', 'handover']);
  expect(image.ended.results).toMatchObject({
    'unshare-image/verify': 'verified',
    'disable-image/verify': 'verified',
    'unshare-snapshot/apply': 'not-applicable',
  });
  expect(image.ended.told).toContain(image.launched);
}, 240_000);
