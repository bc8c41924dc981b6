import { describe, expect, it } from 'vitest';
import { anyInstance } from '../../ec2/instance/target.ts';
import { user } from '../../iam/user/target.ts';
import { askedOf, dayFolder, daysOf, isWithin, shellWord, spanOf } from './plan.ts';

const now = '2026-11-30T03:00:00.000Z';
const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const span = { from: new Date('2026-11-29T23:30:00Z'), to: new Date('2026-11-30T00:30:00Z') };

describe('the time of which logs are wanted', () => {
  it('begins an hour before the first sign, and with the incident where none is known', () => {
    const from = (firstSeen: string | null) => spanOf({ firstSeen }, now, now).from.toISOString();
    expect(from('2026-11-30T01:00:00Z')).toBe('2026-11-30T00:00:00.000Z');
    expect(from(null)).toBe('2026-11-30T02:00:00.000Z');
    expect(from('no time at all')).toBe('2026-11-30T02:00:00.000Z');
  });

  it('is a month at most, and never ends before it begins', () => {
    expect(spanOf({ firstSeen: '2020-01-01T00:00:00Z' }, now, now).from.toISOString()).toBe('2026-10-30T03:00:00.000Z');
    expect(spanOf({ firstSeen: '2030-01-01T00:00:00Z' }, now, now).from.toISOString()).toBe('2026-11-30T02:00:00.000Z');
  });

  it('has a folder for each of its days', () => {
    expect(daysOf(span)).toEqual(['2026-11-29', '2026-11-30']);
    expect(dayFolder('2026-11-29', 'plain')).toBe('2026/11/29/');
    expect(dayFolder('2026-11-29', 'hive')).toBe('year=2026/month=11/day=29/');
  });
});

describe('a file', () => {
  const trail = (minute: string) => `p/AWSLogs/1/CloudTrail/r/2026/11/30/1_CloudTrail_r_${minute}_Ab3.json.gz`;
  it.each([
    ['within', trail('20261130T0000Z'), true],
    ['delivered late', trail('20261130T0044Z'), true],
    ['later', trail('20261130T0046Z'), false],
    ['earlier', trail('20261129T2314Z'), false],
    ['of a flow log', 'AWSLogs/1/vpcflowlogs/r/2026/11/30/1_vpcflowlogs_r_fl-1_20261130T0000Z_0a.log.gz', true],
    ['of somebody who writes what they like', 'AWSLogs/1/CloudTrail/r/2026/11/30/20261130T0000Z.sh', false],
  ])('%s is taken or left by the minute in its name', (_, key, wanted) => {
    expect(isWithin(key, span)).toBe(wanted);
  });
});

describe('CloudTrail is asked', () => {
  it('of an instance for the session that has its name, and for calls on it', () => {
    expect(askedOf({ ...anyInstance(place), id: 'i-0123456789abcdef0' }, null)).toEqual([
      { key: 'Username', value: 'i-0123456789abcdef0' },
      { key: 'ResourceName', value: 'i-0123456789abcdef0' },
    ]);
  });

  it('of a user for the name and for the key that the finding names, each once', () => {
    const principal = { kind: 'iam-user' as const, name: 'alice', id: null, session: null };
    const named = { kind: 'access-key' as const, id: 'AKIAIOSFODNN7EXAMPLE', principal };
    const finding = { targets: [named] } as unknown as NonNullable<Parameters<typeof askedOf>[1]>;
    expect(askedOf({ ...user.any(place), id: 'alice' }, finding)).toEqual([
      { key: 'Username', value: 'alice' },
      { key: 'AccessKeyId', value: 'AKIAIOSFODNN7EXAMPLE' },
    ]);
  });
});

it('a prefix with other characters is one word of the command', () => {
  expect(shellWord('s3://trails/AWSLogs/1/')).toBe('s3://trails/AWSLogs/1/');
  expect(shellWord("it's here/")).toBe(`'it'\\''s here/'`);
});
