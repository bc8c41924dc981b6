import { asAsff, asGuardDuty, asOcsf, type Story } from './copies.ts';
import { enveloped } from './envelope.ts';
import { type Json, made, parts } from './guardduty.ts';
import { type Names, subjects } from './subjects.ts';

/** A finding as full as can be, so that a change may hit whatever is read of it. */
export interface Whole {
  readonly name: string;
  readonly finding: Json;
  readonly event: Json;
}

const account = '111122223333';
const region = 'eu-central-1';
const instance = 'i-0123456789abcdef0';

const names: Names = {
  partition: 'aws',
  account,
  region,
  user: 'deploy',
  keyId: 'IOSFODNN7EXAMPLE',
  session: instance,
  instance,
  bucket: 'orders',
  key: '2026/a.csv',
  name: 'shop',
  hex: '0123456789abcdef0',
};
const all = subjects.map((subject) => subject(names));

const story: Story = {
  type: 'Discovery:S3/AnomalousBehavior',
  asffType: 'TTPs/Discovery:S3-AnomalousBehavior',
  role: 'TARGET',
  id: '5ec1f00d5ec1f00d5ec1f00d5ec1f00d',
  partition: 'aws',
  account,
  region,
  archived: false,
  subject: {
    own: Object.assign({}, ...all.map(({ own }) => own)),
    asff: all.flatMap(({ asff }) => asff),
    ocsf: all.flatMap(({ ocsf }) => ocsf),
  },
};

