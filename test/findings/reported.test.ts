/**
 * What people who answer findings on AWS reported of other responders, as inputs of our own: what each finding is taken for, whom it claims, and
 * which playbook answers. That further threats, declines and releases come to what they should is played on the deployment (test/deployed/threats).
 */
import { describe, expect, test } from 'vitest';
import { claimsOf, type Finding, keyAmongAll } from '../../lib/domain/finding/finding.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';

const [account, region] = ['444455556666', 'eu-central-1'];
const at = '2026-11-20T10:00:00Z';
const instance = 'i-0fedcba9876543210';

const guardDuty = (type: string, resource: object, more: object = {}) => ({
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  account,
  region,
  detail: {
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition: 'aws',
    id: 'f'.repeat(32),
    type,
    severity: 8,
    createdAt: at,
    updatedAt: at,
    title: 't',
    resource,
    service: { serviceName: 'guardduty', archived: false, count: 1, resourceRole: 'ACTOR' },
    ...more,
  },
});
const key = (userName: string, accessKeyId: unknown, more: object = {}) => ({
  resourceType: 'AccessKey',
  accessKeyDetails: { accessKeyId, userName, userType: 'IAMUser', principalId: `AIDA${userName}`, ...more },
});
const onInstance = { resourceType: 'Instance', instanceDetails: { instanceId: instance } };
const hub = (change: object, detailType = 'Security Hub Findings - Imported') => ({
  source: 'aws.securityhub',
  'detail-type': detailType,
  account,
  region,
  detail: {
    findings: [
      {
        SchemaVersion: '2018-10-08',
        Id: 'rule-1',
        ProductArn: `arn:aws:securityhub:${region}:${account}:product/${account}/default`,
        AwsAccountId: account,
        Region: region,
        Types: ['TTPs/Execution'],
        Severity: { Label: 'HIGH' },
        Title: 't',
        CreatedAt: at,
        UpdatedAt: at,
        Workflow: { Status: 'NEW' },
        RecordState: 'ACTIVE',
        Resources: [
          { Type: 'AwsEc2Instance', Id: `arn:aws:ec2:${region}:${account}:instance/${instance}`, Region: region },
        ],
        ...change,
      },
    ],
  },
});
const call = (service: string, eventName: string, requestParameters: object) => ({
  source: `aws.${service}`,
  'detail-type': 'AWS API Call via CloudTrail',
  account,
  region: 'us-east-1',
  detail: {
    eventID: 'e1',
    eventName,
    eventSource: `${service}.amazonaws.com`,
    eventTime: at,
    awsRegion: 'us-east-1',
    recipientAccountId: account,
    userIdentity: { type: 'IAMUser', userName: 'eve', accountId: account, accessKeyId: 'AKIAEVE' },
    requestParameters,
  },
});

function read(event: unknown): Finding[] {
  return readFindings(event).map((reading) => {
    if ('unreadable' in reading) throw new Error(reading.unreadable);
    return reading.finding;
  });
}
const only = (event: unknown): Finding => read(event)[0] ?? expect.fail('no finding');
const playbookOf = (event: unknown): string => route(playbooks, only(event)).playbook;
const outcomeOf = (event: unknown) => {
  const finding = only(event);
  return verdictOn(finding, route(playbooks, finding), 'tourniquet').outcome;
};
const claims = (event: unknown): string[] => claimsOf(only(event));

describe('one instance, several threats: each goes to the playbook that answers it, and all to one incident', () => {
  const session = key('web', 'ASIA1', { userType: 'AssumedRole', principalId: `AROAX:${instance}` });
  const stolen = { ...session, instanceDetails: { instanceId: instance } };
  test.each([
    ['UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS', stolen, 'stolen-workload-credentials'],
    ['Backdoor:EC2/C&CActivity.B', onInstance, 'ec2-instance-compromise'],
    ['CryptoCurrency:EC2/BitcoinTool.B!DNS', onInstance, 'ec2-instance-compromise'],
    ['Execution:EC2/MaliciousFile', onInstance, 'ec2-instance-compromise'],
    ['Execution:EC2/MaliciousFile!Snapshot', onInstance, 'malware-on-disk'],
  ])('%s', (type, resource, playbook) => {
    expect(playbookOf(guardDuty(type, resource))).toBe(playbook);
    expect(claims(guardDuty(type, resource))).toContain(`arn:aws:ec2:${region}:${account}:instance/${instance}`);
  });
});

