import { another, call, own, root, service, session, stranger } from './a-record.ts';
import type { Case } from './calls.ts';

const one = (yes: object, no: object): Case => ({ yes: [yes], no: [no] });
const counted = (of: number, record: object): Case => ({
  yes: Array.from({ length: of }, () => record),
  no: Array.from({ length: of - 1 }, () => record),
});
const inSession = { userIdentity: session('shop-web', 'i-0abc1234def567890') };
const instance = 'i-0abc1234def567890';
const ofInstances = { instancesSet: { items: [{ instanceId: instance }] } };
const launch = (instanceType: string): object => ({
  instanceType,
  instancesSet: { items: [{ imageId: 'ami-0abc1234def567890', maxCount: 1 }] },
});
const added = (account: string): object => ({ add: { items: [{ userId: account }] } });
const open = (AWS: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop-data/*' }],
});
const bucket = { bucketName: 'shop-data' };
const versioning = (Status: string): object => ({ ...bucket, VersioningConfiguration: { Status } });
const key = (account: string): string => `arn:aws:kms:eu-central-1:${account}:key/0c9c1a52-5d07-4a51-8a52-3d8f5a0b7e11`;
const encrypted = (account: string): object => ({
  ...bucket,
  key: 'a',
  'x-amz-server-side-encryption-aws-kms-key-id': key(account),
});
const ingress = (cidrIp: string): object => ({
  groupId: 'sg-0abc1234def567890',
  ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp }] } }] },
});
const entry = (ruleAction: string): object => ({
  networkAclId: 'acl-0abc1234def567890',
  egress: false,
  cidrBlock: '0.0.0.0/0',
  ruleAction,
});
const block = (value: boolean): object => ({
  ...bucket,
  PublicAccessBlockConfiguration: { BlockPublicAcls: value, BlockPublicPolicy: value },
});
const metadata = (HttpTokens: string): object => ({
  ModifyInstanceMetadataOptionsRequest: { InstanceId: instance, HttpTokens },
});
const definition = (value: string): object => ({
  family: 'shop',
  containerDefinitions: [{ name: 'web', command: ['sh', '-c', value] }],
});
const expiring = (Days: number): object => ({
  ...bucket,
  LifecycleConfiguration: { Rule: { Status: 'Enabled', Expiration: { Days } } },
});
const snapshot = { dBSnapshotIdentifier: 'shop', attributeName: 'restore' };
const throughService = { userIdentity: { ...session('deploy', 'ci'), invokedBy: 'autoscaling.amazonaws.com' } };

/** Cases of the rules about what runs, what leaves, what is destroyed and what is switched off. */
export const moreCalls: Readonly<Record<string, Case>> = {
  'user-data-changed': one(
    call('ec2:ModifyInstanceAttribute', { instanceId: instance, userData: '<sensitiveDataRemoved>' }),
    call('ec2:ModifyInstanceAttribute', { instanceId: instance, disableApiTermination: { value: true } }),
  ),
  'instance-stopped-by-force': one(
    call('ec2:StopInstances', { ...ofInstances, force: true }),
    call('ec2:StopInstances', { ...ofInstances, force: false }),
  ),
  'command-sent': one(call('ssm:SendCommand', { documentName: 'AWS-RunShellScript' }), call('ssm:ListCommands')),
  'shell-opened': one(call('ssm:StartSession', { target: instance }), call('ssm:TerminateSession')),
  'ssh-key-sent': one(
    call('ec2-instance-connect:SendSSHPublicKey', { instanceId: instance }),
    call('ec2:DescribeKeyPairs'),
  ),
  'serial-console': one(call('ec2:EnableSerialConsoleAccess', {}), call('ec2:GetSerialConsoleAccessStatus', {})),
  'task-entered': one(call('ecs:ExecuteCommand', { cluster: 'shop' }), call('ecs:DescribeTasks')),
  'task-definition': one(
    call('ecs:RegisterTaskDefinition', definition('curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')),
    call('ecs:RegisterTaskDefinition', definition('node server.js')),
  ),
  'function-code': one(
    call('lambda:UpdateFunctionCode20150331v2', { functionName: 'shop', dryRun: false }),
    call('lambda:UpdateFunctionCode20150331v2', { functionName: 'shop', dryRun: true }),
  ),
  'function-layer': one(
    call('lambda:UpdateFunctionConfiguration20150331v2', {
      layers: [`arn:aws:lambda:eu-central-1:${stranger}:layer:x:1`],
    }),
    call('lambda:UpdateFunctionConfiguration20150331v2', { timeout: 30 }),
  ),
  'function-for-strangers': one(
    call('lambda:AddPermission20150331v2', { principal: stranger }),
    call('lambda:AddPermission20150331v2', { principal: 's3.amazonaws.com' }),
  ),
  notebook: one(
    call('sagemaker:UpdateNotebookInstance', { lifecycleConfigName: 'x' }),
    call('sagemaker:UpdateNotebookInstance', { instanceType: 'ml.t3.medium' }),
  ),
  'image-pushed': one(
    call('ecr:PutImage', { repositoryName: 'shop' }),
    call('ecr:PutImage', { repositoryName: 'shop' }, inSession),
  ),
  'accelerated-instances': one(
    call('ec2:RunInstances', launch('p5.48xlarge')),
    call('ec2:RunInstances', launch('m7g.large')),
  ),
  'instances-in-numbers': counted(5, call('ec2:RunInstances', launch('m7g.large'))),
  'metadata-opened': one(
    call('ec2:ModifyInstanceMetadataOptions', metadata('optional')),
    call('ec2:ModifyInstanceMetadataOptions', metadata('required')),
  ),
  'models-used': one(
    call('bedrock:InvokeModel', { modelId: 'example.model-v1' }),
    call('bedrock:InvokeModel', { modelId: 'example.model-v1' }, inSession),
  ),
  'models-unlocked': one(call('bedrock:PutUseCaseForModelAccess'), call('bedrock:GetUseCaseForModelAccess')),
  'queue-opened': one(
    call('sqs:SetQueueAttributes', { attributes: { Policy: JSON.stringify(open('*')) } }),
    call('sqs:SetQueueAttributes', { attributes: { DelaySeconds: '5' } }),
  ),
  'snapshot-shared': one(
    call('ec2:ModifySnapshotAttribute', { createVolumePermission: added(stranger) }),
    call('ec2:ModifySnapshotAttribute', { createVolumePermission: { remove: { items: [{ userId: stranger }] } } }),
  ),
  'image-shared': one(
    call('ec2:ModifyImageAttribute', { launchPermission: { add: { items: [{ group: 'all' }] } } }),
    call('ec2:ModifyImageAttribute', { launchPermission: added(own) }),
  ),
  'database-shared': one(
    call('rds:ModifyDBSnapshotAttribute', { ...snapshot, valuesToAdd: [stranger] }),
    call('rds:ModifyDBSnapshotAttribute', { ...snapshot, valuesToRemove: [stranger] }),
  ),
  'shared-snapshot-used': one(
    call('ec2:SharedSnapshotVolumeCreated', null, { userIdentity: service('ec2'), eventType: 'AwsServiceEvent' }),
    call('ec2:CreateVolume', {}),
  ),
  'disk-exported': one(call('ec2:CreateInstanceExportTask', { instanceId: instance }), call('ec2:DescribeExportTasks')),
  'database-exported': one(call('rds:StartExportTask', { s3BucketName: 'x' }), call('rds:DescribeExportTasks')),
  'bucket-opened': one(
    call('s3:PutBucketPolicy', { ...bucket, bucketPolicy: open('*') }),
    call('s3:PutBucketPolicy', { ...bucket, bucketPolicy: open(`arn:aws:iam::${own}:role/shop-web`) }),
  ),
  'bucket-listed-to-all': one(
    call('s3:PutBucketAcl', { ...bucket, 'x-amz-acl': ['public-read'] }),
    call('s3:PutBucketAcl', { ...bucket, 'x-amz-acl': ['private'] }),
  ),
  'key-opened': one(
    call('kms:PutKeyPolicy', { policy: JSON.stringify(open(`arn:aws:iam::${stranger}:root`)) }),
    call('kms:PutKeyPolicy', { policy: JSON.stringify(open(`arn:aws:iam::${own}:root`)) }),
  ),
  'repository-opened': one(
    call('ecr:SetRepositoryPolicy', { policyText: JSON.stringify(open('*')) }),
    call('ecr:SetRepositoryPolicy', { policyText: JSON.stringify(open(own)) }),
  ),
  replicated: one(
    call('s3:PutBucketReplication', { ...bucket, ReplicationConfiguration: { Rule: { Status: 'Enabled' } } }),
    call('s3:PutBucketReplication', { ...bucket, ReplicationConfiguration: { Rule: { Status: 'Disabled' } } }),
  ),
  'copied-to-stranger': one(
    call('s3:GetObject', { ...bucket, key: 'a' }, { userIdentity: another }),
    call('s3:GetObject', { ...bucket, key: 'a' }),
  ),
  'objects-read': counted(100, call('s3:GetObject', { ...bucket, key: 'a' }, inSession)),
  'blocks-read': counted(100, call('ebs:GetSnapshotBlock', { snapshotId: 'snap-0abc1234def567890' })),
  'key-destroyed': one(
    call('kms:ScheduleKeyDeletion', { keyId: key(own), pendingWindowInDays: 7 }),
    call('kms:CancelKeyDeletion', { keyId: key(own) }),
  ),
  'bucket-deleted': one(call('s3:DeleteBucket', bucket), call('s3:CreateBucket', bucket)),
  'objects-deleted-at-once': one(call('s3:DeleteObjects', bucket), call('s3:PutObject', bucket)),
  'objects-deleted': counted(20, call('s3:DeleteObject', { ...bucket, key: 'a' })),
  'objects-expire': one(call('s3:PutBucketLifecycle', expiring(1)), call('s3:PutBucketLifecycle', expiring(365))),
  'encrypted-by-stranger': one(
    call('s3:CopyObject', { ...bucket, key: 'a', 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }),
    call('s3:CopyObject', { ...bucket, key: 'a', 'x-amz-server-side-encryption': 'AES256' }),
  ),
  'encrypted-elsewhere': one(call('s3:CopyObject', encrypted(stranger)), call('s3:CopyObject', encrypted(own))),
  'ransom-note': one(
    call('s3:PutObject', { ...bucket, key: 'finance/HOW_TO_DECRYPT_FILES.txt' }),
    call('s3:PutObject', { ...bucket, key: 'guides/how-to-ship.txt' }),
  ),
  'encryption-off': one(call('ec2:DisableEbsEncryptionByDefault', {}), call('ec2:EnableEbsEncryptionByDefault', {})),
  'versioning-off': one(
    call('s3:PutBucketVersioning', versioning('Suspended')),
    call('s3:PutBucketVersioning', versioning('Enabled')),
  ),
  'backups-deleted': one(
    call('backup:DeleteRecoveryPoint', { backupVaultName: 'shop' }),
    call('ec2:DeleteSnapshot', {}, throughService),
  ),
  'backups-off': one(
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', backupRetentionPeriod: 0 }),
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', backupRetentionPeriod: 7 }),
  ),
  'database-unprotected': one(
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', deletionProtection: false }),
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', deletionProtection: true }),
  ),
  'database-deleted': one(
    call('rds:DeleteDBInstance', { dBInstanceIdentifier: 'shop', skipFinalSnapshot: true }),
    call('rds:StopDBInstance', { dBInstanceIdentifier: 'shop' }),
  ),
  'database-password': one(
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', masterUserPassword: '****' }),
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', maxAllocatedStorage: 1000 }),
  ),
  'database-public': one(
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', publiclyAccessible: true }),
    call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', publiclyAccessible: false }),
  ),
  'instances-terminated': one(
    call('ec2:TerminateInstances', ofInstances),
    call('ec2:TerminateInstances', ofInstances, throughService),
  ),
  'bucket-unlogged': one(
    call('s3:PutBucketLogging', {
      ...bucket,
      BucketLoggingStatus: { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' },
    }),
    call('s3:PutBucketLogging', { ...bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs' } } }),
  ),
  'activity-stream-off': one(call('rds:StopActivityStream', {}), call('rds:StartActivityStream', {})),
  'alarms-off': one(call('monitoring:DeleteAlarms', { alarmNames: ['root'] }), call('monitoring:DescribeAlarms')),
  'rules-off': one(
    call('events:DisableRule', { name: 'to-responders' }),
    call('events:EnableRule', { name: 'to-responders' }),
  ),
  'guardrail-off': one(
    call('bedrock:DeleteGuardrail', { guardrailIdentifier: 'x' }),
    call('bedrock:GetGuardrail', { guardrailIdentifier: 'x' }),
  ),
  'open-to-the-world': one(
    call('ec2:AuthorizeSecurityGroupIngress', ingress('0.0.0.0/0')),
    call('ec2:AuthorizeSecurityGroupIngress', ingress('10.0.0.0/8')),
  ),
  'acl-open': one(call('ec2:CreateNetworkAclEntry', entry('allow')), call('ec2:CreateNetworkAclEntry', entry('deny'))),
  'public-access-allowed': one(
    call('s3:PutBucketPublicAccessBlock', block(false)),
    call('s3:PutBucketPublicAccessBlock', block(true)),
  ),
  'public-access-block-deleted': one(
    call('s3:DeleteBucketPublicAccessBlock', bucket),
    call('s3:GetBucketPublicAccessBlock', bucket),
  ),
  'firewall-off': one(call('wafv2:DisassociateWebACL', {}), call('wafv2:AssociateWebACL', {})),
  'root-acts': one(
    call('iam:CreateUser', { userName: 'x' }, { userIdentity: root }),
    call('iam:CreateUser', { userName: 'x' }),
  ),
};
