import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { made, parts, read } from '../../../test/findings/guardduty.ts';
import { Unreadable } from './value.ts';

const { stolen, object, eks, pod, ecs, rds, lambda, volume } = parts;
const sequence = {
  actors: [{ user: { name: 'deploy', type: 'IAMUser', credentialUid: 'AKIAIOSFODNN7EXAMPLE' } }],
  resources: [{ uid: 'arn:aws:s3:::orders', resourceType: 'S3_BUCKET', data: { s3Bucket: { s3ObjectUids: ['o'] } } }],
  signals: [{ uid: 's1', type: 'FINDING', name: 'n', firstSeenAt: 1_512_692_639 }],
};
const awsApiCallAction = { api: 'A', serviceName: 's', remoteIpDetails: { ipAddressV4: '203.0.113.7' } };

const whole = made({
  resource: { ...stolen, ...object, ...eks, ...pod, ...ecs, ...rds, ...lambda, ...volume },
  service: {
    additionalInfo: { sample: true, value: '{}' },
    runtimeDetails: { context: {} },
    action: { awsApiCallAction },
    detection: { sequence },
  },
});

const pathsOf = (value: unknown, path: readonly string[] = []): string[][] => {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [[...path], ...inner.flatMap(([key, one]) => pathsOf(one, [...path, key]))];
};

const replaced = (value: unknown, [step, ...rest]: readonly string[], by: unknown): unknown => {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((one, at) => (String(at) === step ? replaced(one, rest, by) : one));
  const entries = Object.entries(Object(value));
  return Object.fromEntries(entries.map(([key, one]) => [key, key === step ? replaced(one, rest, by) : one]));
};

/** Reads, or says why not; anything else that happens fails the test. */
function judged(finding: unknown): void {
  try {
    read(finding);
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
  }
}

describe('whatever comes', () => {
  it('is a finding or unreadable, whichever part is something else', () => {
    const values = [
      '__proto__',
      '',
      ' ',
      -1,
      Number.NaN,
      Number.MAX_VALUE,
      [],
      {},
      [[]],
      'arn:aws:::::',
      'arn:aws:s3:::/',
    ];
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(...values));
    const at = fc.constantFrom(...pathsOf(whole).filter((path) => path.length > 0));
    fc.assert(
      fc.property(at, odd, (path, value) => judged(replaced(whole, path, value))),
      { numRuns: 1500 },
    );
  });

  it('is a finding or unreadable, whatever else the keys are', () => {
    const names = [
      'id',
      'type',
      'severity',
      'resource',
      'service',
      'accountid',
      '__proto__',
      'constructor',
      'toString',
    ];
    const entries = fc.array(fc.tuple(fc.constantFrom(...names), fc.jsonValue()));
    const property = fc.property(entries, (more) => judged(Object.fromEntries([...Object.entries(whole), ...more])));
    fc.assert(property, { numRuns: 500 });
  });
});
