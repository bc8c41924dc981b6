import { groupOf, kubernetesRoles } from '../../lib/domain/kubernetes-access.ts';
import type { RoleClass } from '../../lib/domain/step.ts';

/** One kind of call to a cluster's API server, and whose work it is. Kubernetes knows no session policy: what a role may do there, its group says. */
export interface KubernetesCall {
  readonly verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  readonly group: string;
  /** As in RBAC, with its subresource: `pods/log`. */
  readonly resource: string;
  readonly as: readonly RoleClass[];
  /** The only names it is for, where they are known beforehand. */
  readonly names?: readonly string[];
}

const reading = (resource: string, group = ''): KubernetesCall => ({
  verb: 'get',
  group,
  resource,
  as: ['read-evidence'],
});

/** All that the functions of this room ask of an API server. The roles in docs/kubernetes.yaml are made of it. */
export const kubernetesCalls = {
  getPod: { verb: 'get', group: '', resource: 'pods', as: kubernetesRoles },
  listPods: { verb: 'list', group: '', resource: 'pods', as: ['read-evidence'] },
  readLog: reading('pods/log'),
  listServices: { verb: 'list', group: '', resource: 'services', as: ['read-evidence'] },
  listEvents: { verb: 'list', group: '', resource: 'events', as: ['read-evidence'] },
  getServiceAccount: reading('serviceaccounts'),
  /** Where the network policies of EKS Auto Mode are switched on. */
  getConfigMap: { ...reading('configmaps'), names: ['amazon-vpc-cni'] },
  getNode: { verb: 'get', group: '', resource: 'nodes', as: kubernetesRoles },
  getDeployment: { verb: 'get', group: 'apps', resource: 'deployments', as: kubernetesRoles },
  getReplicaSet: { verb: 'get', group: 'apps', resource: 'replicasets', as: kubernetesRoles },
  getStatefulSet: { verb: 'get', group: 'apps', resource: 'statefulsets', as: kubernetesRoles },
  getDaemonSet: reading('daemonsets', 'apps'),
  getJob: reading('jobs', 'batch'),
  getNetworkPolicy: { verb: 'get', group: 'networking.k8s.io', resource: 'networkpolicies', as: kubernetesRoles },
  listNetworkPolicies: { verb: 'list', group: 'networking.k8s.io', resource: 'networkpolicies', as: ['read-evidence'] },
  /** What somebody may in all of the cluster; none of them is changed. */
  listClusterRoleBindings: {
    verb: 'list',
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterrolebindings',
    as: ['read-evidence'],
  },
  patchPod: { verb: 'patch', group: '', resource: 'pods', as: ['contain', 'release'] },
  createNetworkPolicy: { verb: 'create', group: 'networking.k8s.io', resource: 'networkpolicies', as: ['contain'] },
  patchNetworkPolicy: { verb: 'patch', group: 'networking.k8s.io', resource: 'networkpolicies', as: ['contain'] },
  deleteNetworkPolicy: { verb: 'delete', group: 'networking.k8s.io', resource: 'networkpolicies', as: ['release'] },
  patchNode: { verb: 'patch', group: '', resource: 'nodes', as: ['contain', 'release'] },
  /** The count of pods alone: whoever may patch a Deployment may change what it runs. */
  scaleDeployment: { verb: 'patch', group: 'apps', resource: 'deployments/scale', as: ['contain', 'release'] },
  scaleReplicaSet: { verb: 'patch', group: 'apps', resource: 'replicasets/scale', as: ['contain', 'release'] },
  scaleStatefulSet: { verb: 'patch', group: 'apps', resource: 'statefulsets/scale', as: ['contain', 'release'] },
} as const satisfies Readonly<Record<string, KubernetesCall>>;

export type CallName = keyof typeof kubernetesCalls;

/** What is named in a call: nothing of it where it is about all of a cluster. */
export interface Where {
  readonly namespace?: string;
  readonly name?: string;
}

const versioned = (group: string): string => (group ? `/apis/${group}/v1` : '/api/v1');

/** The path of a call. What is named comes from a finding, so that it is encoded. */
export function pathOf({ group, resource }: KubernetesCall, { namespace, name }: Where): string {
  const [kind = '', ...sub] = resource.split('/');
  const inside = namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)];
  const named = name === undefined ? [] : [encodeURIComponent(name)];
  return [versioned(group), ...inside, kind, ...named, ...sub].join('/');
}

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

/** The rules of a role in a cluster, one for each set of verbs. */
export function rulesOf(role: RoleClass): Rule[] {
  const own = Object.values<KubernetesCall>(kubernetesCalls).filter(({ as }) => as.includes(role));
  const byResource = Map.groupBy(own, ({ group, resource, names }) => JSON.stringify([group, resource, names ?? []]));
  const one = [...byResource].map(([key, calls]) => {
    const [group, resource, names] = JSON.parse(key) as [string, string, string[]];
    const verbs = [...new Set(calls.map(({ verb }) => verb))].toSorted();
    return { group, resource, names, verbs };
  });
  const together = Map.groupBy(one, ({ group, names, verbs }) => JSON.stringify([group, names, verbs]));
  return [...together.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { group, names: resourceNames, verbs } = first;
    const resources = [first, ...others].map(({ resource }) => resource).toSorted();
    return [{ apiGroups: [group], resources, verbs, ...(resourceNames.length > 0 && { resourceNames }) }];
  });
}

/** What a cluster's administrator applies once: for each role what it may, and who is in its group. */
export const manifest = (): object[] =>
  kubernetesRoles.flatMap((role) => {
    const name = groupOf(role);
    const apiGroup = 'rbac.authorization.k8s.io';
    const apiVersion = `${apiGroup}/v1`;
    return [
      { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: rulesOf(role) },
      {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup, kind: 'ClusterRole', name },
        subjects: [{ apiGroup, kind: 'Group', name }],
      },
    ];
  });
