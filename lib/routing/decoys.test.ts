import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { readCloudTrail } from '../domain/finding/cloudtrail.ts';
import { type Matching, matches } from '../domain/finding/matching.ts';
import { patternLimit } from './calls.ts';
import { decoyPatterns } from './decoys.ts';
import { routed, verdictOn } from './route.ts';

const member = '444455556666';
const arns = {
  secret: `arn:aws:secretsmanager:eu-central-1:${member}:secret:backup/root-AbCdEf`,
  bucket: 'arn:aws:s3:::ledger-archive',
  role: `arn:aws:iam::${member}:role/ops/admin-old`,
  table: `arn:aws:dynamodb:eu-central-1:${member}:table/cards`,
  user: `arn:aws:iam::${member}:user/backup`,
  key: `arn:aws:kms:eu-central-1:${member}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
};
const decoys = Object.values(arns);

const hears = (event: object): boolean =>
  decoyPatterns(decoys).some(({ source, 'detail-type': type, detail }) =>
    matches({ source, 'detail-type': type, detail: detail as Matching }, event),
  );
const event = (service: string, detail: object) => ({
  source: `aws.${service}`,
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { eventSource: `${service}.amazonaws.com`, errorCode: 'AccessDenied', ...detail },
});

describe('the rules hear', () => {
  it.each([
    ['a secret by its name', event('secretsmanager', { requestParameters: { secretId: 'backup/root' } })],
    ['a secret by its ARN', event('secretsmanager', { requestParameters: { secretId: arns.secret } })],
    ['a bucket', event('s3', { requestParameters: { bucketName: 'ledger-archive', key: 'x' } })],
    ['a role that is assumed', event('sts', { requestParameters: { roleArn: arns.role } })],
    ['a table', event('dynamodb', { requestParameters: { tableName: 'cards' } })],
    ['what a user does', event('ec2', { userIdentity: { arn: arns.user } })],
    ['a key, by what the record lists', event('kms', { resources: [{ ARN: arns.key }] })],
  ])('%s, refused or not', (_, one) => {
    expect(hears(one)).toBe(true);
  });

  it.each([
    ['another bucket', event('s3', { requestParameters: { bucketName: 'ledgers' } })],
    ['another user', event('ec2', { userIdentity: { arn: `${arns.user}-2` } })],
    [
      'a finding',
      {
        source: 'aws.s3',
        'detail-type': 'GuardDuty Finding',
        detail: { requestParameters: { bucketName: 'ledger-archive' } },
      },
    ],
  ])('but not %s', (_, one) => {
    expect(hears(one)).toBe(false);
  });

  it('many in patterns that are short enough', () => {
    const many = Array.from({ length: 50 }, (_, at) => `${arns.secret.slice(0, -7)}${'n'.repeat(60)}${at}-AbCdEf`);
    const patterns = decoyPatterns(many);
    expect(patterns.length).toBeGreaterThan(1);
    for (const pattern of patterns) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(patternLimit);
    expect(decoyPatterns([])).toEqual([]);
  });
});

describe('the desk', () => {
  const called = (eventName: string, more: object = {}) =>
    readCloudTrail(
      {
        eventID: 'e1',
        eventName,
        eventSource: 's3.amazonaws.com',
        awsRegion: 'eu-central-1',
        recipientAccountId: member,
        userIdentity: { type: 'IAMUser', userName: 'eve', arn: `arn:aws:iam::${member}:user/eve`, accountId: member },
        requestParameters: { bucketName: 'ledger-archive' },
        ...more,
      },
      null,
    );
  const said = (finding: ReturnType<typeof called>, scanners: string[] = []) => {
    const { finding: on, ...chosen } = routed(playbooks, finding, { decoys, scanners });
    return [chosen.playbook, verdictOn(on, chosen, 'tourniquet').outcome];
  };

  it.each([
    ['a call that no playbook watches', called('GetBucketAcl')],
    ['a call that was refused', called('GetBucketAcl', { errorCode: 'AccessDenied' })],
    ['a call that is watched on our own parts alone', called('PutBucketPolicy')],
  ])('takes %s to the decoys', (_, finding) => {
    expect(said(finding)).toEqual(['decoy-tripped', 'respond']);
  });

  it('leaves a scanner of ours where it was', () => {
    expect(said(called('GetBucketAcl'), [`arn:aws:iam::${member}:user/eve`])).toEqual(['unmapped-finding', 'ignore']);
  });
});
