import fc from 'fast-check';
import { expect, it } from 'vitest';
import { statements } from '../../../lib/domain/permission.ts';
import { allBlocked } from '../bucket-facts.ts';
import { PublicAccessBlock, publicAccessBlock } from '../public-access-block/target.ts';
import { planAccountBlock } from './plan.ts';
import { blockAccountPublicAccess } from './step.ts';

const account = '111122223333';
const target = PublicAccessBlock.parse({
  kind: 'public-access-block',
  partition: 'aws',
  account,
  region: 'eu-central-1',
  id: account,
  seenAt: '2026-11-30T10:00:00.000Z',
  tags: {},
});

it('means all four flags, whatever there is', () => {
  const flag = fc.boolean();
  const some = fc.record({
    BlockPublicAcls: flag,
    IgnorePublicAcls: flag,
    BlockPublicPolicy: flag,
    RestrictPublicBuckets: flag,
  });
  fc.assert(
    fc.property(fc.option(some), (block) => {
      const plan = planAccountBlock(target, { block });
      if (block && Object.values(block).every(Boolean))
        expect(plan).toEqual({ nothing: `public access is already blocked in account ${account}` });
      else expect(plan).toEqual({ ours: { block: allBlocked } });
    }),
  );
});

it('is asked about, whatever an order says', () => {
  expect(publicAccessBlock.asked?.(target)).toContain('on purpose');
});

it('may change the block of accounts, and nothing of a bucket', () => {
  expect(statements(blockAccountPublicAccess.operations.apply.permissions, target)).toEqual([
    { Effect: 'Allow', Action: ['s3:GetAccountPublicAccessBlock', 's3:PutAccountPublicAccessBlock'], Resource: ['*'] },
  ]);
});
