/** Recovery points that a thief deletes: none more, before anybody is asked; and what is left is in the question. One with malware: not restored. */
import { expect, test } from 'vitest';
import { deployed } from './deployed.ts';
import { playBackups, playInfected } from './proof/backup-course.ts';

const deployment = deployed();

test('a vault from which a thief deletes loses nothing more, another goes on as before; released, it has no policy again', async () => {
  const { vault, expiring, tried, runs, told, released, policy } = await playBackups(deployment);
  const free = { thief: { here: 'allowed', elsewhere: 'allowed' }, clerk: 'allowed' };
  expect(tried).toEqual({
    before: free,
    kept: { thief: { here: 'denied', elsewhere: 'allowed' }, clerk: 'allowed' },
    after: free,
  });
  expect(runs.flatMap(({ output }) => output.trouble)).toEqual([]);
  expect(told).toContain(`The vault ${vault} is not locked`);
  expect(told).toMatch(/\d+ recovery points of \d+ resources lie in it, the newest of/);
  expect(told).toContain(`EXPIRE within 7 days by their lifecycle: ${expiring}`);
  expect(told).toMatch(/Deleted: arn:aws:backup:\S+ by mallory-/);
  expect(told).not.toMatch(/not known|AccessDenied|UnauthorizedOperation/i);
  expect(released).toMatchObject({ state: 'released', trouble: [] });
  expect(policy).toBe(null);
}, 240_000);

test('a recovery point with malware is restored by nobody, older ones are; released, all are', async () => {
  const { clean, tried, ended, released, policies } = await playInfected(deployment);
  const free = { bad: 'allowed', clean: 'allowed', older: 'allowed' };
  expect(tried).toEqual({ before: free, during: { ...free, bad: 'denied' }, after: free });
  expect(ended).toMatchObject({ trouble: [], asked: ['deny'] });
  expect(ended.results).toMatchObject({ 'deny-restore/apply': 'applied', 'deny-restore/verify': 'verified' });
  expect(ended.told).toContain(`The newest from before that in which a scan found nothing: ${clean} of `);
  expect(ended.told).not.toMatch(/not known|AccessDenied|UnauthorizedOperation/i);
  expect(released).toMatchObject({ state: 'released', trouble: [] });
  // The policy that the vault had, byte for byte.
  expect(policies.after).toBe(policies.before);
}, 240_000);
