/** Snapshots and images that others use: no longer while they are contained, and again once they are released. Keys that are to be lost: kept. */
import { expect, test } from 'vitest';
import { itemsOf } from '../scenario/runs.ts';
import { deployed } from './deployed.ts';
import { playKey } from './proof/key-course.ts';
import { playSharing } from './proof/sharing-course.ts';

const deployment = deployed();

test('what was shared is used by nobody else, and by its owner only where that is harmless; released, it is shared as before', async () => {
  const { snapshot, image } = await playSharing(deployment);

  expect(snapshot.tried).toEqual({
    before: { partner: 'allowed', owner: 'allowed' },
    during: { partner: 'denied', owner: 'allowed' },
    after: { partner: 'allowed', owner: 'allowed' },
  });
  const free = { partner: 'allowed', owner: 'allowed', thief: 'allowed', innocent: 'allowed' };
  expect(image.tried).toEqual({
    before: free,
    // The instance that was launched from it is contained too, and the one beside it is not.
    during: { partner: 'denied', owner: 'denied', thief: 'denied', innocent: 'allowed' },
    after: free,
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
  expect(snapshot.ended.asked).toEqual(['block']);
  expect(snapshot.ended.results).toMatchObject({
    'unshare-snapshot/apply': 'applied',
    'unshare-snapshot/verify': 'verified',
    'unshare-image/apply': 'not-applicable',
  });
  expect(snapshot.ended.told).toContain(`Shared with ${deployment.sandbox.members[1]}`);
  expect(snapshot.ended.told).toMatch(/Shared or unshared at \S+ by root/);
  expect(image.ended.asked).toEqual(['block']);
  expect(image.ended.results).toMatchObject({
    'unshare-image/verify': 'verified',
    'disable-image/verify': 'verified',
    'unshare-snapshot/apply': 'not-applicable',
    'respond-for-instances/run': 'started',
  });
  expect(image.ended.told).toMatch(new RegExp(`each to be responded for: ${image.launched}(?!,)`));
  expect(image.ended.told).toContain(`Contain ${image.launched}?`);
  expect(image.ended.told).not.toContain(`Contain ${image.other}?`);
}, 240_000);

test('a key that a thief disables and schedules to be deleted can be used again, before anybody is asked and after the release', async () => {
  const { incident, tried, runs, released, state } = await playKey(deployment);
  expect(tried).toEqual({ before: 'allowed', attacked: 'denied', kept: 'allowed', after: 'allowed' });
  expect(state).toBe('Enabled');
  expect(runs.flatMap(({ output }) => output.trouble)).toEqual([]);
  expect(released).toMatchObject({ state: 'released', trouble: [] });
  const items = await itemsOf(deployment, `INC#${incident}`);
  const [kept, ...more] = items.filter(({ sk }) => sk.startsWith('BEFORE#keep-key#'));
  expect(kept).toMatchObject({ before: { state: 'PendingDeletion', deletedFrom: expect.any(String) } });
  expect(more).toEqual([]);
}, 240_000);
