import { expect, it } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { statements } from '../../../lib/domain/permission.ts';
import { Bucket } from '../bucket/target.ts';
import { comparedRules, planStop } from './plan.ts';
import { Moving, stopBucketLifecycle } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target = Bucket.parse({ ...place, kind: 'bucket', id: 'orders', seenAt: '2026-11-30T10:00:00.000Z', tags: {} });
const rule = (ID: string, Days: number) => ({
  ID,
  Status: 'Enabled' as const,
  Filter: { Prefix: '' },
  Expiration: { Days },
});
const lifecycle = (...rules: ReturnType<typeof rule>[]): Moving => ({
  lifecycle: { rules, minimumSize: 'all_storage_classes_128K' },
  replication: null,
});
const none: Moving = { lifecycle: null, replication: null };

it('leaves no lifecycle and no replication', () => {
  expect(planStop(target, lifecycle(rule('bomb', 1)))).toEqual({ ours: none });
  expect(planStop(target, none)).toEqual({ nothing: 'orders has no lifecycle and no replication' });
});

it('keeps of a rule whatever S3 answers', () => {
  const NoncurrentVersionExpiration = { NoncurrentDays: 1, NewerNoncurrentVersions: 2 };
  const whole = lifecycle({ ...rule('a', 30), NoncurrentVersionExpiration } as ReturnType<typeof rule>);
  expect(Moving.parse(whole)).toEqual(whole);
});

it('is compared rule by rule, in whatever order S3 answers them', () => {
  const [one, two] = [rule('a', 30), rule('b', 365)];
  const same = compareThreeWay(
    comparedRules(lifecycle(one, two)),
    comparedRules(none),
    comparedRules(lifecycle(two, one)),
  );
  expect(same).toEqual({ toPutBack: [], changedMeanwhile: [] });
  const theirs = comparedRules(lifecycle(rule('c', 7)));
  expect(compareThreeWay(comparedRules(none), comparedRules(none), theirs).changedMeanwhile).toHaveLength(1);
});

it('hands the role of a replication over to S3 alone, and only to give it back', () => {
  const passes = (operation: 'apply' | 'release') =>
    statements(stopBucketLifecycle.operations[operation].permissions, target).filter(({ Action }) =>
      Action.includes('iam:PassRole'),
    );
  expect(passes('apply')).toEqual([]);
  expect(passes('release').map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
  ]);
});