describe('a name that somebody chose claims nothing', () => {
  test.each(['i-0fedcba9876543210', 'arn:aws:ec2:eu-central-1:444455556666:instance/i-0fedcba9876543210', 'alice'])(
    'a session named %s',
    (session) => {
      const resource = key('ci', 'ASIA2', { userType: 'AssumedRole', principalId: `AROAY:${session}` });
      expect(claims(guardDuty('Discovery:IAMUser/AnomalousBehavior', resource)).join()).not.toMatch(
        /(^|,)arn:aws:(ec2|iam):/,
      );
    },
  );
});

describe('a placeholder is no id', () => {
  const placeholders = [
    'null',
    'None',
    '-',
    'N/A',
    '',
    ' ',
    'GeneratedFindingAccessKeyId',
    'undefined',
    'unknown',
    null,
  ];
  test.each(placeholders)('%j as a key of two people', (id) => {
    const type = 'UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B';
    const [one, other] = ['alice', 'bob'].map((name) => claims(guardDuty(type, key(name, id))));
    expect(one).toEqual([`arn:aws:iam::${account}:user/alice`]);
    expect(other).toEqual([`arn:aws:iam::${account}:user/bob`]);
  });
});

describe('the same id from somebody else is another finding', () => {
  const other = { AwsAccountId: '555566667777', Resources: [] };
  const product = { ProductArn: `arn:aws:securityhub:${region}:${account}:product/${account}/other`, Resources: [] };
  test.each([
    ['account', other],
    ['product', product],
    ['Region', { Region: 'us-west-2', Resources: [] }],
  ])('%s', (_, change) => {
    expect(only(hub(change)).key).not.toBe(only(hub({ Resources: [] })).key);
    expect(claims(hub(change))).not.toEqual(claims(hub({ Resources: [] })));
  });

  const nothingNamed = { resourceType: 'Instance', instanceDetails: { instanceId: 'null' } };
  const inAccount = (accountId: string) =>
    guardDuty('Backdoor:EC2/C&CActivity.B', nothingNamed, { accountId, arn: '' });
  const detail = { id: 'm1', type: 'Policy:IAMUser/S3BucketPublic', region, severity: {}, resourcesAffected: {} };
  const macie = (accountId: string) => ({
    source: 'aws.macie',
    'detail-type': 'Macie Finding',
    detail: { ...detail, accountId },
  });
  test.each<[string, (of: string) => object]>([
    ['GuardDuty', inAccount],
    ['Macie', macie],
  ])('%s names nothing in two accounts', (_, of) => {
    const [one, two] = [account, '555566667777'].map((one) => of(one));
    expect(claims(one)).not.toEqual(claims(two));
    expect(keyAmongAll(only(one))).not.toBe(keyAmongAll(only(two)));
  });

  test('but copies of one finding that names nothing are one, whoever imported them', () => {
    const arn = `arn:aws:guardduty:${region}:${account}:detector/d0d0/finding/${'f'.repeat(32)}`;
    const own = guardDuty('Backdoor:EC2/C&CActivity.B', nothingNamed, { arn });
    const copy = { Id: arn, Types: ['TTPs/Command and Control/Backdoor:EC2-C&CActivity.B'], Resources: [] };
    const passedOn = { ...copy, ProductArn: `arn:aws:securityhub:${region}::product/aws/guardduty` };
    expect(claims(hub(passedOn))).toEqual(claims(own));
    expect(claims(hub({ ...copy, AwsAccountId: '555566667777' }))).toEqual(claims(own));
  });
});

