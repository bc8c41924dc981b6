import { describe, expect, it } from 'vitest';
import { arn, id, instanceId, made, parts, read, readWith } from '../../../test/findings/guardduty.ts';
import { Unreadable } from './value.ts';

const respelt = (value: unknown, spell: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((one) => respelt(one, spell));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [spell(key), respelt(inner, spell)]));
};
const pascal = (key: string): string => key.replace(/^./, (letter) => letter.toUpperCase());
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('what a finding says of itself', () => {
  it('is read whole', () => {
    expect(read(made())).toEqual({
      source: 'guardduty',
      product: 'GuardDuty',
      id,
      key: `guardduty:${id}`,
      nature: 'attack',
      arn,
      type: 'Backdoor:EC2/C&CActivity.B!DNS',
      title: 'It called home',
      severity: 'high',
      score: 8,
      partition: 'aws',
      account: '111122223333',
      region: 'eu-central-1',
      role: 'ACTOR',
      count: 3,
      sample: false,
      archived: false,
      suppressed: false,
      drill: false,
      requested: false,
      hub: null,
      marked: null,
      updatedBy: null,
      firstSeen: '2026-11-22T00:59:00.000Z',
      lastSeen: '2026-11-22T01:59:00.000Z',
      call: null,
      remotes: [],
      signals: [],
      missing: [],
      targets: [
        {
          kind: 'instance',
          id: instanceId,
          account: '111122223333',
          region: 'eu-central-1',
          arn: null,
          principal: null,
          inside: null,
          version: null,
          profile: null,
          user: null,
        },
      ],
    });
  });

  it.each<[string, (key: string) => string]>([
    ['PascalCase, as the API answers', pascal],
    ['snake_case, as exports have it', snake],
  ])('reads the same in %s', (_, spell) => {
    const awsApiCallAction = {
      api: 'GetObject',
      serviceName: 's3.amazonaws.com',
      remoteIpDetails: { ipAddressV4: '203.0.113.7' },
    };
    const resource = { ...parts.stolen, ...parts.object, ...parts.eks, ...parts.pod, ...parts.ecs, ...parts.rds };
    const finding = made({ resource, service: { action: { awsApiCallAction } } });
    expect(read(respelt(finding, spell))).toEqual(read(finding));
  });

  it.each([
    [0.5, 'informational'],
    [3.99, 'low'],
    [4, 'medium'],
    [8.95, 'high'],
    [9, 'critical'],
    ['7.0', 'high'],
  ])('puts severity %s into the band %s', (severity, band) => {
    expect(readWith({ detail: { severity } })).toMatchObject({ score: Number(severity), severity: band });
  });

  it.each([['high'], [Number.NaN], [Number.POSITIVE_INFINITY], [{ score: 8 }], [true], ['  ']])(
    'refuses %j for a severity: nobody knows its scale',
    (severity) => {
      expect(() => readWith({ detail: { severity } })).toThrow(Unreadable);
      expect(() => readWith({ detail: { severity } })).toThrow(/^severity: /);
    },
  );

  it.each(['id', 'type'])('refuses a finding without %s, and says so', (name) => {
    expect(() => readWith({ detail: { [name]: '', arn: '' } })).toThrow(Unreadable);
    expect(() => readWith({ detail: { [name]: null, arn: '' } })).toThrow(new RegExp(`^${name}: `));
  });

  it('finds the id at the end of the ARN where an export dropped it', () => {
    expect(readWith({ detail: { id: undefined } }).key).toBe(`guardduty:${id}`);
  });

  it('names what is not there instead of guessing it', () => {
    const bare = read({ id, type: 'Recon:EC2/Portscan', resource: {}, service: {} });
    expect(bare).toMatchObject({
      severity: null,
      score: null,
      account: null,
      region: null,
      targets: [],
      role: 'unknown',
    });
    expect(new Set(bare.missing)).toEqual(
      new Set([
        'arn',
        'title',
        'partition',
        'severity',
        'first seen',
        'last seen',
        'role',
        'account',
        'region',
        'resource',
      ]),
    );
  });

  it('reads a type of no known form: others decide what to do about it', () => {
    expect(readWith({ detail: { type: 'Something new' } }).type).toBe('Something new');
  });

  it('gives back an account id that is none in the words of what is missing', () => {
    const anonymised = readWith({ detail: { accountId: '11111111111' } });
    expect(anonymised.account).toBeNull();
    expect(anonymised.missing).toContain('account (11111111111 is no 12-digit account id)');
  });

  it('takes account, Region and partition from the ARN where there is no such field, and never else', () => {
    const chinese = `arn:aws-cn:guardduty:cn-north-1:444455556666:detector/9e/finding/${id}`;
    const without = { arn: chinese, accountId: undefined, region: undefined, partition: undefined };
    expect(readWith({ detail: without })).toMatchObject({
      account: '444455556666',
      region: 'cn-north-1',
      partition: 'aws-cn',
      missing: [],
    });
    expect(readWith({ detail: { arn: chinese } })).toMatchObject({ account: '111122223333', region: 'eu-central-1' });
  });
});
