import { describe, expect, it } from 'vitest';
import { homeOf, partitionOf } from './place.ts';
import { readFindings } from './read.ts';
import { accountAmong } from './value.ts';

describe('homeOf', () => {
  it('is what the finding gives', () => {
    expect(homeOf('111122223333', 'eu-central-1')).toEqual({
      account: '111122223333',
      region: 'eu-central-1',
      missing: [],
    });
  });

  it.each(['us-gov-west-1', 'eusc-de-east-1', 'us-isob-east-1', 'ap-southeast-7', 'cn-north-1'])(
    'knows %s',
    (region) => {
      expect(homeOf('111122223333', region).region).toBe(region);
    },
  );

  it('names what is missing and what is none', () => {
    expect(homeOf(undefined, null)).toEqual({ account: null, region: null, missing: ['account', 'region'] });
    expect(homeOf('', '').missing).toEqual(['account', 'region']);
    expect(homeOf('11111111111', 'global')).toEqual({
      account: null,
      region: null,
      missing: ['account (11111111111 is no 12-digit account id)', 'region (global is no Region)'],
    });
  });
});

describe('partitionOf', () => {
  it('is the one given, else that of the first ARN, else the one of the Region', () => {
    const arns = [null, 'no arn', 'arn:aws-us-gov:iam::111122223333:root', 'arn:aws:s3:::b'];
    expect(partitionOf('eu-central-1', arns, 'aws-cn')).toBe('aws-cn');
    expect(partitionOf('eu-central-1', arns)).toBe('aws-us-gov');
    expect(partitionOf('eu-central-1', arns, 'nonsense!')).toBe('aws-us-gov');
    expect(partitionOf('cn-north-1', ['arn:foo:s3:::b'])).toBe('aws-cn');
    expect(partitionOf('us-gov-east-1', [])).toBe('aws-us-gov');
    expect(partitionOf('eusc-de-east-1', [])).toBe('aws-eusc');
    expect(partitionOf('us-east-1', [])).toBe('aws');
    expect(partitionOf(null, [])).toBe('aws');
  });
});

describe('an account of which a table made a number', () => {
  const arn = 'arn:aws:guardduty:eu-central-1:012345678901:detector/d/finding/f1';
  const id = '012345678901';

  it('is read from the ARN, where the leading zeros are lost', () => {
    expect(accountAmong('12345678901', [null, 'no arn', arn])).toBe(id);
    expect(accountAmong(null, [arn])).toBe(id);
    expect(accountAmong('22345678901', [arn])).toBe('22345678901');
    expect(accountAmong('111122223333', [arn])).toBe('111122223333');
  });

  it.each([
    ['GuardDuty', { accountId: 12345678901, type: 'Recon:EC2/Portscan', id: 'f1', arn, severity: 5, service: {} }],
    ['Security Hub', { AwsAccountId: 12345678901, ProductArn: 'p', Id: arn, Types: ['TTPs/Execution'], Severity: {} }],
    ['a product', { AwsAccountId: '12345678901', ProductArn: arn, Id: 'x', Types: ['TTPs/Execution'], Severity: {} }],
    [
      'the new Security Hub',
      { class_uid: 2004, cloud: { account: { uid: 12345678901 } }, finding_info: { uid: arn, types: ['x'] } },
    ],
    ['Inspector', { findingArn: arn, awsAccountId: 12345678901, type: 'NETWORK_REACHABILITY', severity: 'HIGH' }],
  ])('of %s', (_, finding) => {
    expect(readFindings(finding)).toMatchObject([{ finding: { account: id } }]);
  });
});
