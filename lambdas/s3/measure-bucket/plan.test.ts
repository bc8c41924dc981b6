import { describe, expect, it } from 'vitest';
import {
  changedSentences,
  expirySentence,
  foreignKeySentence,
  isTelling,
  purposeSentences,
  replicationSentence,
  versioningSentence,
} from './plan.ts';

it('says what shows that it is public on purpose', () => {
  expect(purposeSentences({ 'allow-public': 'yes' }, 'set')).toHaveLength(2);
  expect(purposeSentences({}, 'none')).toEqual([]);
});

describe('what destroys by itself', () => {
  const rule = (ID: string, Days: number, Status = 'Enabled') => ({ ID, Status, Expiration: { Days } });
  it.each([
    [[rule('bomb', 1), rule('yearly', 365)], 'EXPIRES within 3 days by its lifecycle: bomb'],
    [
      [{ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 3 } }],
      'EXPIRES within 3 days by its lifecycle: a rule without a name',
    ],
    [[rule('off', 1, 'Disabled')], 'Lifecycle with 1 rules, none within 3 days'],
    [[], 'No lifecycle'],
  ])('%j', (rules, words) => {
    expect(expirySentence(rules)).toBe(words);
  });

  it('and what takes copies away', () => {
    const Destination = { Bucket: 'arn:aws:s3:::copy', Account: '999988887777' };
    expect(replicationSentence([{ Status: 'Enabled', Destination }])).toBe(
      'Replicated to copy of account 999988887777',
    );
    expect(replicationSentence([{ Status: 'Disabled', Destination }])).toBe('Not replicated');
    expect(versioningSentence(undefined)).toMatch(/^Versioning is off/);
    expect(versioningSentence('Enabled')).toMatch(/^Versioned/);
    expect(foreignKeySentence(['SSE-C'])).not.toBe(foreignKeySentence([]));
  });
});

it('tells changes of who may use it from all other calls', () => {
  expect(
    ['PutBucketPolicy', 'DeletePublicAccessBlock', 'PutBucketLifecycleConfiguration'].filter(isTelling),
  ).toHaveLength(3);
  expect(['GetBucketPolicy', 'PutObject', 'CreateBucket', 'PutBucketTagging'].filter(isTelling)).toEqual([]);
  expect(changedSentences([{ name: 'PutBucketPolicy', at: '2026-11-30', by: 'mallory' }])).toEqual([
    'Changed lately: PutBucketPolicy by mallory at 2026-11-30',
  ]);
});
