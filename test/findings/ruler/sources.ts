import { account, eventOf, region } from './events.ts';

const time = '2026-11-20T03:04:05.000Z';
/** What lies open, or was deleted from. */
export const bucket = { name: 'shop-orders', arn: 'arn:aws:s3:::shop-orders' };
/** Of a product, as Security Hub names it. */
export const productArn = (product: string) => `arn:aws:securityhub:${region}::product/${product}`;
const guardDutyArn = `arn:aws:guardduty:${region}:${account}:detector/${'d'.repeat(32)}/finding/${'f'.repeat(32)}`;

/** Security Hub user guide, "AWS Security Finding Format (ASFF)". */
const asff = (more: object): object => ({
  SchemaVersion: '2018-10-08',
  Id: guardDutyArn,
  ProductArn: productArn('aws/guardduty'),
  ProductName: 'GuardDuty',
  AwsAccountId: account,
  Region: region,
  Types: ['TTPs/Backdoor/Backdoor:EC2-C&CActivity.B!DNS'],
  CreatedAt: time,
  UpdatedAt: time,
  Severity: { Label: 'HIGH' },
  Title: 'An instance',
  Description: 'An instance',
  Resources: [{ Type: 'AwsEc2Instance', Id: `arn:aws:ec2:${region}:${account}:instance/i-0a1b2c3d4e5f60718` }],
  RecordState: 'ACTIVE',
  Workflow: { Status: 'NEW' },
  ...more,
});
/** A new or changed finding in Security Hub CSPM. */
export const imported = (more: object) =>
  eventOf('aws.securityhub', 'Security Hub Findings - Imported', { findings: [asff(more)] });

/** A person has picked it in Security Hub (its user guide, "EventBridge event formats for Security Hub CSPM"). */
export const picked = (more: object) =>
  eventOf('aws.securityhub', 'Security Hub Findings - Custom Action', {
    actionName: 'Respond',
    findings: [asff(more)],
  });

/** The fields in which the failed check of a control differs. */
export const control = {
  Id: `arn:aws:securityhub:${region}:${account}:security-control/S3.1/finding/1`,
  ProductName: 'Security Hub',
  ProductArn: productArn('aws/securityhub'),
  GeneratorId: 'security-control/S3.1',
  Compliance: { Status: 'FAILED' },
  Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
};

/** Security Hub user guide, "OCSF findings"; class 2004 is a detection, 2003 a control, 2002 a vulnerability. */
export const ocsf = (more: object) =>
  eventOf('aws.securityhub', 'Findings Imported V2', {
    findings: [
      {
        class_uid: 2004,
        activity_id: 1,
        status_id: 1,
        severity_id: 4,
        severity: 'High',
        time: 1_763_607_845_000,
        cloud: { account: { uid: account }, region, provider: 'AWS' },
        finding_info: { uid: guardDutyArn, types: ['Impact:S3/AnomalousBehavior.Delete'], title: 'Objects deleted' },
        metadata: {
          uid: 'a'.repeat(64),
          product: { name: 'GuardDuty', uid: `arn:aws:securityhub:${region}::productv2/aws/guardduty` },
        },
        resources: [{ type: 'AWS::S3::Bucket', uid: bucket.arn, name: bucket.name }],
        ...more,
      },
    ],
  });

/** GuardDuty user guide, "Monitoring S3 object scans with Amazon EventBridge". */
export const objectScan = (scanResultStatus: string) =>
  eventOf('aws.guardduty', 'GuardDuty Malware Protection Object Scan Result', {
    schemaVersion: '1.0',
    scanStatus: 'COMPLETED',
    resourceType: 'S3_OBJECT',
    s3ObjectDetails: { bucketName: bucket.name, objectKey: 'in/offer.doc', eTag: 'e'.repeat(32), versionId: 'v1' },
    scanResultDetails: { scanResultStatus, threats: scanResultStatus === 'THREATS_FOUND' ? [{ name: 'EICAR' }] : null },
  });

/** AWS Health user guide, "Reference: AWS Health events Amazon EventBridge schema". */
export const health = (detailType: string, eventTypeCode: string, entityValue: string) =>
  eventOf('aws.health', detailType, {
    eventArn: `arn:aws:health:${region}::event/x/${eventTypeCode}/1`,
    communicationId: '1',
    eventTypeCode,
    affectedAccount: account,
    eventRegion: region,
    startTime: 'Fri, 20 Nov 2026 03:04:05 GMT',
    eventDescription: [{ language: 'en_US', latestDescription: 'News.' }],
    affectedEntities: [{ entityValue }],
  });

/** CloudTrail user guide, "CloudTrail record contents". */
export const call = (service: string, eventName: string, more: object = {}) =>
  eventOf(`aws.${service}`, 'AWS API Call via CloudTrail', {
    eventID: 'c0ffee00-0000-4000-8000-000000000000',
    eventSource: `${service}.amazonaws.com`,
    eventName,
    eventTime: time,
    awsRegion: region,
    recipientAccountId: account,
    requestParameters: {},
    userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', accountId: account, userName: 'build' },
    ...more,
  });

/** AWS Backup developer guide, "Monitoring AWS Backup events using Amazon EventBridge". */
export const backupScan = (scanResultStatus: string) =>
  eventOf('aws.backup', 'Scan Job State Change', {
    scanJobId: '1',
    accountId: account,
    state: 'COMPLETED',
    scanResult: { scanResultStatus },
    backupVaultArn: `arn:aws:backup:${region}:${account}:backup-vault:main`,
    backupVaultName: 'main',
    recoveryPointArn: `arn:aws:backup:${region}:${account}:recovery-point:1`,
  });
