import { describe, expect, it } from 'vitest';
import { type Reads, readersSentences, readsRecorded, type Selecting, type Trail } from './readers.ts';

const arn = 'arn:aws:s3:::orders';
const plain = (Values: string[], more: object = {}): Selecting => ({
  EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values }], ...more }],
});
const ofObjects = { Field: 'resources.type', Equals: ['AWS::S3::Object'] };
const fields = (...more: { Field: string; [how: string]: string | string[] }[]): Selecting => ({
  AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, ofObjects, ...more] }],
});
const byArn = (how: string, ...values: string[]) => fields({ Field: 'resources.ARN', [how]: values });

describe('a trail records reads', () => {
  it.each<[string, Selecting, Reads]>([
    ['of all buckets', plain(['arn:aws:s3']), 'all'],
    ['of all buckets, as the console writes it', plain(['arn:aws:s3:::']), 'all'],
    ['of this one', plain([`${arn}/`]), 'all'],
    ['of this one, by its bare name', plain([arn]), 'all'],
    ['of what begins so', plain([`${arn}/2026/`]), 'some'],
    ['of one whose name begins alike: none', plain([`${arn}-old/`]), 'none'],
    ['of all that write alone: none', plain([`${arn}/`], { ReadWriteType: 'WriteOnly' }), 'none'],
    [
      'of functions: none',
      { EventSelectors: [{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws'] }] }] },
      'none',
    ],
    ['by fields, of all', fields(), 'all'],
    ['by fields, of all but writes', fields({ Field: 'readOnly', Equals: ['true'] }), 'all'],
    ['by fields, of writes alone: none', fields({ Field: 'readOnly', Equals: ['false'] }), 'none'],
    ['by fields, of this one', byArn('StartsWith', `${arn}/`), 'all'],
    ['by fields, of one object', byArn('Equals', `${arn}/a.csv`), 'some'],
    ['by fields, of another: none', byArn('StartsWith', 'arn:aws:s3:::logs/'), 'none'],
    ['by fields, of all but this one: none', byArn('NotStartsWith', `${arn}/`), 'none'],
    ['by fields, of all but another', byArn('NotStartsWith', 'arn:aws:s3:::logs/'), 'all'],
    ['by fields, of all but some', byArn('NotStartsWith', `${arn}/tmp/`), 'some'],
    ['by fields, of what ends so', byArn('EndsWith', '.csv'), 'some'],
    ['by fields, by the name of the event', fields({ Field: 'eventName', Equals: ['GetObject'] }), 'some'],
    [
      'the widest of several counts',
      {
        EventSelectors: [
          ...(plain([`${arn}/2026/`]).EventSelectors ?? []),
          ...(plain([`${arn}/`]).EventSelectors ?? []),
        ],
      },
      'all',
    ],
    ['of nothing', {}, 'none'],
  ])('%s', (_, selecting, reads) => {
    expect(readsRecorded(selecting, arn)).toBe(reads);
  });
});

describe('from where it is listed who read what', () => {
  const trail: Trail = {
    name: 'main',
    reads: 'all',
    logging: 'on',
    account: '111122223333',
    files: 's3://trails/',
    group: null,
  };
  it.each<[string, Trail[], string | null, string[]]>([
    ['from a trail', [trail], null, ['Who read which object is on record in the trail main (s3://trails/)']],
    [
      'from its log group too, and from access logs',
      [{ ...trail, group: 'audit' }],
      's3://logs/web/',
      [
        'Who read which object is on record in the trail main (s3://trails/, log group audit)',
        'Most of who read which object is in its access logs, hours later (s3://logs/web/)',
      ],
    ],
    [
      'from one that is switched off, as far as it goes',
      [{ ...trail, reads: 'some', logging: 'off' }],
      null,
      [
        'Who read SOME of its objects is on record in the trail main, which is SWITCHED OFF (s3://trails/), which selects among them',
      ],
    ],
    [
      'from nowhere, but the organisation may know',
      [
        { ...trail, reads: 'none' },
        { ...trail, name: 'org', reads: 'unasked', account: '999988887777' },
      ],
      null,
      [
        expect.stringMatching(/^NOT ON RECORD: nobody can list what was read/),
        'Account 999988887777 knows whether reads are on record in the trail org (s3://trails/)',
      ],
    ],
  ])('%s', (_, trails, logs, words) => {
    expect(readersSentences(trails, logs)).toEqual(words);
  });
});
