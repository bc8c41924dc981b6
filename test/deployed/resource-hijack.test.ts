/** Mail sent with a stolen key: the thief could before, cannot during, can after; innocent mail waits as long, and nothing else. */
import { expect, test } from 'vitest';
import { deployed } from './deployed.ts';
import { playMail } from './proof/mail-course.ts';

const deployment = deployed();

test('the user is denied and the mail of the account paused, each asked by itself; released, both go on', async () => {
  const { before, during, after, ended, released } = await playMail(deployment);
  expect(ended).toMatchObject({ trouble: [], asked: expect.arrayContaining(['deny', 'pause']) });
  expect(ended.results).toMatchObject({
    'deny-user/verify': 'verified',
    'deny-session/verify': 'not-applicable',
    'pause-sending/verify': 'verified',
  });
  expect(ended.told).toContain('mails sent in the last 24 hours');
  expect(released.trouble).toEqual([]);
  const everything = { mail: 'allowed', data: 'allowed' };
  expect([before, during, after]).toEqual([
    { thief: everything, shop: everything },
    { thief: { mail: 'denied', data: 'denied' }, shop: { mail: 'denied', data: 'allowed' } },
    { thief: everything, shop: everything },
  ]);
}, 240_000);
