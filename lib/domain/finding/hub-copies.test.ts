import { describe, expect, it } from 'vitest';
import { readAsff } from './asff.ts';
import { claimsOf, Finding, holderOf, surfaceOf } from './finding.ts';
import { readGuardDuty } from './guardduty.ts';
import { readOcsf } from './ocsf.ts';
import type { Fields } from './reader.ts';
import { camelised } from './value.ts';

type Json = Record<string, unknown>;

const id = '5ec1f00d5ec1f00d5ec1f00d5ec1f00d';
const arn = `arn:aws:guardduty:eu-central-1:111122223333:detector/9e/finding/${id}`;
const instance = 'i-0123456789abcdef0';
const at = (service: string, resource: string): string => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;

interface Case {
  readonly type: string;
  /** The type as ASFF writes it. */
  readonly asffType: string;
  /** GuardDuty's own resource part. */
  readonly own: Json;
  readonly asff: readonly Json[];
  readonly ocsf: readonly Json[];
}

const asKey = (accessKeyId: string, principalId: string, userName: string, userType: string) => ({
  own: { accessKeyDetails: { accessKeyId, principalId, userName, userType } },
  asff: {
    Type: 'AwsIamAccessKey',
    Id: `AWS::IAM::AccessKey:${accessKeyId}`,
    Details: { AwsIamAccessKey: { PrincipalId: principalId, PrincipalName: userName, PrincipalType: userType } },
  },
  ocsf: {
    type: 'AWS::IAM::AccessKey',
    uid: accessKeyId,
    name: userName,
    data: { access_key_id: accessKeyId, principal_id: principalId, user_name: userName, user_type: userType },
  },
});

const userKey = asKey('AKIAIOSFODNN7EXAMPLE', 'AIDAEXAMPLE', 'deploy', 'IAMUser');
const rootKey = asKey('ASIAROOTFODNN7EXAMPL', '111122223333', 'Root', 'Root');
const personKey = asKey(
  'ASIAPERSONFODNN7EXAM',
  'AROAEXAMPLE:kim',
  'AWSReservedSSO_Admin_0123456789abcdef',
  'AssumedRole',
);
const stolenKey = asKey('ASIAIOSFODNN7EXAMPLE', `AROAEXAMPLE:${instance}`, 'web', 'AssumedRole');
const federated = asKey('ASIAFEDFODNN7EXAMPLE', '111122223333:bob', 'bob', 'FederatedUser');

