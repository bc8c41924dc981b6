import * as z from 'zod';
import type { Named } from '../named.ts';
import { addressed, ifNamed, secondOf, type Where } from './guardduty-resource.ts';
import { homeOf } from './place.ts';
import { credentialTargets, principalFrom } from './principal.ts';
import { accountText, arnParts, listOf, part, text } from './value.ts';

const Uids = listOf(z.string());

const Data = z.object({
  ec2Instance: part(z.object({ iamInstanceProfile: part(z.object({ arn: text })), ec2NetworkInterfaceUids: Uids })),
  s3Bucket: part(z.object({ s3ObjectUids: Uids })),
  s3Object: part(z.object({ key: text, versionId: text })),
  accessKey: part(z.object({ principalId: text, userName: text, userType: text })),
  eksCluster: part(z.object({ arn: text })),
  kubernetesWorkload: part(z.object({ namespace: text, containerUids: Uids })),
  ecsTask: part(z.object({ containerUids: Uids })),
});

/** A resource of an attack sequence, in one shape for all kinds; its data name what lies in it. */
export const SequenceResource = z.object({
  uid: text,
  name: text,
  accountId: accountText,
  resourceType: text,
  region: text,
  data: part(Data),
});
type Resource = z.infer<typeof SequenceResource>;

/** What a sequence's resources say of one another: which lies in which, and the clusters there are. */
interface Around {
  /** Id of the enclosing resource, by the uid of the enclosed. */
  readonly enclosing: ReadonlyMap<string, string>;
  readonly eks: readonly string[];
  readonly ecs: readonly string[];
}

const tail = (uid: string | null): string | null => uid?.split(/[/:]/).at(-1) || null;
const only = (clusters: readonly string[]): string | null => (clusters.length === 1 ? (clusters[0] ?? null) : null);

function workloadOf({ name, uid, data }: Resource): string | null {
  const namespace = data?.kubernetesWorkload?.namespace;
  const workload = name ?? (arnParts(uid) ? tail(uid) : uid);
  return namespace && workload && !workload.includes('/') ? `${namespace}/${workload}` : workload;
}

const bucketOf = ({ name, uid }: Resource): string | null => arnParts(uid)?.resource ?? name ?? uid;
const clusterOf = ({ name, uid, data }: Resource): string | null =>
  name ?? secondOf(data?.eksCluster?.arn) ?? tail(uid);

/** A resource of one of GuardDuty's kinds, and its account and Region. */
type Make = (resource: Resource, around: Around, where: Where) => Named[];

const makers = new Map<string, Make>([
  [
    'EC2_INSTANCE',
    ({ uid, data }, _, where) => {
      const worn = data?.ec2Instance?.iamInstanceProfile?.arn ?? null;
      const profile = arnParts(worn) ? worn : null;
      return ifNamed(tail(uid), (id) => addressed('instance', id, uid, where, { profile }));
    },
  ],
  [
    'EC2_NETWORK_INTERFACE',
    ({ uid }, { enclosing }, where) => {
      const inside = enclosing.get(uid ?? '') ?? null;
      return ifNamed(tail(uid), (id) => addressed('interface', id, uid, where, { inside }));
    },
  ],
  ['EC2_IMAGE', ({ uid }, _, where) => ifNamed(tail(uid), (id) => addressed('image', id, uid, where))],
  ['S3_BUCKET', (it, _, where) => ifNamed(bucketOf(it), (id) => addressed('bucket', id, it.uid, where))],
  [
    'S3_OBJECT',
    ({ uid, data }, { enclosing }, where) => {
      const [bucket, key] = [enclosing.get(uid ?? ''), data?.s3Object?.key];
      const path = arnParts(uid)?.resource ?? (bucket && key ? `${bucket}/${key}` : uid);
      const inside = bucket ?? (path?.includes('/') ? (path.split('/')[0] ?? null) : null);
      const version = data?.s3Object?.versionId ?? null;
      return ifNamed(path, (id) => addressed('object', id, uid, where, { inside, version }));
    },
  ],
  [
    'ACCESS_KEY',
    ({ uid, data }, _, where) => credentialTargets(tail(uid), principalFrom(data?.accessKey ?? {}), where),
  ],
  [
    'EKS_CLUSTER',
    (it, _, where) =>
      ifNamed(clusterOf(it), (id) => addressed('eks-cluster', id, it.data?.eksCluster?.arn ?? it.uid, where)),
  ],
  [
    'KUBERNETES_WORKLOAD',
    (it, { eks }, where) =>
      ifNamed(workloadOf(it), (id) => addressed('eks-workload', id, it.uid, where, { inside: only(eks) })),
  ],
  ['ECS_CLUSTER', (it, _, where) => ifNamed(clusterOf(it), (id) => addressed('ecs-cluster', id, it.uid, where))],
  [
    'ECS_TASK',
    ({ uid }, { ecs }, where) => {
      const inside = /^task\/([^/]+)\/./.exec(arnParts(uid)?.resource ?? '')?.[1] ?? only(ecs);
      return ifNamed(tail(uid), (id) => addressed('ecs-task', id, uid, where, { inside }));
    },
  ],
  [
    'CONTAINER',
    ({ uid, name }, { enclosing }, where) => {
      const inside = enclosing.get(uid ?? '') ?? null;
      return ifNamed(tail(uid) ?? name, (id) => addressed('container', id, uid, where, { inside }));
    },
  ],
]);

const other: Make = ({ uid, name }, _, where) => ifNamed(uid ?? name, (id) => addressed('resource', id, uid, where));

function aroundIn(resources: readonly Resource[]): Around {
  const of = (type: string, idOf: (it: Resource) => string | null): string[] =>
    resources.filter(({ resourceType }) => resourceType === type).flatMap((it) => idOf(it) ?? []);
  const enclosing = resources.flatMap((it) => [
    ...(it.data?.ec2Instance?.ec2NetworkInterfaceUids ?? []).map((uid) => [uid, tail(it.uid)] as const),
    ...(it.data?.s3Bucket?.s3ObjectUids ?? []).map((uid) => [uid, bucketOf(it)] as const),
    ...(it.data?.kubernetesWorkload?.containerUids ?? []).map((uid) => [uid, workloadOf(it)] as const),
    ...(it.data?.ecsTask?.containerUids ?? []).map((uid) => [uid, tail(it.uid)] as const),
  ]);
  return {
    enclosing: new Map(enclosing.flatMap(([uid, id]) => (id ? [[uid, id] as const] : []))),
    eks: of('EKS_CLUSTER', clusterOf),
    ecs: of('ECS_CLUSTER', clusterOf),
  };
}

/** What an attack sequence's resources name. The uid of a resource is its ARN or its id, as GuardDuty likes. */
export function sequenceTargets(resources: readonly Resource[], where: Where): Named[] {
  const around = aroundIn(resources);
  return resources.flatMap((resource) => {
    const own = homeOf(resource.accountId, resource.region);
    const place = { account: own.account ?? where.account, region: own.region ?? where.region };
    return (makers.get(resource.resourceType ?? '') ?? other)(resource, around, place);
  });
}
