import { isPlaceholder, type Named, named, type TargetKind } from '../named.ts';
import type { Resource } from './guardduty-shape.ts';
import { homeOf } from './place.ts';
import { credentialTargets, principalFrom } from './principal.ts';
import { arnParts } from './value.ts';

/** Where a resource lies when its own ARN does not say: where the finding does. */
export type Where = Pick<Named, 'account' | 'region'>;
type More = Parameters<typeof named>[3];

/** A resource at the address of its ARN. Samples carry texts that are no ARN in places where one belongs; those are left out. */
export function addressed(kind: TargetKind, id: string, arn: string | null, where: Where, more: More = {}): Named {
  const parts = arnParts(arn);
  const own = homeOf(parts?.account, parts?.region);
  const place = { account: own.account ?? where.account, region: own.region ?? where.region };
  return named(kind, id, place, { ...more, arn: parts ? arn : null });
}

/** The last segment of an ARN's resource: `vol-0abc` of `volume/vol-0abc`, the task's id of `task/cluster/id`. */
export const lastOf = (arn: string | null | undefined): string | null =>
  arnParts(arn)?.resource.split(/[/:]/).at(-1) || null;

/** The second segment of an ARN's resource: the name in `function:name:3`, the cluster in `cluster/name`. */
export const secondOf = (arn: string | null | undefined): string | null =>
  arnParts(arn)?.resource.split(/[/:]/)[1] || null;

/** The resource if there is an id for it. */
export const ifNamed = (id: string | null | undefined, make: (id: string) => Named): Named[] =>
  id && !isPlaceholder(id) ? [make(id)] : [];

/** The resources a part names; null where the part is absent. */
type Names = (resource: Resource, where: Where) => Named[] | null;

const instances: Names = ({ instanceDetails: details }, where) => {
  if (!details) return null;
  const inside = details.instanceId;
  const arn = details.iamInstanceProfile?.arn ?? null;
  const profile = arnParts(arn) ? arn : null;
  return [
    ...ifNamed(inside, (id) => named('instance', id, where, { profile })),
    ...details.networkInterfaces.flatMap(({ networkInterfaceId }) =>
      ifNamed(networkInterfaceId, (id) => named('interface', id, where, { inside })),
    ),
  ];
};

const credentials: Names = ({ accessKeyDetails: details }, where) =>
  details ? credentialTargets(details.accessKeyId, principalFrom(details), where) : null;

const buckets: Names = ({ s3BucketDetails }, where) => {
  if (s3BucketDetails.length === 0) return null;
  return s3BucketDetails.flatMap(({ name, arn, s3ObjectDetails }) => {
    const bucket = name ?? lastOf(arn);
    const objects = s3ObjectDetails.flatMap(({ key, objectArn, versionId: version }) => {
      const path = bucket && key ? `${bucket}/${key}` : arnParts(objectArn)?.resource;
      return ifNamed(path, (id) =>
        addressed('object', id, objectArn, where, { inside: id.split('/')[0] || null, version }),
      );
    });
    return [...ifNamed(bucket, (id) => addressed('bucket', id, arn, where)), ...objects];
  });
};

const clusterOf = ({ eksClusterDetails: eks }: Resource): string | null => eks?.name ?? secondOf(eks?.arn);

const eksClusters: Names = (resource, where) => {
  const { eksClusterDetails: eks } = resource;
  return eks ? ifNamed(clusterOf(resource), (id) => addressed('eks-cluster', id, eks.arn, where)) : null;
};

const workloadOf = ({ kubernetesDetails }: Resource): string | null => {
  const { name = null, namespace = null } = kubernetesDetails?.kubernetesWorkloadDetails ?? {};
  return name && namespace ? `${namespace}/${name}` : name;
};

const workloads: Names = (resource, where) => {
  if (!resource.kubernetesDetails?.kubernetesWorkloadDetails) return null;
  return ifNamed(workloadOf(resource), (id) => named('eks-workload', id, where, { inside: clusterOf(resource) }));
};

const tasks: Names = ({ ecsClusterDetails: ecs }, where) => {
  if (!ecs) return null;
  const task = ecs.taskDetails?.arn ?? null;
  const inside = ecs.name ?? secondOf(ecs.arn);
  const definition = ecs.taskDetails?.definitionArn;
  return [
    ...ifNamed(lastOf(task), (id) =>
      addressed('ecs-task', id, task, where, { inside, ...(definition && { definition }) }),
    ),
    ...ifNamed(inside, (id) => addressed('ecs-cluster', id, ecs.arn, where)),
  ];
};