const caller = {
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${instance}`,
  accountId: account,
  userName: 'web',
  arn: `arn:aws:sts::${account}:assumed-role/web/${instance}`,
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  sessionContext: { sessionIssuer: { userName: 'web' } },
};

const signals = [{ uid: 's1', type: 'FINDING', name: 'n', title: 'n', firstSeenAt: 1_763_773_140 }];
const sequence = {
  actors: [{ user: { name: 'deploy', uid: 'AIDAEXAMPLE', type: 'IAMUser', credentialUid: 'AKIAIOSFODNN7EXAMPLE' } }],
  resources: [
    { uid: 'arn:aws:s3:::orders', resourceType: 'S3_BUCKET', data: { s3Bucket: { s3ObjectUids: ['o'] } } },
    { uid: 'o', resourceType: 'S3_OBJECT', accountId: account, region, data: { s3Object: { key: 'a.csv' } } },
    { uid: instance, resourceType: 'EC2_INSTANCE', data: { ec2Instance: { ec2NetworkInterfaceUids: ['eni-0abc'] } } },
  ],
  endpoints: [{ ip: '203.0.113.7', domain: 'evil.example' }],
  signals,
};

const attackSequence = made({
  detail: { type: 'AttackSequence:S3/CompromisedData', severity: 9, associatedAttackSequenceArn: 'arn:aws:x' },
  resource: { resourceType: 'AttackSequence', instanceDetails: undefined },
  service: { detection: { sequence }, additionalInfo: { sample: false, value: '{"drill":"false"}', type: 'default' } },
});

const runtime = made({
  detail: { type: 'Execution:Runtime/ReverseShell' },
  resource: { ...parts.eks, ...parts.pod, ...parts.ecs, ...parts.container, ...parts.rds, ...parts.model },
  service: {
    runtimeDetails: { process: { name: 'sh' }, context: { sourceIPs: ['203.0.113.7'] } },
    action: { portProbeAction: { portProbeDetails: [{ remoteIpDetails: { ipAddressV4: '198.51.100.7' } }] } },
  },
});

/** Fields of ASFF and of OCSF that GuardDuty's copies do not fill. */
const asffMore = {
  Compliance: { Status: 'FAILED', SecurityControlId: 'S3.1' },
  GeneratorId: 'security-control/S3.1',
  Sample: false,
  Note: { UpdatedBy: 'ada' },
  Network: { Direction: 'IN', SourceIpV4: '198.51.100.7', SourceDomain: 'a.example' },
  Detection: { Sequence: { Actors: sequence.actors, Signals: [{ Id: 's1', Title: 'n' }] } },
  FindingProviderFields: { Severity: { Label: 'LOW', Original: '3' }, Types: ['TTPs/Discovery'] },
  UserDefinedFields: { 'tourniquet/drill': 'false' },
};
const ocsfMore = {
  status: 'New',
  severity: 'High',
  vendor_attributes: { severity_id: 4 },
  databucket: { name: 'orders' },
  compliance: { control: 'S3.1' },
  unmapped: { recordState: 'ACTIVE', 'ProductFields.aws/guardduty/service/count': '3' },
};

const objectScan: Json = {
  schemaVersion: '1.0',
  scanStatus: 'COMPLETED',
  resourceType: 'S3_OBJECT',
  s3ObjectDetails: { bucketName: 'orders', objectKey: '2026/a.doc', eTag: 'e0', versionId: 'v1', s3Throttled: false },
  scanResultDetails: { scanResultStatus: 'THREATS_FOUND', threats: [{ name: 'EICAR' }], statusReasons: ['PASSWORD'] },
};

const health: Json = {
  eventArn: 'arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/1',
  communicationId: 'c1',
  eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
  affectedAccount: account,
  eventRegion: region,
  startTime: 'Sun, 22 Nov 2026 01:00:00 GMT',
  lastUpdatedTime: 'Sun, 22 Nov 2026 02:00:00 GMT',
  eventDescription: [{ language: 'en_US', latestDescription: 'A key belonging to IAM user ada is public.' }],
  eventMetadata: { userName: 'ada' },
  affectedEntities: [{ entityValue: 'AKIAIOSFODNN7EXAMPLE', entityMetadata: { userName: 'ada' } }],
};

const inspector: Json = {
  findingArn: `arn:aws:inspector2:${region}:${account}:finding/0f`,
  awsAccountId: account,
  status: 'ACTIVE',
  type: 'PACKAGE_VULNERABILITY',
  severity: 'HIGH',
  inspectorScore: 7.4,
  title: 'CVE-2026-1',
  description: 'x',
  firstObservedAt: 'Sun Nov 22 01:00:00.123 UTC 2026',
  lastObservedAt: 1_763_773_140,
  updatedAt: 1_763_773_140,
  resources: [
    {
      id: instance,
      type: 'AWS_EC2_INSTANCE',
      region,
      partition: 'aws',
      provider: 'AWS',
      details: { awsEc2Instance: { iamInstanceProfileArn: `arn:aws:iam::${account}:instance-profile/web` } },
    },
    {
      id: `arn:aws:ecr:${region}:${account}:repository/shop/sha256:0f`,
      type: 'AWS_ECR_CONTAINER_IMAGE',
      region,
      details: { awsEcrContainerImage: { repositoryName: 'shop', imageHash: 'sha256:0f' } },
    },
  ],
};

const macie: Json = {
  id: 'm1',
  accountId: account,
  partition: 'aws',
  region,
  type: 'Policy:IAMUser/S3BucketPublic',
  title: 'Public',
  severity: { score: 3, description: 'High' },
  createdAt: '2026-11-22T01:00:00Z',
  updatedAt: '2026-11-22T02:00:00Z',
  count: 2,
  sample: false,
  archived: false,
  resourcesAffected: {
    s3Bucket: { arn: 'arn:aws:s3:::orders', name: 'orders' },
    s3Object: { bucketArn: 'arn:aws:s3:::orders', key: 'a.csv', versionId: 'v1' },
  },
  policyDetails: {
    action: { apiCallDetails: { api: 'PutBucketAcl', apiServiceName: 's3.amazonaws.com' } },
    actor: {
      userIdentity: { type: 'AssumedRole', assumedRole: caller },
      ipAddressDetails: { ipAddressV4: '198.51.100.7' },
      domainDetails: { domainName: 'a.example' },
    },
  },
};

const record: Json = {
  eventVersion: '1.11',
  eventID: 'c0ffee00-0000-4000-8000-000000000000',
  eventName: 'ScheduleKeyDeletion',
  eventSource: 'kms.amazonaws.com',
  eventTime: '2026-11-22T01:00:00Z',
  awsRegion: region,
  errorCode: 'Denied',
  recipientAccountId: account,
  sourceIPAddress: '198.51.100.7',
  userIdentity: caller,
  requestParameters: {
    keyId: `arn:aws:kms:${region}:${account}:key/0abc`,
    bucketName: 'orders',
    key: 'a.csv',
    instanceIds: [instance],
    instancesSet: { items: [{ instanceId: instance }] },
  },
  resources: [{ ARN: `arn:aws:kms:${region}:${account}:key/0abc`, accountId: account }],
};

const scanJob: Json = {
  scanJobId: 'j1',
  accountId: account,
  state: 'COMPLETED',
  scanResult: { scanResultStatus: 'THREATS_FOUND' },
  backupVaultArn: `arn:aws:backup:${region}:${account}:backup-vault:main`,
  backupVaultName: 'main',
  recoveryPointArn: `arn:aws:backup:${region}:${account}:recovery-point:1f`,
  statusMessage: 'done',
  resourceArn: `arn:aws:ec2:${region}:${account}:volume/vol-0abc`,
  creationDate: 1_763_773_140,
  completionDate: 'x',
};

const insight: Json = {
  insightArn: `arn:aws:securityhub:${region}:${account}:insight/custom/1`,
  insightName: 'Worst keys',
  resultType: 'ResourceId',
  'number of results': '2',
  insightResults: [{ 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE': 4 }, { 'arn:aws:s3:::orders': 1 }],
};

const of = (name: string, source: string, detailType: string, finding: Json, ...resources: string[]): Whole => ({
  name,
  finding,
  event: enveloped(source, detailType, finding, resources),
});
const hub = (name: string, detailType: string, finding: Json): Whole => ({
  name,
  finding,
  event: enveloped('aws.securityhub', detailType, { findings: [finding] }),
});
const guardDuty = (name: string, finding: Json): Whole => of(name, 'aws.guardduty', 'GuardDuty Finding', finding);

/** One finding of each source and shape, bare and as EventBridge sends it. */
export const wholes: readonly Whole[] = [
  guardDuty('GuardDuty', asGuardDuty(story)),
  guardDuty('GuardDuty, at run time', runtime),
  guardDuty('GuardDuty, attack sequence', JSON.parse(JSON.stringify(attackSequence))),
  hub('ASFF', 'Security Hub Findings - Imported', { ...asAsff(story), ...asffMore }),
  hub('ASFF, picked', 'Security Hub Findings - Custom Action', asAsff(story)),
  hub('OCSF', 'Findings Imported V2', { ...asOcsf(story), ...ocsfMore }),
  of('insight', 'aws.securityhub', 'Security Hub Insight Results', insight),
  of('object scan', 'aws.guardduty', 'GuardDuty Malware Protection Object Scan Result', objectScan, 'arn:aws:s3:::x'),
  of('Health', 'aws.health', 'AWS Health Event', health, 'AKIAIOSFODNN7EXAMPLE'),
  of('Inspector', 'aws.inspector2', 'Inspector2 Finding', inspector),
  of('Macie', 'aws.macie', 'Macie Finding', macie),
  of('CloudTrail', 'aws.kms', 'AWS API Call via CloudTrail', record),
  of('Backup', 'aws.backup', 'Scan Job State Change', scanJob),
];
