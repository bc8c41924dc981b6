import { describe, expect, it } from 'vitest';
import { Finding } from './finding.ts';
import { readInspector } from './inspector.ts';
import { Unreadable } from './value.ts';

const arn = 'arn:aws:inspector2:eu-central-1:111122223333:finding/0123456789abcdef0123456789abcdef';
const digest = `sha256:${'0a'.repeat(32)}`;
const instance = {
  id: 'i-0123456789abcdef0',
  type: 'AWS_EC2_INSTANCE',
  region: 'eu-central-1',
  partition: 'aws',
  provider: 'AWS',
  details: {
    awsEc2Instance: { iamInstanceProfileArn: 'arn:aws:iam::111122223333:instance-profile/web' },
    vm: { type: 't3.small' },
  },
};

const found = (changes: object = {}) => ({
  findingArn: arn,
  awsAccountId: '111122223333',
  type: 'PACKAGE_VULNERABILITY',
  severity: 'HIGH',
  status: 'ACTIVE',
  title: 'CVE-2026-00000 - madeup',
  description: 'Made up.',
  inspectorScore: 7.4,
  firstObservedAt: 'Wed Nov 18 09:10:11.222 UTC 2026',
  lastObservedAt: '2026-11-20T08:15:00Z',
  resources: [instance],
  ...changes,
});
const targetsOf = (resource: object) => readInspector(found({ resources: [resource] }), null).targets;

describe('readInspector', () => {
  it('reads a vulnerable instance', () => {
    const finding = readInspector(found(), null);
    expect(Finding.parse(finding)).toEqual(finding);
    expect(finding).toMatchObject({
      source: 'inspector2',
      product: 'Inspector',
      id: arn,
      arn,
      key: `inspector2:${arn}`,
      type: 'PACKAGE_VULNERABILITY',
      nature: 'weakness',
      severity: 'high',
      score: 7.4,
      title: 'CVE-2026-00000 - madeup',
      archived: false,
      suppressed: false,
      account: '111122223333',
      region: 'eu-central-1',
      partition: 'aws',
      missing: [],
      firstSeen: '2026-11-18T09:10:11.222Z',
      lastSeen: '2026-11-20T08:15:00.000Z',
      targets: [
        { kind: 'instance', id: 'i-0123456789abcdef0', profile: 'arn:aws:iam::111122223333:instance-profile/web' },
      ],
    });
  });

  it.each([
    ['INFORMATIONAL', 'informational', []],
    ['low', 'low', []],
    ['MEDIUM', 'medium', []],
    ['CRITICAL', 'critical', []],
    ['UNTRIAGED', null, ['severity (not triaged yet)']],
    [undefined, null, ['severity']],
    [null, null, ['severity']],
  ])('severity %j is %j', (severity, band, missing) => {
    expect(readInspector(found({ severity }), null)).toMatchObject({ severity: band, missing });
  });

  it('reads a score written as text, and the mark of a drill', () => {
    expect(readInspector(found({ inspectorScore: '7.4' }), null).score).toBe(7.4);
    expect(readInspector(found({ title: '[DRILL] CVE' }), null).drill).toBe(true);
  });

  it('a network finding has no score', () => {
    expect(readInspector(found({ inspectorScore: undefined }), null)).toMatchObject({ score: null, missing: [] });
  });

  it.each([
    ['CLOSED', true, false],
    ['SUPPRESSED', false, true],
    ['ACTIVE', false, false],
  ])('status %s', (status, archived, suppressed) => {
    expect(readInspector(found({ status }), null)).toMatchObject({ archived, suppressed });
  });

  it('calls an image by repository and digest, from its details or its ARN', () => {
    const id = `arn:aws:ecr:eu-central-1:111122223333:repository/shop/web/${digest}`;
    const image = { id, type: 'AWS_ECR_CONTAINER_IMAGE', region: 'eu-central-1' };
    const details = { awsEcrContainerImage: { repositoryName: 'shop/web', imageHash: digest } };
    const expected = [{ kind: 'image', id: `shop/web@${digest}`, arn: id }];
    expect(targetsOf({ ...image, details })).toMatchObject(expected);
    expect(targetsOf(image)).toMatchObject(expected);
  });

  it('calls a function by its name without the qualifier', () => {
    const id = 'arn:aws:lambda:eu-central-1:111122223333:function:pay:$LATEST';
    const expected = [{ kind: 'lambda-function', id: 'pay', arn: id }];
    expect(targetsOf({ id, type: 'AWS_LAMBDA_FUNCTION' })).toMatchObject(expected);
    expect(
      targetsOf({ id, type: 'AWS_LAMBDA_FUNCTION', details: { awsLambdaFunction: { functionName: 'pay' } } }),
    ).toMatchObject(expected);
  });

  it('reads a kind of resource it does not know, and one whose id is an ARN', () => {
    expect(targetsOf({ id: 'project-1', type: 'CODE_REPOSITORY' })).toMatchObject([
      { kind: 'resource', id: 'project-1' },
    ]);
    const id = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0';
    expect(targetsOf({ ...instance, id })).toMatchObject([{ kind: 'instance', id: 'i-0123456789abcdef0', arn: id }]);
  });

  it('a resource lies in its own Region', () => {
    expect(targetsOf({ ...instance, region: 'eu-west-1' })).toMatchObject([{ region: 'eu-west-1' }]);
    expect(targetsOf({ ...instance, region: 'global' })).toMatchObject([{ region: 'eu-central-1' }]);
  });

  it('takes the account from the finding, not from the envelope, and says what is missing', () => {
    expect(readInspector(found({ awsAccountId: 'foo', resources: [] }), null)).toMatchObject({
      account: null,
      missing: ['account (foo is no 12-digit account id)', 'resources'],
    });
  });

  it('leaves other clouds to others', () => {
    const azure = {
      id: '/subscriptions/x',
      type: 'Microsoft.Compute/virtualMachines',
      provider: 'AZURE',
      region: 'eastus',
    };
    expect(() => readInspector(found({ resources: [azure] }), null)).toThrow(
      'It is about a resource in AZURE, not in AWS',
    );
    expect(readInspector(found({ resources: [azure, instance] }), null).targets).toHaveLength(1);
  });

  it.each([
    [{ severity: 'SEVERE' }, /^severity: "SEVERE" is none of INFORMATIONAL, LOW/],
    [{ severity: 7 }, /^severity: 7 is none of/],
    [{ inspectorScore: 'high' }, /^severity: "high" is no number/],
    [{ inspectorScore: Number.NaN }, /^severity: null is no number/],
    [{ inspectorScore: {} }, /^severity: /],
    [{ findingArn: '' }, /has no findingArn/],
    [{ type: 7 }, /has no type/],
  ])('cannot be read: %j', (changes, says) => {
    expect(() => readInspector(found(changes), null)).toThrow(Unreadable);
    expect(() => readInspector(found(changes), null)).toThrow(says);
  });
});