/** The container it is about; where the finding does not say which, those of the task or the workload. */
const containers: Names = (resource, where) => {
  const { containerDetails, ecsClusterDetails: ecs, kubernetesDetails } = resource;
  const around = [ecs?.taskDetails, kubernetesDetails?.kubernetesWorkloadDetails].flatMap((it) => it?.containers ?? []);
  const inside = workloadOf(resource) ?? lastOf(ecs?.taskDetails?.arn);
  const found = (containerDetails ? [containerDetails] : around).flatMap(({ id, name }) =>
    ifNamed(id ?? name, (it) => named('container', it, where, { inside })),
  );
  return containerDetails || found.length > 0 ? found : null;
};

const databases: Names = ({ rdsDbInstanceDetails: db, rdsLimitlessDbDetails: shards, rdsDbUserDetails }, where) => {
  if (!db && !shards) return null;
  const user = rdsDbUserDetails?.user ?? null;
  const cluster = db?.dbClusterIdentifier ?? shards?.dbClusterIdentifier ?? null;
  const more = { inside: cluster, user };
  const arn = db?.dbInstanceArn ?? null;
  const group = shards?.dbShardGroupArn ?? null;
  const instance = ifNamed(db?.dbInstanceIdentifier ?? lastOf(arn), (id) =>
    addressed('db-instance', id, arn, where, more),
  );
  // A shard group is no cluster of its own, but logins go to it as to one.
  const shard = ifNamed(shards?.dbShardGroupIdentifier ?? lastOf(group), (id) =>
    addressed('db-cluster', id, group, where, more),
  );
  const home = instance[0] ?? shard[0] ?? where;
  return [...instance, ...ifNamed(cluster, (id) => named('db-cluster', id, home, { user })), ...shard];
};

const functions: Names = ({ lambdaDetails: it }, where) =>
  it
    ? ifNamed(it.functionName ?? secondOf(it.functionArn), (id) =>
        addressed('lambda-function', id, it.functionArn, where),
      )
    : null;

/** What a malware scan read: disks, images, backups. A recovery point has no other name than its ARN. */
const copies: Names = ({ ebsVolumeDetails, ebsSnapshotDetails, ec2ImageDetails, recoveryPointDetails }, where) => {
  if (!(ebsVolumeDetails ?? ebsSnapshotDetails ?? ec2ImageDetails ?? recoveryPointDetails)) return null;
  const copy = (kind: TargetKind, arn: string | null | undefined): Named[] =>
    ifNamed(lastOf(arn), (id) => addressed(kind, id, arn ?? null, where));
  const backup = recoveryPointDetails?.recoveryPointArn;
  return [
    ...ifNamed(backup, (id) => ({
      ...addressed('recovery-point', id, id, where),
      inside: recoveryPointDetails?.backupVaultName ?? null,
    })),
    ...copy('image', ec2ImageDetails?.imageArn),
    ...copy('snapshot', ebsSnapshotDetails?.snapshotArn),
    ...(ebsVolumeDetails?.scannedVolumeDetails ?? []).flatMap(({ volumeArn }) => copy('volume', volumeArn)),
  ];
};

const models: Names = ({ modelDetails }, where) =>
  modelDetails.flatMap(({ modelId }) => ifNamed(modelId, (id) => addressed('resource', id, id, where)));

/** Each part, what it is there to name, and the words for when it does not. */
const parts: readonly { readonly names: Names; readonly kinds: readonly TargetKind[]; readonly lacks: string }[] = [
  { names: instances, kinds: ['instance'], lacks: 'instance id' },
  { names: credentials, kinds: ['access-key'], lacks: 'access key id' },
  { names: buckets, kinds: ['bucket'], lacks: 'bucket name' },
  { names: workloads, kinds: ['eks-workload'], lacks: 'workload name' },
  { names: eksClusters, kinds: ['eks-cluster'], lacks: 'EKS cluster name' },
  { names: tasks, kinds: ['ecs-cluster'], lacks: 'ECS cluster name' },
  { names: containers, kinds: ['container'], lacks: 'container id' },
  { names: databases, kinds: ['db-instance', 'db-cluster'], lacks: 'database name' },
  { names: functions, kinds: ['lambda-function'], lacks: 'function name' },
  { names: copies, kinds: ['recovery-point', 'image', 'snapshot', 'volume'], lacks: 'ARN of what was scanned' },
  { names: models, kinds: [], lacks: '' },
];

/** Everything the resource part names, as it comes, and what it should name and does not. */
export function resourcesOf(resource: Resource, where: Where): { targets: Named[]; missing: string[] } {
  const read = parts.map(({ names, kinds, lacks }) => {
    const targets = names(resource, where);
    const lacking = targets !== null && kinds.length > 0 && !targets.some(({ kind }) => kinds.includes(kind));
    return { targets: targets ?? [], missing: lacking ? [lacks] : [] };
  });
  const without = resource.resourceType?.toLowerCase() === 'instance' && !resource.instanceDetails;
  const missing = [...(without ? ['instance id'] : []), ...read.flatMap((it) => it.missing)];
  return { targets: read.flatMap(({ targets }) => targets), missing };
}
