import { describe, expect, it } from 'vitest';
import { type ResourcePolicy, type Statement, withOurs } from '../../lib/domain/resource-policy.ts';
import { Bucket } from './bucket/target.ts';
import { planStatements } from './bucket-policy.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target = Bucket.parse({ ...place, kind: 'bucket', id: 'orders', seenAt: '2026-11-30T10:00:00.000Z', tags: {} });
const sids = ['TourniquetDeny00000000'];
const ours: Statement = {
  Sid: sids[0],
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::orders/*',
};
const theirs = (Sid: string): Statement => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: '222233334444' },
  Action: 's3:GetObject',
});
const documentOf = (...Statement: Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'p', Statement }, null, 1);
const policy = (document: string | null): ResourcePolicy => ({ document, sids });

describe('planStatements', () => {
  it('has nothing to do twice', () => {
    const plan = planStatements(target, policy(null), [ours]);
    expect(plan).toEqual({ ours: policy(withOurs(policy(null), [ours])) });
    if ('ours' in plan) expect(planStatements(target, plan.ours, [ours])).toHaveProperty('nothing');
  });

  it('refuses a policy that would be larger than S3 stores, in words', () => {
    const large = policy(documentOf({ ...theirs('a'), Resource: 'é'.repeat(10_200) }));
    expect(planStatements(target, large, [ours])).toEqual({
      refused: expect.stringMatching(/^the policy of orders would have 20\d\d\d bytes, and S3 stores 20480/),
    });
  });

  it('refuses to name what a policy of the older version cannot name', () => {
    const older = policy(JSON.stringify({ Version: '2008-10-17', Statement: [theirs('a')] }));
    expect(planStatements(target, older, [ours])).toHaveProperty('ours');
    const named = { ...ours, Resource: `arn:aws:s3:::orders/\${*}` };
    expect(planStatements(target, older, [named])).toEqual({ refused: expect.stringContaining('Version 2008-10-17') });
  });

  it.each<[string, Statement]>([
    ['a principal', { ...theirs('a'), Principal: { AWS: ['111122223333', 'AIDAEXAMPLEEXAMPLE'] } }],
    ['a spared one', { Sid: 'a', Effect: 'Deny', NotPrincipal: { AWS: 'AROAEXAMPLEEXAMPLE' }, Action: 's3:*' }],
  ])('refuses where %s was deleted: S3 would not store it again', (_, statement) => {
    expect(planStatements(target, policy(documentOf(statement)), [ours])).toEqual({
      refused: expect.stringMatching(/names A(IDA|ROA)EXAMPLEEXAMPLE, which was deleted/),
    });
  });
});
