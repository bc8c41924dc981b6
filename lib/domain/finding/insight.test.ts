import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Finding } from './finding.ts';
import { readInsight } from './insight.ts';
import type { Envelope, Fields } from './reader.ts';
import { camelised, Unreadable } from './value.ts';

type Json = Record<string, unknown>;

const made = (resultType: string | undefined, ...names: readonly string[]): Json => ({
  actionName: 'respond',
  actionDescription: 'Ask for a response',
  resultType,
  insightArn: 'arn:aws:securityhub:eu-central-1:111122223333:insight/111122223333/custom/9f',
  insightName: 'Most findings',
  'number of results': String(names.length),
  insightResults: names.map((name) => ({ [name]: 3 })),
});

const around = (detail: Json): Envelope => ({
  source: 'aws.securityhub',
  'detail-type': 'Security Hub Insight Results',
  id: 'e',
  account: '999999999999',
  region: 'us-east-1',
  time: '2026-11-22T03:00:00Z',
  resources: [],
  detail,
});

const read = (detail: Json, envelope: Envelope | null = around(detail)): Finding =>
  Finding.parse(readInsight(camelised(detail) as Fields, envelope));

const targetsIn = (finding: Finding): string[] => finding.targets.map(({ kind, id }) => `${kind} ${id}`);

describe('results of an insight', () => {
  it.each(['insightResults', 'InsightResults', 'insight_results'])('are found under %s', (key) => {
    const { insightResults, ...rest } = made('ResourceAwsIamUserUserName', 'Build_bot');
    expect(targetsIn(read({ ...rest, [key]: insightResults }))).toEqual(['principal Build_bot']);
  });

  it('say shortly what they are grouped by, where that is no resource', () => {
    const { missing } = read(made('x'.repeat(1000), 'y'));
    expect(missing).toEqual([`resource (the insight groups by ${'x'.repeat(40)})`]);
  });

  it('are found however the keys around them are spelt', () => {
    const { insightResults, ...rest } = made('ResourceId', 'AKIAIOSFODNN7EXAMPLE');
    for (const key of ['insightResults', 'InsightResults', 'insight_results'])
      expect(targetsIn(read({ ...rest, [key]: insightResults }))).toEqual(['access-key AKIAIOSFODNN7EXAMPLE']);
  });

  it('say shortly what they are grouped by', () => {
    for (const word of read(made('x'.repeat(1000), 'y')).missing) expect(word.length).toBeLessThan(100);
  });

  it('are a request about the resources they count', () => {
    const detail = made('ResourceId', 'i-0123456789abcdef0', 'AKIAIOSFODNN7EXAMPLE', 'arn:aws:s3:::orders');
    expect(read(detail)).toMatchObject({
      source: 'securityhub',
      product: 'Security Hub',
      type: 'Security Hub insight',
      title: 'Most findings',
      key: 'securityhub:arn:aws:securityhub:eu-central-1:111122223333:insight/111122223333/custom/9f',
      nature: 'weakness',
      requested: true,
      severity: null,
      account: '111122223333',
      region: 'eu-central-1',
      missing: [],
    });
    expect(targetsIn(read(detail))).toEqual([
      'instance i-0123456789abcdef0',
      'access-key AKIAIOSFODNN7EXAMPLE',
      'bucket orders',
    ]);
  });

  it.each([
    ['eni-0123456789abcdef0', 'interface eni-0123456789abcdef0'],
    ['vol-0123456789abcdef0', 'volume vol-0123456789abcdef0'],
    ['snap-0123456789abcdef0', 'snapshot snap-0123456789abcdef0'],
    ['ami-0123456789abcdef0', 'image ami-0123456789abcdef0'],
    ['AWS::IAM::AccessKey:ASIAIOSFODNN7EXAMPLE', 'access-key ASIAIOSFODNN7EXAMPLE'],
    ['AWS::::Account:444455556666', 'account 444455556666'],
    ['arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0', 'instance i-0123456789abcdef0'],
    ['arn:aws:iam::111122223333:user/deploy', 'principal deploy'],
    ['My_Own_Thing', 'resource My_Own_Thing'],
  ])('%s is %s', (name, target) => {
    expect(targetsIn(read(made('ResourceId', name)))).toEqual([target]);
    expect(targetsIn(read(made(undefined, name)))).toEqual([target]);
  });

  it('are what the insight groups by', () => {
    expect(read(made('ResourceAwsIamAccessKeyUserName', 'Deploy_Bot')).targets).toMatchObject([
      { kind: 'principal', id: 'Deploy_Bot', principal: { kind: 'unknown', name: 'Deploy_Bot' } },
    ]);
    expect(targetsIn(read(made('AwsAccountId', '444455556666')))).toEqual(['account 444455556666']);
    const severities = read(made('SeverityLabel', 'HIGH', 'LOW'));
    expect(severities.targets).toEqual([]);
    expect(severities.missing).toEqual(['resource (the insight groups by SeverityLabel)']);
  });

  it('keep access keys without the event around them', () => {
    expect(targetsIn(read(made('ResourceId', 'AKIAIOSFODNN7EXAMPLE'), null))).toEqual([
      'access-key AKIAIOSFODNN7EXAMPLE',
    ]);
  });

  it('are at home where the event was delivered, if the insight is one of those that AWS gives', () => {
    const detail = { ...made('ResourceId', 'x'), insightArn: 'arn:aws:securityhub:::insight/securityhub/default/1' };
    expect(read(detail)).toMatchObject({ account: '999999999999', region: 'us-east-1' });
    expect(read(detail, null).missing).toEqual(['account', 'region']);
  });

  it('are bounded, and say so', () => {
    const many = read(made('ResourceId', ...Array.from({ length: 150 }, (_, at) => `thing-${at}`)));
    expect(many.targets).toHaveLength(100);
    expect(many.missing).toEqual(['results (only the first 100 of 150 are read)']);
    expect(read({ ...made('ResourceId'), insightName: '' }).missing).toEqual(['title', 'resource']);
  });

  it('need the ARN of the insight', () => {
    expect(() => read({ insightName: 'x' })).toThrow(/^insightArn: /);
  });

  it('are read or refused with a reason, whatever is sent', () => {
    const part = fc.record({ insightArn: fc.jsonValue(), resultType: fc.jsonValue(), insightResults: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(part, fc.dictionary(fc.string(), fc.jsonValue())), fc.jsonValue(), (detail, results) => {
        const named = { ...made('ResourceId'), insightResults: results };
        for (const one of [detail, named]) {
          try {
            read(one);
            read(one, null);
          } catch (error) {
            expect(error).toBeInstanceOf(Unreadable);
          }
        }
      }),
    );
  });
});
