import { expect, it } from 'vitest';
import { oursIn } from '../../../lib/domain/resource-policy.ts';
import { planKeep, sids } from './plan.ts';

const glass = 'arn:aws:iam::111122223333:user/glass';
const prepared = { spared: [glass] };
const vault = { id: 'daily' };

it('denies to take recovery points away to everybody but those on the lists, by names without a wildcard', () => {
  const plan = planKeep(vault, { document: null, sids }, prepared);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  const [statement, ...more] = oursIn(plan.ours);
  expect(more).toEqual([]);
  expect(statement).toMatchObject({ Sid: sids[0], Effect: 'Deny', Principal: '*', Resource: '*' });
  expect(statement?.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': [glass] } });
  const actions = [statement?.Action].flat().map(String);
  expect(actions).toEqual(expect.arrayContaining(['backup:DeleteRecoveryPoint', 'backup:PutBackupVaultAccessPolicy']));
  expect(actions.filter((one) => /\*|Start|Copy|List|Describe|Get/.test(one))).toEqual([]);
  expect(planKeep(vault, plan.ours, prepared)).toHaveProperty('nothing');
});

it('refuses where the policy names somebody who was deleted: AWS Backup would not store it again', () => {
  const Statement = [{ Effect: 'Deny', Principal: { AWS: 'AIDAEXAMPLEEXAMPLE' }, Action: 'backup:StartCopyJob' }];
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  expect(planKeep(vault, { document, sids }, prepared)).toEqual({
    refused: expect.stringMatching(/^the policy of daily names AIDAEXAMPLEEXAMPLE, which was deleted/),
  });
});
