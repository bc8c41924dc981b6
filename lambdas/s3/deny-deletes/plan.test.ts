import { expect, it } from 'vitest';
import { oursIn } from '../../../lib/domain/resource-policy.ts';
import { Bucket } from '../bucket/target.ts';
import { planNoDeletes, sids } from './plan.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const bucket = Bucket.parse({ ...place, kind: 'bucket', id: 'orders', seenAt: '2026-11-30T10:00:00.000Z', tags: {} });
const before = { document: null, sids };

it('denies deletions to everybody but those on the lists, and reading to nobody', () => {
  const plan = planNoDeletes(bucket, before, { spared: ['arn:aws:iam::111122223333:user/glass'] });
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  const statements = oursIn(plan.ours);
  expect(statements.map(({ Sid }) => Sid)).toEqual(sids);
  for (const { Effect, Resource, Condition } of statements) {
    expect(Effect).toBe('Deny');
    expect(Resource).toEqual(['arn:aws:s3:::orders', 'arn:aws:s3:::orders/*']);
    expect(Condition).toMatchObject({ ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:user/glass'] } });
  }
  const [deletes, keys] = statements.map(({ Action }) => [Action].flat().map(String));
  expect(deletes).toEqual(expect.arrayContaining(['s3:DeleteObject*', 's3:PutLifecycleConfiguration']));
  expect(deletes?.filter((action) => /Get|List|PutObject$/.test(action))).toEqual([]);
  expect(keys).toEqual(['s3:PutObject']);
  expect(planNoDeletes(bucket, plan.ours, { spared: ['arn:aws:iam::111122223333:user/glass'] })).toHaveProperty(
    'nothing',
  );
});