describe('a product of somebody else is answered, whatever it calls its types', () => {
  const falcon = { ProductArn: `arn:aws:securityhub:${region}:517716713836:product/crowdstrike/crowdstrike-falcon` };
  const labelled = ['Namespace: TTPs', 'Category: Impact', 'Classifier: Data Encrypted for Impact'];
  test.each<[object, string]>([
    [{ Types: labelled, Severity: { Label: 'LOW' } }, 'respond'],
    [{ Types: undefined, GeneratorId: 'Falcon Host', Severity: { Label: 'CRITICAL' } }, 'respond'],
    [{ Types: ['Malware'], Severity: { Label: 'MEDIUM' } }, 'respond'],
    [{ Types: ['Malware'], Severity: { Label: 'LOW' } }, 'observe'],
    [{ Types: ['Namespace: Software and Configuration Checks', 'Category: Vulnerabilities'] }, 'observe'],
    [{ Types: ['Image'], Vulnerabilities: [{ Id: 'CVE-2026-1' }] }, 'observe'],
    [{ Types: ['Image'], Compliance: { RelatedRequirements: ['PCI'] } }, 'observe'],
    [{ Types: undefined, GeneratorId: 'CVE-2026-1' }, 'observe'],
  ])('%j → %s', (change, outcome) => {
    expect(outcomeOf(hub({ ...falcon, ...change }))).toBe(outcome);
  });
});

test('all resources of a finding are claimed', () => {
  const ids = ['1', '2', '3'].map((last) => `arn:aws:ec2:${region}:${account}:instance/i-0aaaaaaaaaaaaaa0${last}`);
  const Resources = ids.map((Id) => ({ Type: 'AwsEc2Instance', Id, Region: region }));
  expect(claims(hub({ Resources }))).toEqual(ids);
});

describe('a person who picks a finding asks for it, however it stands', () => {
  const picked = 'Security Hub Findings - Custom Action';
  test.each(['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED'])('%s', (Status) => {
    expect(outcomeOf(hub({ Workflow: { Status } }, picked))).toBe('respond');
    const unasked = Status === 'NEW' || Status === 'NOTIFIED' ? 'respond' : 'ignore';
    expect(outcomeOf(hub({ Workflow: { Status } }))).toBe(unasked);
  });
  test('archived', () => {
    expect(outcomeOf(hub({ RecordState: 'ARCHIVED' }, picked))).toBe('respond');
    expect(outcomeOf(hub({ RecordState: 'ARCHIVED' }))).toBe('ignore');
  });
});

describe("AWS's quarantine policy, in its forms", () => {
  const arn = (version: string): string => `arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine${version}`;
  test.each([
    ['AttachUserPolicy', { userName: 'alice' }, 'iam-access-key'],
    ['DetachUserPolicy', { userName: 'alice' }, 'iam-access-key'],
    ['AttachRolePolicy', { roleName: 'deploy' }, 'iam-role-session'],
    ['DetachRolePolicy', { roleName: 'deploy' }, 'iam-role-session'],
    ['AttachGroupPolicy', { groupName: 'devs' }, 'iam-access-key'],
    ['DetachGroupPolicy', { groupName: 'devs' }, 'defence-impairment'],
  ])('%s', (eventName, of, playbook) => {
    for (const version of ['', 'V2', 'V3', 'V4'])
      expect(playbookOf(call('iam', eventName, { ...of, policyArn: arn(version) }))).toBe(playbook);
  });
});

test('a federated user is a credential of a playbook, by the account and the name', () => {
  const resource = key('bob', 'ASIA3', { userType: 'FederatedUser', principalId: `${account}:bob` });
  expect(playbookOf(guardDuty('UnauthorizedAccess:IAMUser/MaliciousIPCaller', resource))).toBe('iam-access-key');
  expect(claims(guardDuty('UnauthorizedAccess:IAMUser/MaliciousIPCaller', resource))).toEqual([
    `arn:aws:sts::${account}:federated-user/bob`,
  ]);
  const finding = only(guardDuty('UnauthorizedAccess:IAMUser/MaliciousIPCaller', resource));
  expect(route(playbooks, finding).because).toContain('belongs to a federated user');
});

