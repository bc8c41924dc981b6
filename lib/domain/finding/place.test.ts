import { describe, expect, it } from 'vitest';
import { homeOf, partitionOf } from './place.ts';

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
