import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn, every, type Place, Role } from '../../../lib/domain/resource.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import { AnyTarget, defineTarget, type Refusals } from '../../../lib/domain/target.ts';

/** What EKS takes for a cluster's name (EKS API reference, CreateCluster). */
const ClusterName = z.string().regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);
/** A label and a subdomain of the DNS (Kubernetes, "Object Names and IDs"). */
const NamespaceName = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
const ObjectName = z.string().regex(/^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/);

const InstanceId = z.string().regex(/^i-[0-9a-f]{8,17}$/);

const Owner = z.object({ kind: z.string(), name: z.string() });

export const Pod = z.object({
  name: ObjectName,
  uid: z.string(),
  /** Null where it waits for one. */
  node: z.string().nullable(),
  serviceAccount: z.string().nullable(),
  hostNetwork: z.boolean(),
  /** Its controller; null for a pod that stands alone. */
  owner: Owner.nullable(),
});
export type Pod = z.infer<typeof Pod>;

/** What acts upon NetworkPolicies in the cluster, as far as it is known to. */
export const Enforcer = z.enum(['vpc-cni', 'auto-mode', 'calico', 'cilium']);
export type Enforcer = z.infer<typeof Enforcer>;

/** How its pods get credentials of a role: EKS Pod Identity, or the tokens of their service account that STS takes (IRSA). */
export const PodIdentity = z.object({
  /** ARN of the role. */
  role: z.string(),
  /** `untagged`: of EKS Pod Identity, where sessions do not carry which pod they are of. */
  through: z.enum(['pod identity', 'untagged', 'web identity']),
  /** The cluster's issuer of tokens, without https://; null where EKS tells none. */
  issuer: z.string().nullable(),
});
export type PodIdentity = z.infer<typeof PodIdentity>;

/** What a finding names of a cluster: one pod, or the pods of an owner such as a Deployment. `id` is `namespace/name`, as findings write it. */
export const Workload = AnyTarget.extend({
  kind: z.literal('eks-workload'),
  cluster: ClusterName,
  namespace: NamespaceName,
  name: ObjectName,
  pods: z.array(Pod),
  /** What makes its pods, at the top: the Deployment of their ReplicaSet. */
  owner: Owner.nullable(),
  enforcer: Enforcer.nullable(),
  /** Null where they have no role of their own, or more than one. */
  identity: PodIdentity.nullable(),
  role: Role.nullable(),
  /** Ids of the EC2 instances its pods run on, of no more than a few; pods on Fargate have none. Runs of earlier versions do not know them. */
  hosts: z.array(InstanceId).default([]),
  /** Why our functions cannot work on the cluster; null where they can. */
  unreachable: z.string().nullable(),
});
export type Workload = z.infer<typeof Workload>;

/** All levers of ours that speak to the cluster's API server. */
const levers = ['quarantine-pod', 'pause-workload', 'cordon-node'];

const onFargate = ({ node }: Pod): boolean => node?.startsWith('fargate-') ?? false;
const ofAws = ({ enforcer }: Workload): boolean => enforcer === 'vpc-cni' || enforcer === 'auto-mode';

/** Why a NetworkPolicy would be accepted and bind none of its pods, in words for a person; null where it binds. */
export function whyUnbound(target: Workload): string | null {
  const { pods, enforcer, cluster } = target;
  if (enforcer === null)
    return `nothing in cluster ${cluster} is known to enforce NetworkPolicies: they would be accepted, and change nothing. Switch them on in the VPC CNI (EKS user guide, "Limit Pod traffic with Kubernetes network policies"), pause the workload, or isolate the node`;
  if (pods.some(({ hostNetwork }) => hostNetwork))
    return 'it runs on the network of its node (hostNetwork), which no NetworkPolicy binds: isolate the node with its own playbook';
  if (ofAws(target) && pods.some(onFargate))
    return 'it runs on Fargate, where the VPC CNI enforces no NetworkPolicy (EKS user guide, "Limit Pod traffic with Kubernetes network policies"): pause the workload';
  if (ofAws(target) && pods.some(({ owner }) => owner === null))
    return 'the pod stands alone, and the VPC CNI enforces NetworkPolicies for pods of a Deployment only (EKS user guide, "Limit Pod traffic with Kubernetes network policies"): isolate the node';
  return null;
}

export function refusals(target: Workload): Refusals | null {
  const { unreachable } = target;
  if (unreachable) return { levers, because: unreachable };
  const because = whyUnbound(target);
  return because ? { levers: ['quarantine-pod'], because } : null;
}

export const clusterArns = (target: Workload): string[] => [arn(target, 'eks', `cluster/${target.cluster}`)];

/** The instances of its nodes, for permissions. */
export const nodeArns = (target: Workload): string[] =>
  target.hosts.map((host) => arn(target, 'ec2', `instance/${host}`));

const nothing = {
  pods: [],
  hosts: [],
  owner: null,
  enforcer: null,
  identity: null,
  role: null,
  unreachable: null,
  tags: {},
};

export const eksWorkload = defineTarget(Workload)({
  kind: 'eks-workload',
  title: 'Kubernetes workload',
  arn: (target) => arn(target, 'eks', `cluster/${target.cluster}/${target.id}`),
  from({ kind, id, inside }, { place, now }) {
    if (kind !== 'eks-workload') return null;
    const [namespace, name, ...rest] = id.split('/');
    const sound = Workload.safeParse({
      ...place,
      ...nothing,
      kind: 'eks-workload',
      id,
      seenAt: now,
      cluster: inside,
      namespace,
      name,
    });
    return sound.success && rest.length === 0 ? sound.data : null;
  },
  suspects: ({ role }) => (role ? [role.arn] : []),
  identity: ({ role }) => role?.arn ?? null,
  untouchable: ({ role }) => role && whyNotOurs(role),
  refuses: refusals,
  any: (place: Place) => ({
    ...place,
    ...nothing,
    kind: 'eks-workload',
    id: '*',
    seenAt: '',
    cluster: '*',
    namespace: '*',
    name: '*',
    hosts: ['*'],
    role: { name: '*', id: '*', arn: arn(place, 'iam', 'role/*') },
  }),
  reads: [
    allow('eks:DescribeCluster', (place) => every(place, 'eks', 'cluster')),
    allow('eks:ListAccessEntries', (place) => every(place, 'eks', 'cluster')),
    allow('eks:ListPodIdentityAssociations', (place) => every(place, 'eks', 'cluster')),
    allow('eks:DescribePodIdentityAssociation', (place) => every(place, 'eks', 'podidentityassociation')),
    allow('iam:GetRole', (place) => every(place, 'iam', 'role')),
    allow('iam:ListRolePolicies', (place) => every(place, 'iam', 'role')),
  ],
});
