import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { oursIn } from '../../../lib/domain/resource-policy.ts';
import { planNoRestore, sidFor } from './plan.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const at = (id: string) => ({ id: `arn:aws:backup:eu-central-1:111122223333:recovery-point:${id}`, vault: 'daily' });
const [one, other] = [at('1f'), at('2f')];
const glass = 'arn:aws:iam::111122223333:user/glass';

it('denies restores and copies of that one, each of several under a Sid of its own', () => {
  const sids = [sidFor(one, digest)];
  const plan = planNoRestore(one, { document: null, sids }, { spared: [glass] });
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  expect(oursIn(plan.ours)).toEqual([
    {
      Sid: sids[0],
      Effect: 'Deny',
      Principal: '*',
      Action: ['backup:StartRestoreJob', 'backup:StartCopyJob'],
      Resource: one.id,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': [glass] } },
    },
  ]);
  const both = planNoRestore(other, { ...plan.ours, sids: [sidFor(other, digest)] }, null);
  if (!('ours' in both)) throw new Error(JSON.stringify(both));
  expect(oursIn({ ...both.ours, sids })).toHaveLength(1);
  expect(oursIn(both.ours)).toHaveLength(1);
  expect(planNoRestore(one, plan.ours, { spared: [glass] })).toHaveProperty('nothing');
});

it('of one whose vault nobody named it says so, and how to find it', () => {
  const plan = planNoRestore({ ...one, vault: null }, { document: null, sids: ['x'] }, null);
  expect(plan).toEqual({ refused: expect.stringMatching(/does not name the vault .*list-backup-vaults/) });
});
