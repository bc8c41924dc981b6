import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statements } from '../../../lib/domain/permission.ts';
import { everywhere } from '../../../lib/domain/target.ts';
import { Bucket, bucket as bucketKind } from '../bucket/target.ts';
import { StoredObject } from '../object/target.ts';
import { beforeStateFrom, planBlock } from './plan.ts';
import { blockPublicAccess } from './step.ts';

const seenAt = '2026-11-30T10:00:00.000Z';
const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const bucket = Bucket.parse({ ...place, kind: 'bucket', id: 'orders', seenAt, tags: {} });
const stored = StoredObject.parse({ ...place, kind: 'object', id: 'orders/2026/*.csv', seenAt, tags: {} });
const flags = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;
const blockWith = (on: readonly string[]) => ({
  BlockPublicAcls: on.includes('BlockPublicAcls'),
  IgnorePublicAcls: on.includes('IgnorePublicAcls'),
  BlockPublicPolicy: on.includes('BlockPublicPolicy'),
  RestrictPublicBuckets: on.includes('RestrictPublicBuckets'),
});

describe('planBlock', () => {
  it('means all four flags, whatever there is', () => {
    fc.assert(
      fc.property(fc.option(fc.subarray([...flags])), (on) => {
        const plan = planBlock(bucket, { block: on && blockWith(on) });
        if (on?.length === 4) expect(plan).toEqual({ nothing: 'public access to orders is already blocked' });
        else expect(plan).toEqual({ ours: { block: blockWith(flags) } });
      }),
    );
  });

  it('takes the facts for the present as long as they are fresh', () => {
    expect(beforeStateFrom(bucket, '2026-11-30T10:00:30.000Z')).toEqual({ block: null });
    expect(beforeStateFrom(bucket, '2026-11-30T10:02:00.000Z')).toBeNull();
  });
});

it('may touch the one bucket, whether the finding names it or an object in it', () => {
  const { permissions } = blockPublicAccess.operations.apply;
  for (const target of [bucket, stored])
    expect(statements(permissions, target)).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:GetBucketPublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
        Resource: ['arn:aws:s3:::orders'],
      },
    ]);
  const anywhere = statements(everywhere(blockPublicAccess.target, permissions), { ...place, region: '*' });
  expect(anywhere.flatMap(({ Resource }) => Resource)).toEqual(['arn:aws:s3:::*']);
});

it('is asked about where the bucket is meant to be public, whatever an order says', () => {
  expect(bucketKind.asked?.(bucket)).toBeNull();
  expect(bucketKind.asked?.({ ...bucket, tags: { 'Allow-Public': '' } })).toContain('allow-public');
});

it('reads what a run of an earlier version carries', () => {
  const earlier = {
    ...place,
    kind: 'bucket',
    id: 'orders',
    arn: 'arn:aws:s3:::orders',
    principal: null,
    seenAt,
    tags: {},
  };
  expect(Bucket.parse(earlier)).toEqual({ ...bucket });
});