const bucket = {
  own: {
    s3BucketDetails: [
      { name: 'orders', arn: 'arn:aws:s3:::orders', s3ObjectDetails: [{ key: 'a/b.csv', versionId: 'v1' }] },
    ],
  },
  asff: { Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::orders' },
  ocsf: { type: 'AWS::S3::Bucket', uid: 'orders', uid_alt: 'arn:aws:s3:::orders' },
};
const object = {
  asff: { Type: 'AwsS3Object', Id: 'arn:aws:s3:::orders/a/b.csv', Details: { AwsS3Object: { VersionId: 'v1' } } },
  ocsf: { type: 'AWS::S3::Object', uid: 'a/b.csv', data: { version_id: 'v1' } },
};
const machine = {
  own: { instanceDetails: { instanceId: instance, networkInterfaces: [{ networkInterfaceId: 'eni-0abc12345' }] } },
  asff: { Type: 'AwsEc2Instance', Id: at('ec2', `instance/${instance}`) },
  ocsf: {
    type: 'AWS::EC2::Instance',
    uid: instance,
    data: { network_interfaces: [{ network_interface_id: 'eni-0abc12345' }] },
  },
};
const cluster = {
  own: { eksClusterDetails: { name: 'shop', arn: at('eks', 'cluster/shop') } },
  asff: { Type: 'AwsEksCluster', Id: at('eks', 'cluster/shop') },
  ocsf: { type: 'AWS::EKS::Cluster', uid: 'shop', uid_alt: at('eks', 'cluster/shop') },
};
const task = {
  own: {
    ecsClusterDetails: {
      name: 'jobs',
      arn: at('ecs', 'cluster/jobs'),
      taskDetails: { arn: at('ecs', 'task/jobs/043de9ab') },
    },
  },
  asff: [
    { Type: 'AwsEcsCluster', Id: at('ecs', 'cluster/jobs') },
    { Type: 'AwsEcsTask', Id: at('ecs', 'task/jobs/043de9ab') },
  ],
  ocsf: [
    { type: 'AWS::ECS::Cluster', uid: 'jobs' },
    { type: 'AWS::ECS::Task', uid: '043de9ab' },
  ],
};

const cases: Record<string, Case> = {
  'a user’s key': {
    type: 'Persistence:IAMUser/AnomalousBehavior',
    asffType: 'TTPs/Persistence/IAMUser-AnomalousBehavior',
    own: userKey.own,
    asff: [userKey.asff],
    ocsf: [userKey.ocsf],
  },
  'the account’s Block Public Access, switched off by a user': {
    type: 'Policy:S3/AccountBlockPublicAccessDisabled',
    asffType: 'TTPs/Policy:S3-AccountBlockPublicAccessDisabled',
    own: userKey.own,
    asff: [userKey.asff],
    ocsf: [userKey.ocsf],
  },
  'the same, by root': {
    type: 'Policy:S3/AccountBlockPublicAccessDisabled',
    asffType: 'TTPs/Policy:S3-AccountBlockPublicAccessDisabled',
    own: rootKey.own,
    asff: [rootKey.asff],
    ocsf: [rootKey.ocsf],
  },
  'a bucket that root opened': {
    type: 'Policy:S3/BucketAnonymousAccessGranted',
    asffType: 'TTPs/Policy:S3-BucketAnonymousAccessGranted',
    own: { ...rootKey.own, s3BucketDetails: [{ name: 'orders', arn: 'arn:aws:s3:::orders' }] },
    asff: [bucket.asff, rootKey.asff],
    ocsf: [bucket.ocsf, rootKey.ocsf],
  },
  root: {
    type: 'Policy:IAMUser/RootCredentialUsage',
    asffType: 'TTPs/Policy:IAMUser-RootCredentialUsage',
    own: rootKey.own,
    asff: [rootKey.asff],
    ocsf: [rootKey.ocsf],
  },
  'a person': {
    type: 'UnauthorizedAccess:IAMUser/TorIPCaller',
    asffType: 'TTPs/Command and Control/UnauthorizedAccess:IAMUser-TorIPCaller',
    own: personKey.own,
    asff: [personKey.asff],
    ocsf: [personKey.ocsf],
  },
  'a federated user': {
    type: 'Discovery:IAMUser/AnomalousBehavior',
    asffType: 'TTPs/Discovery/IAMUser-AnomalousBehavior',
    own: federated.own,
    asff: [federated.asff],
    ocsf: [federated.ocsf],
  },
  'credentials of an instance': {
    type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
    asffType: 'Effects/Data Exfiltration/UnauthorizedAccess:IAMUser-InstanceCredentialExfiltration.OutsideAWS',
    own: stolenKey.own,
    asff: [stolenKey.asff],
    ocsf: [stolenKey.ocsf],
  },
  'an instance': {
    type: 'Backdoor:EC2/C&CActivity.B!DNS',
    asffType: 'TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS',
    own: machine.own,
    asff: [machine.asff],
    ocsf: [machine.ocsf],
  },
  'a bucket, by a user': {
    type: 'Exfiltration:S3/AnomalousBehavior',
    asffType: 'TTPs/Exfiltration:S3-AnomalousBehavior',
    own: { ...bucket.own, ...userKey.own },
    asff: [userKey.asff, bucket.asff],
    ocsf: [userKey.ocsf, bucket.ocsf],
  },
  'a malicious object': {
    type: 'Object:S3/MaliciousFile',
    asffType: 'TTPs/Object/Object:S3-MaliciousFile',
    own: bucket.own,
    asff: [bucket.asff, object.asff],
    ocsf: [object.ocsf, bucket.ocsf],
  },
  'a cluster': {
    type: 'Discovery:Kubernetes/MaliciousIPCaller',
    asffType: 'TTPs/Discovery/Discovery:Kubernetes-MaliciousIPCaller',
    own: { ...cluster.own, ...userKey.own },
    asff: [userKey.asff, cluster.asff],
    ocsf: [userKey.ocsf, cluster.ocsf],
  },
  'a task': {
    type: 'Execution:ECS/MaliciousFile',
    asffType: 'TTPs/Execution/Execution:ECS-MaliciousFile',
    own: task.own,
    asff: task.asff,
    ocsf: task.ocsf,
  },
  'a task at run time, with its instance': {
    type: 'Execution:Runtime/ReverseShell',
    asffType: 'TTPs/Execution/Execution:Runtime-ReverseShell',
    own: { ...task.own, ...machine.own },
    asff: [machine.asff, ...task.asff],
    ocsf: [machine.ocsf, ...task.ocsf],
  },
  'a database': {
    type: 'CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce',
    asffType: 'TTPs/Credential Access/CredentialAccess:RDS-AnomalousBehavior.SuccessfulBruteForce',
    own: { rdsDbInstanceDetails: { dbInstanceIdentifier: 'ledger', dbInstanceArn: at('rds', 'db:ledger') } },
    asff: [{ Type: 'AwsRdsDbInstance', Id: at('rds', 'db:ledger') }],
    ocsf: [{ type: 'AWS::RDS::DBInstance', uid: 'ledger' }],
  },
  'a function': {
    type: 'Trojan:Lambda/DropPoint',
    asffType: 'Effects/Data Exfiltration/Trojan:Lambda-DropPoint',
    own: { lambdaDetails: { functionName: 'thumbs', functionArn: at('lambda', 'function:thumbs') } },
    asff: [{ Type: 'AwsLambdaFunction', Id: at('lambda', 'function:thumbs') }],
    ocsf: [{ type: 'AWS::Lambda::Function', uid: 'thumbs', uid_alt: at('lambda', 'function:thumbs:3') }],
  },
  'a snapshot': {
    type: 'Execution:EC2/MaliciousFile!Snapshot',
    asffType: 'TTPs/Execution/Execution:EC2-MaliciousFile!Snapshot',
    own: { ebsSnapshotDetails: { snapshotArn: at('ec2', 'snapshot/snap-0123456789abcdef0') } },
    asff: [{ Type: 'AwsEc2Snapshot', Id: at('ec2', 'snapshot/snap-0123456789abcdef0') }],
    ocsf: [{ type: 'AWS::EC2::Snapshot', uid: 'snap-0123456789abcdef0' }],
  },
  'a recovery point': {
    type: 'Execution:S3/MaliciousFile!RecoveryPoint',
    asffType: 'TTPs/Execution/Execution:S3-MaliciousFile!RecoveryPoint',
    own: { recoveryPointDetails: { recoveryPointArn: at('backup', 'recovery-point:1eb3') } },
    asff: [{ Type: 'AwsBackupRecoveryPoint', Id: at('backup', 'recovery-point:1eb3') }],
    ocsf: [{ type: 'AWS::Backup::RecoveryPoint', uid: '1eb3', uid_alt: at('backup', 'recovery-point:1eb3') }],
  },
};

const seen = { first: '2026-11-22T00:59:00.000Z', last: '2026-11-22T01:59:00.000Z' };
const service = 'aws/guardduty/service';

const native = ({ type, own }: Case): Json => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
  id,
  arn,
  type,
  severity: 8,
  title: 'Something happened',
  resource: own,
  service: {
    archived: false,
    count: 3,
    resourceRole: 'TARGET',
    eventFirstSeen: seen.first,
    eventLastSeen: seen.last,
    action: {
      actionType: 'AWS_API_CALL',
      awsApiCallAction: {
        api: 'StopLogging',
        serviceName: 'cloudtrail.amazonaws.com',
        remoteIpDetails: { ipAddressV4: '198.51.100.7' },
        affectedResources: { 'AWS::CloudTrail::Trail': 'all-regions' },
      },
    },
  },
});

