import type { Subject } from './copies.ts';

/** Where it lies, and what it is called: the parts of an ARN. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** What can be named; each subject takes of it what it has. */
export interface Names extends Place {
  readonly user: string;
  readonly keyId: string;
  readonly session: string;
  readonly instance: string;
  readonly bucket: string;
  readonly key: string;
  readonly name: string;
  readonly hex: string;
}

const at = ({ partition, region, account }: Place, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

const keyOf = (accessKeyId: string, principalId: string, userName: string, userType: string): Subject => ({
  own: { accessKeyDetails: { accessKeyId, principalId, userName, userType } },
  asff: [
    {
      Type: 'AwsIamAccessKey',
      Id: `AWS::IAM::AccessKey:${accessKeyId}`,
      Details: { AwsIamAccessKey: { PrincipalId: principalId, PrincipalName: userName, PrincipalType: userType } },
    },
  ],
  ocsf: [
    {
      type: 'AWS::IAM::AccessKey',
      uid: accessKeyId,
      name: userName,
      data: { access_key_id: accessKeyId, principal_id: principalId, user_name: userName, user_type: userType },
    },
  ],
});

/** A finding about several things. */
const and = (...all: readonly Subject[]): Subject => ({
  own: Object.assign({}, ...all.map(({ own }) => own)),
  asff: all.flatMap(({ asff }) => asff),
  ocsf: all.flatMap(({ ocsf }) => ocsf),
});

const user = ({ keyId, user: name }: Names): Subject => keyOf(`AKIA${keyId}`, `AIDA${keyId}`, name, 'IAMUser');

const bucket = ({ partition, bucket: name }: Names): Subject => {
  const arn = `arn:${partition}:s3:::${name}`;
  return {
    own: { s3BucketDetails: [{ name, arn }] },
    asff: [{ Type: 'AwsS3Bucket', Id: arn }],
    ocsf: [{ type: 'AWS::S3::Bucket', uid: name, uid_alt: arn }],
  };
};

const object = ({ partition, bucket: name, key, hex: versionId }: Names): Subject => {
  const arn = `arn:${partition}:s3:::${name}`;
  return {
    own: { s3BucketDetails: [{ name, arn, s3ObjectDetails: [{ key, versionId }] }] },
    asff: [
      { Type: 'AwsS3Bucket', Id: arn },
      { Type: 'AwsS3Object', Id: `${arn}/${key}`, Details: { AwsS3Object: { VersionId: versionId } } },
    ],
    ocsf: [
      { type: 'AWS::S3::Object', uid: key, data: { version_id: versionId } },
      { type: 'AWS::S3::Bucket', uid: name, uid_alt: arn },
    ],
  };
};

const machine = (names: Names): Subject => {
  const { instance: instanceId, hex } = names;
  const networkInterfaceId = `eni-${hex}`;
  return {
    own: { instanceDetails: { instanceId, networkInterfaces: [{ networkInterfaceId }] } },
    asff: [
      {
        Type: 'AwsEc2Instance',
        Id: at(names, 'ec2', `instance/${instanceId}`),
        Details: { AwsEc2Instance: { NetworkInterfaces: [{ NetworkInterfaceId: networkInterfaceId }] } },
      },
    ],
    ocsf: [
      {
        type: 'AWS::EC2::Instance',
        uid: instanceId,
        data: { network_interfaces: [{ network_interface_id: networkInterfaceId }] },
      },
    ],
  };
};

const cluster = (names: Names): Subject => {
  const arn = at(names, 'eks', `cluster/${names.name}`);
  return {
    own: { eksClusterDetails: { name: names.name, arn } },
    asff: [{ Type: 'AwsEksCluster', Id: arn }],
    ocsf: [{ type: 'AWS::EKS::Cluster', uid: names.name, uid_alt: arn }],
  };
};

const task = (names: Names): Subject => {
  const { name, hex } = names;
  const [arn, own] = [at(names, 'ecs', `cluster/${name}`), at(names, 'ecs', `task/${name}/${hex}`)];
  return {
    own: { ecsClusterDetails: { name, arn, taskDetails: { arn: own } } },
    asff: [
      { Type: 'AwsEcsCluster', Id: arn },
      { Type: 'AwsEcsTask', Id: own },
    ],
    ocsf: [
      { type: 'AWS::ECS::Cluster', uid: name },
      { type: 'AWS::ECS::Task', uid: hex },
    ],
  };
};

const database = (names: Names): Subject => {
  const arn = at(names, 'rds', `db:${names.name}`);
  return {
    own: { rdsDbInstanceDetails: { dbInstanceIdentifier: names.name, dbInstanceArn: arn } },
    asff: [{ Type: 'AwsRdsDbInstance', Id: arn }],
    ocsf: [{ type: 'AWS::RDS::DBInstance', uid: names.name }],
  };
};

const lambda = (names: Names): Subject => {
  const arn = at(names, 'lambda', `function:${names.name}`);
  return {
    own: { lambdaDetails: { functionName: names.name, functionArn: arn } },
    asff: [{ Type: 'AwsLambdaFunction', Id: arn }],
    ocsf: [{ type: 'AWS::Lambda::Function', uid: names.name, uid_alt: `${arn}:3` }],
  };
};

const snapshot = (names: Names): Subject => {
  const arn = at(names, 'ec2', `snapshot/snap-${names.hex}`);
  return {
    own: { ebsSnapshotDetails: { snapshotArn: arn } },
    asff: [{ Type: 'AwsEc2Snapshot', Id: arn }],
    ocsf: [{ type: 'AWS::EC2::Snapshot', uid: `snap-${names.hex}` }],
  };
};

const backup = (names: Names): Subject => {
  const arn = at(names, 'backup', `recovery-point:${names.hex}`);
  return {
    own: { recoveryPointDetails: { recoveryPointArn: arn } },
    asff: [{ Type: 'AwsBackupRecoveryPoint', Id: arn }],
    ocsf: [{ type: 'AWS::Backup::RecoveryPoint', uid: names.hex, uid_alt: arn }],
  };
};

const role = (name: string, session: string, { keyId }: Names): Subject =>
  keyOf(`ASIA${keyId}`, `AROA${keyId}:${session}`, name, 'AssumedRole');

/** Everything a finding of GuardDuty may be about, alone and in the company it comes in. */
export const subjects: readonly ((names: Names) => Subject)[] = [
  user,
  (names) => keyOf(`ASIA${names.keyId}`, names.account, 'Root', 'Root'),
  (names) => role(names.user, names.session, names),
  (names) => role(`AWSReservedSSO_${names.name}_0123456789abcdef`, names.session, names),
  (names) => role(names.user, names.instance, names),
  (names) => keyOf(`ASIA${names.keyId}`, `${names.account}:${names.user}`, names.user, 'FederatedUser'),
  bucket,
  object,
  machine,
  cluster,
  task,
  database,
  lambda,
  snapshot,
  backup,
  (names) => and(user(names), bucket(names)),
  (names) => and(user(names), cluster(names)),
  (names) => and(machine(names), task(names)),
  (names) => and(cluster(names), machine(names)),
];
