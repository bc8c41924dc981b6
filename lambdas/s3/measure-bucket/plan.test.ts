import { describe, expect, it } from 'vitest';
import {
  changedSentences,
  expirySentence,
  foreignKeySentence,
  isTelling,
  purposeSentences,
  readersSentence,
  recordsReads,
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

describe('who reads it is on record', () => {
  const arn = 'arn:aws:s3:::orders';
  const plain = (...Values: string[]) => ({
    EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values }] }],
  });
  const fields = (...more: { Field: string; StartsWith: string[] }[]) => ({
    AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'resources.type', Equals: ['AWS::S3::Object'] }, ...more] }],
  });
  it.each([
    ['of all buckets', plain('arn:aws:s3'), true],
    ['of this one', plain(`${arn}/`), true],
    ['of one whose name begins alike', plain(`${arn}-old/`), false],
    [
      'of functions',
      { EventSelectors: [{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:s3'] }] }] },
      false,
    ],
    ['by fields, of all', fields(), true],
    ['by fields, of this one', fields({ Field: 'resources.ARN', StartsWith: [`${arn}/`] }), true],
    ['by fields, of another', fields({ Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::logs/'] }), false],
    ['of nothing', {}, false],
  ])('%s', (_, selecting, records) => {
    expect(recordsReads(selecting, arn)).toBe(records);
  });

  it('or the gap is said', () => {
    expect(readersSentence(['main'], 'logs')).toBe(
      'Who reads which object is in the trail main, access logs in the bucket logs',
    );
    expect(readersSentence([], null)).toMatch(/^NOT ON RECORD/);
  });
});