const asffOf = ({ asffType, asff }: Case): Json => ({
  SchemaVersion: '2018-10-08',
  Id: arn,
  ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty',
  ProductName: 'GuardDuty',
  AwsAccountId: '111122223333',
  Region: 'eu-central-1',
  Types: [asffType],
  Title: 'Something happened',
  FirstObservedAt: seen.first,
  LastObservedAt: seen.last,
  Severity: { Label: 'HIGH', Normalized: 80, Product: 8 },
  RecordState: 'ACTIVE',
  Workflow: { Status: 'NEW' },
  ProductFields: {
    [`${service}/archived`]: 'false',
    [`${service}/count`]: '3',
    [`${service}/resourceRole`]: 'TARGET',
    [`${service}/action/actionType`]: 'AWS_API_CALL',
    [`${service}/action/awsApiCallAction/api`]: 'StopLogging',
    [`${service}/action/awsApiCallAction/serviceName`]: 'cloudtrail.amazonaws.com',
    [`${service}/action/awsApiCallAction/remoteIpDetails/ipAddressV4`]: '198.51.100.7',
    [`${service}/action/awsApiCallAction/affectedResources/AWS::CloudTrail::Trail`]: 'all-regions',
  },
  Resources: asff.map((one) => ({ Partition: 'aws', Region: 'eu-central-1', ...one })),
});

