import * as z from 'zod';
import { isoOf } from './moment.ts';
import { count, flag, listOf, part, text } from './value.ts';

/** A time as ISO text where it can be read, else as it stands: a person may read it. */
export const instant = z.preprocess(
  (value) => isoOf(value) ?? (typeof value === 'string' && value.trim() !== '' ? value : null),
  z.string().nullable(),
);

/** A list, or its one entry without the list: abridged findings write it so. */
export const several = <T>(one: z.ZodType<T>) =>
  z.preprocess((value) => (typeof value === 'object' && !Array.isArray(value) ? [value] : value), listOf(one));

const Container = z.object({ id: text, name: text });
const Addressed = z.object({ name: text, arn: text });

/** What GuardDuty says of the resource: one part for each kind, and any of them may be there, whatever the resource type is. */
export const Resource = z.object({
  resourceType: text,
  accessKeyDetails: part(z.object({ accessKeyId: text, principalId: text, userName: text, userType: text })),
  instanceDetails: part(
    z.object({
      instanceId: text,
      iamInstanceProfile: part(z.object({ arn: text })),
      networkInterfaces: several(z.object({ networkInterfaceId: text })),
    }),
  ),
  s3BucketDetails: several(
    Addressed.extend({ s3ObjectDetails: several(z.object({ objectArn: text, key: text, versionId: text })) }),
  ),
  eksClusterDetails: part(Addressed),
  kubernetesDetails: part(
    z.object({
      kubernetesWorkloadDetails: part(z.object({ name: text, namespace: text, containers: several(Container) })),
    }),
  ),
  ecsClusterDetails: part(
    Addressed.extend({
      taskDetails: part(z.object({ arn: text, definitionArn: text, containers: several(Container) })),
    }),
  ),
  containerDetails: part(Container),
  rdsDbInstanceDetails: part(z.object({ dbInstanceIdentifier: text, dbClusterIdentifier: text, dbInstanceArn: text })),
  rdsLimitlessDbDetails: part(
    z.object({ dbShardGroupIdentifier: text, dbShardGroupArn: text, dbClusterIdentifier: text }),
  ),
  rdsDbUserDetails: part(z.object({ user: text })),
  lambdaDetails: part(z.object({ functionName: text, functionArn: text })),
  ebsVolumeDetails: part(z.object({ scannedVolumeDetails: several(z.object({ volumeArn: text })) })),
  ebsSnapshotDetails: part(z.object({ snapshotArn: text })),
  ec2ImageDetails: part(z.object({ imageArn: text })),
  recoveryPointDetails: part(z.object({ recoveryPointArn: text, backupVaultName: text })),
  modelDetails: several(z.object({ modelId: text })),
});
export type Resource = z.infer<typeof Resource>;

const Remote = part(z.object({ ipAddressV4: text, ipAddressV6: text }));

/** What an action says of the other side. Each kind of action has its own block, and the blocks name the other side alike. */
export const OtherSide = z.object({
  remoteIpDetails: Remote,
  domainDetails: part(z.object({ domain: text })),
  domain: text,
  sourceIPs: listOf(z.string()),
  sourceIps: listOf(z.string()),
  portProbeDetails: several(z.object({ remoteIpDetails: Remote })),
});
export type OtherSide = z.infer<typeof OtherSide>;

/** What was seen, as far as it is read; the blocks of the action are read by whoever asks for the other side. */
export const Service = z.object({
  action: part(z.record(z.string(), z.unknown())),
  runtimeDetails: part(z.object({ context: z.unknown().optional() })),
  resourceRole: text,
  archived: flag,
  count: z
    .unknown()
    .optional()
    .transform((value) => (value === undefined || value === null ? null : count.parse(value))),
  eventFirstSeen: instant,
  eventLastSeen: instant,
  additionalInfo: z.unknown().optional(),
  detection: part(z.object({ sequence: z.unknown().optional() })),
});
export type Service = z.infer<typeof Service>;
