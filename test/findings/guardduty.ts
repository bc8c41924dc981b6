import { Finding } from '../../lib/domain/finding/finding.ts';
import { readGuardDuty } from '../../lib/domain/finding/guardduty.ts';
import { camelised } from '../../lib/domain/finding/value.ts';

export type Json = Record<string, unknown>;

export const id = '1ab2c3d4e5f60718293a4b5c6d7e8f90';
export const instanceId = 'i-0123456789abcdef0';
export const arn = `arn:aws:guardduty:eu-central-1:111122223333:detector/9e/finding/${id}`;

/** A finding in EventBridge's spelling (GuardDuty API reference, Finding), with the parts a test changes. */
export const made = (changes: { detail?: Json; resource?: Json; service?: Json } = {}): Json => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
  id,
  arn,
  type: 'Backdoor:EC2/C&CActivity.B!DNS',
  severity: 8,
  title: 'It called home',
  description: 'It did.',
  createdAt: '2026-11-22T01:00:00.000Z',
  updatedAt: '2026-11-22T02:00:00.000Z',
  resource: { resourceType: 'Instance', instanceDetails: { instanceId }, ...changes.resource },
  service: {
    serviceName: 'guardduty',
    detectorId: '9e',
    archived: false,
    count: 3,
    resourceRole: 'ACTOR',
    eventFirstSeen: '2026-11-22T00:59:00.000Z',
    eventLastSeen: '2026-11-22T01:59:00.000Z',
    ...changes.service,
  },
  ...changes.detail,
});

const arnOf = (resource: string): string => `arn:aws:${resource.replace(':', ':eu-central-1:111122223333:')}`;

const task = { arn: arnOf('ecs:task/jobs/043de9ab'), containers: [{ name: 'worker' }] };
const pod = { name: 'cart-7f6b', namespace: 'web', type: 'pods', containers: [{ name: 'app' }] };
const object = { key: '2026/a.csv', objectArn: 'arn:aws:s3:::orders/2026/a.csv', versionId: 'v1' };

/** Parts of `resource`, one for each kind. */
export const parts = {
  instance: { instanceDetails: { instanceId } },
  user: {
    accessKeyDetails: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      principalId: 'AIDAEXAMPLE',
      userName: 'deploy',
      userType: 'IAMUser',
    },
  },
  stolen: {
    accessKeyDetails: {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      principalId: `AROAEXAMPLE:${instanceId}`,
      userName: 'web-role',
      userType: 'AssumedRole',
    },
  },
  bucket: { s3BucketDetails: [{ name: 'orders', arn: 'arn:aws:s3:::orders' }] },
  object: { s3BucketDetails: [{ name: 'orders', arn: 'arn:aws:s3:::orders', s3ObjectDetails: [object] }] },
  eks: { eksClusterDetails: { name: 'shop', arn: arnOf('eks:cluster/shop') } },
  pod: { kubernetesDetails: { kubernetesWorkloadDetails: pod } },
  ecs: { ecsClusterDetails: { name: 'jobs', arn: arnOf('ecs:cluster/jobs'), taskDetails: task } },
  container: { containerDetails: { id: 'c1', name: 'app' } },
  rds: {
    rdsDbInstanceDetails: {
      dbInstanceIdentifier: 'ledger-1',
      dbClusterIdentifier: 'ledger',
      dbInstanceArn: arnOf('rds:db:ledger-1'),
    },
  },
  shards: { rdsLimitlessDbDetails: { dbShardGroupIdentifier: 'shards', dbShardGroupArn: arnOf('rds:shard-group:sg') } },
  lambda: { lambdaDetails: { functionArn: arnOf('lambda:function:mail:3') } },
  volume: { ebsVolumeDetails: { scannedVolumeDetails: [{ volumeArn: arnOf('ec2:volume/vol-0a') }] } },
  snapshot: { ebsSnapshotDetails: { snapshotArn: 'arn:aws:ec2:eu-central-1::snapshot/snap-0a' } },
  image: { ec2ImageDetails: { imageArn: 'arn:aws:ec2:eu-central-1::image/ami-0a' } },
  backup: { recoveryPointDetails: { recoveryPointArn: arnOf('backup:recovery-point:1f') } },
  model: { modelDetails: [{ modelId: 'some.model-v1' }] },
} satisfies Record<string, Json>;
export type Part = keyof typeof parts;

/** Reads as the program does, in whatever spelling the keys are. */
export const read = (finding: unknown): Finding =>
  Finding.parse(readGuardDuty({ ...Object(camelised(finding)) }, null));
export const readWith = (changes: Parameters<typeof made>[0]): Finding => read(made(changes));

/** A finding of a type about these parts and nothing else. */
export const about = (type: string, resource: Json, resourceType = 'Whatever'): Finding =>
  read({ ...made({ detail: { type } }), resource: { resourceType, ...resource } });

/** `kind id` of each target, in order. */
export const targetsOf = ({ targets }: Finding): string[] => targets.map(({ kind, id: name }) => `${kind} ${name}`);