const ocsfOf = ({ type, ocsf }: Case): Json => ({
  class_uid: 2004,
  activity_id: 1,
  status_id: 1,
  severity_id: 4,
  count: 3,
  metadata: {
    uid: 'f'.repeat(64),
    product: { name: 'GuardDuty', uid: 'arn:aws:securityhub:eu-central-1::productv2/aws/guardduty' },
  },
  cloud: { account: { uid: '111122223333' }, region: 'eu-central-1', cloud_partition: 'aws' },
  finding_info: {
    uid: arn,
    uid_alt: id,
    title: 'Something happened',
    types: ['Threats', type],
    first_seen_time: Date.parse(seen.first),
    last_seen_time: Date.parse(seen.last),
  },
  evidences: [
    {
      api: { operation: 'StopLogging', service: { name: 'cloudtrail.amazonaws.com' } },
      src_endpoint: { ip: '198.51.100.7' },
      data: { resource_role: 'TARGET', affected_resource: { 'AWS::CloudTrail::Trail': 'all-regions' } },
    },
  ],
  resources: ocsf.map((one) => ({ region: 'eu-central-1', owner: { account: { uid: '111122223333' } }, ...one })),
});

const fields = (value: Json): Fields => camelised(value) as Fields;

describe.each(Object.entries(cases))('three copies of a finding about %s', (_, one) => {
  const own = Finding.parse(readGuardDuty(fields(native(one)), null));
  const copies = [
    Finding.parse(readAsff(fields(asffOf(one)), null)),
    Finding.parse(readOcsf(fields(ocsfOf(one)), null)),
  ];

  it('have one key, one type and one resource', () => {
    expect(own).toMatchObject({ key: `guardduty:${id}`, type: one.type });
    expect(own.targets.length).toBeGreaterThan(0);
    for (const copy of copies) {
      const { key, id: same, arn: at, type, nature, product, partition, account, region } = copy;
      expect(copy).toMatchObject({ key: own.key, arn });
      expect({ key, id: same, arn: at, type, nature, product, partition, account, region }).toEqual({
        key: own.key,
        id: own.id,
        arn: own.arn,
        type: own.type,
        nature: own.nature,
        product: own.product,
        partition: own.partition,
        account: own.account,
        region: own.region,
      });
      expect(claimsOf(copy)).toEqual(claimsOf(own));
      expect(holderOf(copy)).toBe(holderOf(own));
      expect(surfaceOf(copy)).toBe(surfaceOf(own));
    }
  });

  it('say the same of what was seen', () => {
    for (const copy of copies) {
      const { severity, role, count, firstSeen, lastSeen, call, remotes, sample, archived } = copy;
      expect({ severity, role, count, firstSeen, lastSeen, call, remotes, sample, archived }).toEqual({
        severity: 'high',
        role: 'TARGET',
        count: 3,
        firstSeen: own.firstSeen,
        lastSeen: own.lastSeen,
        call: 'cloudtrail:StopLogging',
        remotes: own.remotes,
        sample: false,
        archived: false,
      });
      expect(own.remotes).toEqual(['198.51.100.7']);
      expect(copy.targets.map(({ kind, id: name }) => `${kind} ${name}`)).toContain('resource all-regions');
      expect(copy.missing).toEqual([]);
    }
  });
});

it.each([
  ['a user', userKey, 'arn:aws:s3::111122223333:account/public-access-block'],
  // Its playbook answers, and works on root.
  ['root', rootKey, 'arn:aws:iam::111122223333:root'],
])(
  'the account’s Block Public Access comes first, unless root switched it off: %s',
  (_, { own, asff, ocsf }, claim) => {
    const type = 'Policy:S3/AccountBlockPublicAccessDisabled';
    const asffType = 'TTPs/Policy:S3-AccountBlockPublicAccessDisabled';
    const one = { type, asffType, own, asff: [asff], ocsf: [ocsf] };
    for (const read of [
      readGuardDuty(fields(native(one)), null),
      readAsff(fields(asffOf(one)), null),
      readOcsf(fields(ocsfOf(one)), null),
    ])
      expect(claimsOf(Finding.parse(read))[0]).toBe(claim);
  },
);
