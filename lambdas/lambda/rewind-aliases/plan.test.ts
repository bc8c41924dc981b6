import { describe, expect, it } from 'vitest';
import { lambdaFunction } from '../lambda-function/target.ts';
import { lastGood, rewound } from '../versions.ts';
import { changesFrom, planRewind, relevant } from './plan.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const since = '2026-11-30T08:00:00.000Z';
const late = { rewindable: ['live'], stuck: [] };
const pay = { ...lambdaFunction.any(place), id: 'pay', since, late };
const versions = {
  9: '2026-11-01T10:00:00.000Z',
  10: '2026-11-20T10:00:00.000Z',
  11: '2026-11-30T08:00:00.000Z',
  $LATEST: '2026-11-30T09:00:00.000Z',
};
const on = (version: string, weights: Record<string, number> = {}) => ({ version, weights });

describe('the last good version', () => {
  it('is the newest published one from before the first sign, by its number', () => {
    expect(lastGood(versions, since)).toBe('10');
    expect(lastGood({ 9: versions[9], $LATEST: versions[9] }, since)).toBe('9');
  });

  it('is none where all are from after it', () => {
    expect(lastGood({ 11: versions[11], $LATEST: versions[9] }, since)).toBeNull();
  });
});

describe('an alias', () => {
  it.each([
    ['on late code goes back', on('11'), on('10')],
    ['keeps the shares of good versions', on('11', { 9: 0.1 }), on('10', { 9: 0.1 })],
    ['loses the share of the version that it then runs', on('11', { 10: 0.2 }), on('10')],
    ['loses the shares of late versions, and stays', on('9', { 11: 0.5 }), on('9')],
    ['on code that anybody may change goes back', on('$LATEST'), on('10')],
    ['on a version that is not listed any more goes back', on('3'), on('10')],
    ['on good code stays', on('9', { 10: 0.5 }), on('9', { 10: 0.5 })],
  ])('%s', (_, from, to) => {
    expect(rewound(from, versions, since)).toEqual(to);
  });
});

describe('rewinding', () => {
  const state = (live: ReturnType<typeof on>) => ({ aliases: { live, test: on('9') }, versions });

  it('changes what is late alone', () => {
    expect(planRewind(pay, state(on('11')))).toEqual({
      ours: { aliases: { live: on('10'), test: on('9') }, versions },
    });
  });

  it('has nothing to do where no code is late, and says from when it counts', () => {
    expect(planRewind(pay, state(on('10')))).toEqual({ nothing: expect.stringContaining(since) });
  });

  it('is refused where there is no older code, where the finding does not say when it began, and at the edge', () => {
    const only = { aliases: { live: on('11') }, versions: { 11: versions[11] } };
    const stuck = { ...pay, late: { rewindable: [], stuck: ['live'] } };
    expect(planRewind(stuck, only)).toEqual({ refused: expect.stringMatching(/no published version .*live.*by hand/) });
    expect(planRewind({ ...pay, since: null }, state(on('11')))).toEqual({ refused: expect.stringMatching(/not say/) });
    const replicaOf = 'arn:aws:lambda:us-east-1:444455556666:function:pay:3';
    expect(planRewind({ ...pay, replicaOf }, state(on('11')))).toEqual({
      refused: expect.stringMatching(/CloudFront/),
    });
  });

  it('keeps only the versions that matter', () => {
    expect(Object.keys(relevant({ live: on('11', { 9: 0.1 }) }, versions, since)).toSorted()).toEqual([
      '10',
      '11',
      '9',
    ]);
    expect(relevant({ live: on('11') }, versions, null)).toEqual({ 11: versions[11] });
  });

  it('of an alias that was deleted meanwhile there is nothing to change from', () => {
    const meant = state(on('10'));
    expect(changesFrom(state(on('11')), meant)).toEqual([{ name: 'live', from: on('11'), to: on('10') }]);
    expect(changesFrom({ aliases: { live: on('10') }, versions }, meant)).toEqual([
      { name: 'test', from: null, to: on('9') },
    ]);
  });
});

describe('before anybody is asked', () => {
  const because = (more: Partial<typeof pay>) => lambdaFunction.refuses?.({ ...pay, ...more });

  it('it is known whether an alias can go back', () => {
    expect(because({})).toBeNull();
    expect(because({ late: null as never })).toBeNull();
    expect(because({ late: { rewindable: [], stuck: ['live'] as never } })).toEqual({
      levers: ['rewind-aliases'],
      because: expect.stringMatching(/no published version/),
    });
    expect(because({ late: { rewindable: [], stuck: [] } })?.because).toMatch(/no alias that runs code from after/);
  });
});
