import { describe, expect, it } from 'vitest';
import { findingFromEvent } from './finding.ts';

/** A finding in EventBridge's shape (GuardDuty user guide), with the parts a test changes. */
const event = (changes: { service?: object; resource?: object; detail?: object } = {}) => ({
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  account: '111122223333',
  region: 'us-east-1',
  detail: {
    id: 'f'.repeat(32),
    arn: 'arn:aws:guardduty:eu-central-1:444455556666:detector/d/finding/f',
    type: 'Backdoor:EC2/C&CActivity.B!DNS',
    title: 'Command and control',
    severity: 8,
    partition: 'aws',
    accountId: '444455556666',
    region: 'eu-central-1',
    createdAt: '2026-11-22T01:00:00.000Z',
    updatedAt: '2026-11-22T02:00:00.000Z',
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0123456789abcdef0' }, ...changes.resource },
    service: { archived: false, count: 3, resourceRole: 'ACTOR', ...changes.service },
    ...changes.detail,
  },
});

describe('findingFromEvent', () => {
  it('takes account and Region from the finding, not from the envelope that delivered it', () => {
    expect(findingFromEvent(event())).toMatchObject({
      account: '444455556666',
      region: 'eu-central-1',
      severity: 'high',
    });
  });

  it('keeps the marks that decide whether anything may change', () => {
    expect(findingFromEvent(event({ service: { additionalInfo: { sample: true } } })).sample).toBe(true);
    expect(findingFromEvent(event({ service: { archived: true } })).archived).toBe(true);
    expect(findingFromEvent(event({ service: { resourceRole: 'TARGET' } })).role).toBe('TARGET');
    expect(findingFromEvent(event({ service: { resourceRole: 'SOMETHING_NEW' } })).role).toBe('unknown');
  });

  it('names the addresses and domains it talks to', () => {
    const action = {
      networkConnectionAction: { remoteIpDetails: { ipAddressV4: '198.51.100.7' } },
      dnsRequestAction: { domain: 'c2.example' },
    };
    expect(findingFromEvent(event({ service: { action } })).remotes).toEqual(['198.51.100.7', 'c2.example']);
  });

  it('says so when there is no instance, instead of guessing one', () => {
    expect(findingFromEvent(event({ resource: { instanceDetails: null } })).instance).toBeNull();
  });

  it.each([
    ['no finding at all', {}],
    ['a severity that is none', event({ detail: { severity: Number.NaN } })],
    ['an account that is none', event({ detail: { accountId: 'x' } })],
  ])('refuses %s', (_, wrong) => {
    expect(() => findingFromEvent(wrong)).toThrow();
  });
});