test.each([
  ['AKIAEXAMPLE000000001', { userName: 'root' }, 'root-user'],
  [`arn:aws:iam::${account}:root`, {}, 'root-user'],
  ['AKIAEXAMPLE000000001', { userName: 'alice' }, 'iam-access-key'],
  ['AKIAEXAMPLE000000001', {}, 'iam-access-key'],
  ['arn:aws:s3:::b', {}, 'unmapped-finding'],
])('AWS Health tells of %s of %j: %s answers', (entityValue, entityMetadata, playbook) => {
  const detail = {
    eventArn: 'arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/x',
    eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
    eventRegion: 'us-east-1',
    affectedAccount: account,
    affectedEntities: [{ entityValue, entityMetadata }],
  };
  expect(playbookOf({ source: 'aws.health', 'detail-type': 'AWS Health Event', account, region, detail })).toBe(
    playbook,
  );
});

test.each(['REDACTED', '[REDACTED]', 'XXXXXXXXXXXX', 'AKIAXXXXXXXXXXXXXXXX', '0', 'null', '****'])(
  'a key blacked out as %s is none: the finding is about its user',
  (id) => {
    const finding = only(guardDuty('UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B', key('alice', id)));
    expect(finding.targets).toMatchObject([{ kind: 'principal', id: 'alice' }]);
  },
);

describe('what is no finding to respond to says why, and what answers the same', () => {
  const event = (source: string, detailType: string, detail: object = {}) => ({
    source,
    'detail-type': detailType,
    account,
    region,
    detail,
  });
  test.each([
    [event('aws.access-analyzer', 'Access Analyzer Finding', { status: 'ACTIVE', id: 'x' }), 'a weakness'],
    [event('aws.config', 'Config Rules Compliance Change', { configRuleName: 'r' }), 'a weakness'],
    [event('aws.ecr', 'ECR Image Scan', { 'scan-status': 'COMPLETE' }), 'weaknesses'],
    [event('aws.security-ir', 'Security Incident Response Case Created', { caseId: '1' }), ''],
    [event('aws.trustedadvisor', 'Trusted Advisor Check Item Refresh Notification', { status: 'ERROR' }), 'AWS Health'],
  ])('%j', (given, words) => {
    const [reading] = readFindings(given);
    expect(reading).toMatchObject({ unreadable: expect.stringContaining(words) });
    expect(JSON.stringify(reading)).not.toContain('known shape');
  });
});

describe('a finding is read however it was wrapped', () => {
  const event = guardDuty('Backdoor:EC2/C&CActivity.B', onInstance);
  const text = JSON.stringify(event);
  const sns = { Type: 'Notification', Message: text };
  test.each<[string, unknown]>([
    ['SNS to Lambda', { Records: [{ EventSource: 'aws:sns', Sns: sns }] }],
    ['SQS to Lambda', { Records: [{ eventSource: 'aws:sqs', body: text }] }],
    ['SNS to SQS to Lambda', { Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(sns) }] }],
    ['SNS to HTTP', sns],
    ['received from SQS', { Messages: [{ Body: text }] }],
  ])('%s', (_, wrapped) => {
    expect(only(wrapped)).toEqual(only(event));
  });
});

test('an account that lost its zeros as a number is read from the ARN', () => {
  const own = '012345678901';
  const Resources = [
    { Type: 'AwsEc2Instance', Id: `arn:aws:ec2:${region}:${own}:instance/${instance}`, Region: region },
  ];
  expect(claims(hub({ AwsAccountId: 12_345_678_901, Resources }))).toEqual([
    `arn:aws:ec2:${region}:${own}:instance/${instance}`,
  ]);
});
