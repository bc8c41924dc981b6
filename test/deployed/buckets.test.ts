/** Buckets: who could read or delete cannot while it is contained, and can again once it is released; whoever works there goes on. */
import { expect, test } from 'vitest';
import { allBlocked } from '../../lambdas/s3/bucket-facts.ts';
import type { Item } from '../scenario/runs.ts';
import { deployed } from './deployed.ts';
import { playBuckets } from './proof/bucket-course.ts';
import { frozen, playFrozenKey } from './proof/freeze-course.ts';

const deployment = deployed();

/** What a step recorded in an incident. */
const sealed = (items: readonly Item[], step: string): unknown =>
  items.find((one) => one.sk.startsWith('RECEIPT#') && one.step === step)?.result;

test('a bucket that was opened is closed, one that is destroyed is protected, a malicious object is read by nobody; released, all are as they were found', async () => {
  const { exposed, destroyed, denied, hidden, removed, account, before } = await playBuckets(deployment);
  const refused = { 'the thief reads': 'denied', 'the thief deletes': 'denied' };
  expect(exposed.tried).toEqual({
    before,
    during: { ...before, ...refused, anybody: 'denied', partner: 'denied' },
    after: before,
  });
  const sealedOff = { ...before, anybody: 'denied', partner: 'denied', 'partner, through the access point': 'allowed' };
  expect(hidden.tried).toEqual({
    before: sealedOff,
    during: { ...sealedOff, ...refused, 'partner, through the access point': 'denied' },
    after: sealedOff,
  });
  expect(destroyed.tried).toEqual({ before, during: { ...before, ...refused }, after: before });
  for (const { tried, items } of denied) {
    const during = { ...before, anybody: 'denied', partner: 'denied', 'the thief reads': 'denied' };
    expect(tried).toEqual({ before, during, after: before });
    expect(sealed(items, 'quarantine-object')).toMatchObject({
      outcome: 'recorded',
      evidence: [{ kind: 'malicious-object', size: 'name,street'.length }],
    });
  }
  expect(removed).toMatchObject({
    held: { ...before, anybody: 'denied', partner: 'denied', 'the thief reads': 'denied' },
    after: before,
    left: removed.sound,
    released: { state: 'released', trouble: [] },
  });
  expect(sealed(removed.items, 'delete-version')).toMatchObject({ outcome: 'removed', failed: [] });
  for (const { found, now, released } of [exposed, destroyed, hidden, ...denied]) {
    expect(now).toEqual(found);
    expect(released).toMatchObject({ state: 'released', trouble: [] });
  }
  for (const { items } of [exposed, destroyed]) {
    const receipts = items.filter(({ sk, step }) => sk.startsWith('RECEIPT#') && step === 'deny-on-bucket');
    expect(receipts.map(({ operation, result }) => [operation, (result as { outcome: string }).outcome])).toEqual(
      expect.arrayContaining([
        ['apply', 'applied'],
        ['verify', 'verified'],
      ]),
    );
  }
  expect(exposed.found).toMatchObject({ block: null });
  expect(destroyed.found).toMatchObject({ policy: null });
  expect(sealed(destroyed.items, 'list-versions')).toMatchObject({
    outcome: 'recorded',
    evidence: [{ kind: 'object-versions' }, { kind: 'restore-plan' }],
    restore: expect.arrayContaining([
      expect.stringMatching(/^\d+ versions and \d+ delete markers are listed$/),
      expect.stringMatching(/^Of the \d+ versions written last 1 are ENCRYPTED WITH A KEY THAT ONLY THEIR WRITER HAS/),
    ]),
  });
  expect(sealed(destroyed.items, 'measure-bucket')).toMatchObject({
    facts: expect.arrayContaining([
      expect.stringMatching(/^S3 BATCH OPERATIONS work in this account.*S3PutObjectCopy/),
    ]),
  });
  expect(sealed(exposed.items, 'measure-bucket')).toMatchObject({
    facts: expect.arrayContaining([
      'PUBLIC by its policy (s3:GetObject)',
      'Shared by its policy with 555566667777',
      'EXPIRES within 3 days by its lifecycle: soon',
      expect.stringMatching(/^NOT ON RECORD: /),
    ]),
    unknown: [expect.stringContaining('Access points that other accounts made for it')],
  });
  expect(sealed(hidden.items, 'measure-bucket')).toMatchObject({
    facts: expect.arrayContaining([
      'Not public by its policy',
      expect.stringMatching(/^PUBLIC through the access point world-\w+-door, by a policy of its own$/),
      'Block Public Access of the account: off; of the bucket: off',
      expect.stringMatching(
        /^Who read which object is on record in the trail reads-[\w-]+, which is SWITCHED OFF \(s3:\/\/[\w-]+-copy\/\)$/,
      ),
    ]),
  });
  expect(account.tried).toEqual({ before, during: { ...before, anybody: 'denied', partner: 'denied' }, after: before });
  expect([account.found, account.held, account.now]).toEqual([{ block: null }, { block: allBlocked }, { block: null }]);
  expect(account.released).toMatchObject({ state: 'released', trouble: [] });
  expect(sealed(account.items, 'measure-public-buckets')).toMatchObject({
    facts: expect.arrayContaining([
      expect.stringMatching(/^Buckets that are public now: \d+$/),
      expect.stringContaining(`${account.bucket} (by its policy)`),
      expect.stringMatching(/^Changed lately: .*AccountPublicAccessBlock by /),
    ]),
  });
}, 240_000);

test('two people deny destruction in the whole account: whoever it is deletes no more, reading and writing go on, and deleting too once it is released', async () => {
  await frozen(deployment);
}, 180_000);

test('so they do about a key in another Region; somebody disables it meanwhile, and it is enabled again without anybody being asked', async () => {
  const { results, asked, incidents, released, key, tried } = await playFrozenKey(deployment);
  expect(results).toMatchObject({
    'keep-key/apply': 'applied',
    'deny-destruction/apply': 'applied',
    'deny-destruction/verify': 'verified',
  });
  expect(asked).toContain('freeze');
  expect(key).toEqual({ attacked: 'denied', kept: 'allowed', again: 'allowed' });
  expect(incidents).toHaveLength(1);
  const free = { accomplice: 'allowed', emergency: 'allowed' };
  // Not even the root user of the account disables a key while it holds.
  const held = { accomplice: 'denied', emergency: 'allowed', root: 'denied' };
  expect(tried).toEqual({ first: free, during: held, after: { ...free, root: 'allowed' } });
  expect(released).toMatchObject({ state: 'released', trouble: [] });
}, 240_000);
