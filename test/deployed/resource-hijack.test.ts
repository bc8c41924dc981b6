/** Mail sent and instances started with a stolen key: they run before, not during, and after; innocent mail waits as long, and nothing else. */
import { expect, test } from 'vitest';
import { deployed } from './deployed.ts';
import { playMail } from './proof/mail-course.ts';

const deployment = deployed();

test('the user is denied, the mail of the account paused and what the user started stopped, each asked by itself; released, all go on but for what two people have terminated', async () => {
  const { before, during, after, ending, ended, released, machines, notebooks } = await playMail(deployment);
  expect(ended).toMatchObject({ trouble: [], asked: expect.arrayContaining(['deny', 'pause']) });
  expect(ended.results).toMatchObject({
    'deny-user/verify': 'verified',
    'deny-session/verify': 'not-applicable',
    'pause-sending/verify': 'verified',
    'respond-for-started/run': 'started',
  });
  expect(ended.told).toContain('mails sent in the last 24 hours');
  expect(released.trouble).toEqual([]);
  expect(ended.told).toMatch(/It started 3 instances: \d g5\.xlarge in [a-z0-9-]+, \d g5\.xlarge in [a-z0-9-]+/);
  expect(ended.told).toContain('about 3.02 an hour (list price of');
  const [near, doomed, far, own] = machines.map(({ id }) => id);
  expect(ending).toMatchObject({ outcome: 'removed', removed: [`instance ${doomed}`], failed: [] });
  for (const id of [near, doomed, far]) expect(ended.told).toContain(`Contain ${id}?`);
  expect(ended.told).not.toContain(own);
  const [mining, study] = notebooks.map(({ name }) => name);
  expect(ended.told).toContain(`Contain ${mining}?`);
  expect(ended.told).not.toContain(study);
  const everything = { mail: 'allowed', data: 'allowed' };
  const run = { near: 'allowed', doomed: 'allowed', far: 'allowed' };
  const free = {
    thief: everything,
    machines: run,
    notebooks: ['allowed', 'allowed'],
    shop: everything,
    own: 'allowed',
  };
  expect([before, during, after]).toEqual([
    free,
    {
      thief: { mail: 'denied', data: 'denied' },
      machines: { near: 'denied', doomed: 'denied', far: 'denied' },
      notebooks: ['denied', 'allowed'],
      shop: { mail: 'denied', data: 'allowed' },
      own: 'allowed',
    },
    // What two people have ended nobody starts again.
    { ...free, machines: { ...run, doomed: 'denied' } },
  ]);
}, 240_000);
