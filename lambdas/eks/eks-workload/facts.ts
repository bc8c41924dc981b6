import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeClusterCommand, EKSClient, paginateListAccessEntries } from '@aws-sdk/client-eks';
import { Refused, Throttled, Transient } from '../../../lib/domain/errors.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { isDenied, oneOfThree, sentence } from '../../runtime/errors.ts';
import { type Facts, type FactsReader, gone, orGone, read } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import type { CallName } from '../calls.ts';
import { type Api, apiOf, ourRoles } from '../cluster.ts';
import {
  ConfigMapObject,
  DaemonSetObject,
  listOf,
  NodeObject,
  OwnerObject,
  PodObject,
  selectorText,
} from '../objects.ts';
import { associationsIn, identityOf } from '../pod-identity.ts';
import type { Enforcer, Pod, Workload } from './target.ts';

/** Pods of one owner that an incident carries: its states may have 256 KiB in all. */
const mostPods = 50;

const ownerOf = ({ metadata }: Pick<PodObject, 'metadata'>): Pod['owner'] => {
  const controller = metadata.ownerReferences.find((one) => one.controller);
  return controller ? { kind: controller.kind, name: controller.name } : null;
};

const podFrom = (one: PodObject): Pod => ({
  name: one.metadata.name,
  uid: one.metadata.uid,
  node: one.spec.nodeName,
  serviceAccount: one.spec.serviceAccountName,
  hostNetwork: one.spec.hostNetwork,
  owner: ownerOf(one),
});

/** How those are read that make pods by a selector. */
const makers: readonly (readonly [kind: string, call: CallName])[] = [
  ['Deployment', 'getDeployment'],
  ['StatefulSet', 'getStatefulSet'],
  ['DaemonSet', 'getDaemonSet'],
  ['ReplicaSet', 'getReplicaSet'],
  ['Job', 'getJob'],
];

interface Found {
  readonly pods: readonly PodObject[];
  readonly owner: Pod['owner'];
}

/** Who is at the top: what a ReplicaSet makes, its Deployment has ordered. */
async function topOf(api: Api, namespace: string, owner: Pod['owner']): Promise<Pod['owner']> {
  if (owner?.kind !== 'ReplicaSet') return owner;
  const replicaSet = await api.find(OwnerObject, 'getReplicaSet', { namespace, name: owner.name });
  return (replicaSet && ownerOf(replicaSet)) ?? owner;
}

/** The pods of whatever has this name and makes pods; null where nothing has. */
async function podsOfOwner(api: Api, { namespace, name }: Workload): Promise<Found | null> {
  const asked = makers.map(async ([kind, call]) => {
    const found = await api.find(OwnerObject, call, { namespace, name });
    return found ? [{ kind, found }] : [];
  });
  const [maker] = (await Promise.all(asked)).flat();
  if (!maker) return null;
  const query = { labelSelector: selectorText(maker.found.spec.selector), limit: String(mostPods) };
  const { items } = await api.read(listOf(PodObject), 'listPods', { namespace, query });
  return { pods: items, owner: { kind: maker.kind, name } };
}

async function podsOf(api: Api, target: Workload): Promise<Found | null> {
  const { namespace, name } = target;
  const pod = await api.find(PodObject, 'getPod', { namespace, name });
  return pod ? { pods: [pod], owner: ownerOf(pod) } : podsOfOwner(api, target);
}

/** Of several pods the one whose container the finding names, where it names one that runs. */
function meant(pods: readonly PodObject[], { targets }: Pick<Finding, 'targets'>): readonly PodObject[] {
  const ids = targets.flatMap(({ kind, id }) => (kind === 'container' ? [id] : []));
  const named = pods.filter(({ status }) =>
    status.containerStatuses.some(({ containerID }) => ids.some((id) => containerID.endsWith(`://${id}`))),
  );
  return named.length > 0 ? named : pods;
}

const daemons: readonly (readonly [Enforcer, string, string])[] = [
  ['cilium', 'kube-system', 'cilium'],
  ['calico', 'calico-system', 'calico-node'],
  ['calico', 'kube-system', 'calico-node'],
];

/** The agent that enforces beside the VPC CNI runs in every cluster, and acts only with this argument (EKS user guide, "Restrict Pod network traffic with Kubernetes network policies"). */
const switchedOn = ({ spec }: DaemonSetObject): boolean =>
  spec.template.spec.containers.some(({ args }) => args.includes('--enable-network-policy=true'));

/** What enforces NetworkPolicies there; null where nothing is known to. */
async function enforcerOf(api: Api): Promise<Enforcer | null> {
  const daemonSet = (namespace: string, name: string) => api.find(DaemonSetObject, 'getDaemonSet', { namespace, name });
  const [own, auto, ...others] = await Promise.all([
    daemonSet('kube-system', 'aws-node'),
    api.cluster.computeConfig?.enabled
      ? api.find(ConfigMapObject, 'getConfigMap', { namespace: 'kube-system', name: 'amazon-vpc-cni' })
      : null,
    ...daemons.map(async ([enforcer, namespace, name]) => ((await daemonSet(namespace, name)) ? enforcer : null)),
  ]);
  const other = others.find((one) => one !== null);
  if (other) return other;
  if (own && switchedOn(own)) return 'vpc-cni';
  // EKS user guide, "Use Network Policies with EKS Auto Mode".
  return auto?.data['enable-network-policy-controller'] === 'true' ? 'auto-mode' : null;
}

/** Those of our roles that the cluster has no access entry for: a lever of theirs would be refused after people have agreed. */
async function missingEntries(target: Workload, session: Session): Promise<string[]> {
  const known: string[] = [];
  const asked = { client: session.client(EKSClient) };
  for await (const { accessEntries = [] } of paginateListAccessEntries(asked, { clusterName: target.cluster }))
    known.push(...accessEntries);
  return ourRoles(target).filter((role) => !known.includes(role));
}

/** Nodes whose instances an incident carries. */
const mostNodes = 5;

/** The instance that a node is, by what the cloud provider writes there: `aws:///<zone>/<instance>`. Nodes of Fargate and hybrid ones are none. */
async function hostsOf(api: Api, pods: readonly Pod[]): Promise<string[]> {
  const names = [...new Set(pods.flatMap(({ node }) => node ?? []))].slice(0, mostNodes);
  const nodes = await Promise.all(names.map((name) => api.find(NodeObject, 'getNode', { name })));
  return nodes.flatMap((node) => /^aws:\/\/\/[^/]+\/(i-[0-9a-f]+)$/.exec(node?.spec.providerID ?? '')?.[1] ?? []);
}

/** What keeps us from working there is a fact of the target, and said before anybody is asked. */
function unreachable(base: Workload, error: unknown): Facts<Workload> {
  const known = oneOfThree(error);
  if (known instanceof Throttled || isDenied(error)) throw error;
  const because = known instanceof Refused ? known.message : sentence(error);
  return read({ ...base, unreachable: because });
}

/** Milliseconds before a cluster that did not answer is asked once more: after that it is out of reach. */
const breath = 500;

async function twice<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(oneOfThree(error) instanceof Transient)) throw error;
    await sleep(breath);
    return look();
  }
}

async function readWorkload(base: Workload, session: Session, finding: Finding): Promise<Facts<Workload>> {
  const eks = session.client(EKSClient);
  const associations = associationsIn(base, session);
  // Whoever awaits them reports their failure; of a cluster that is gone nobody does.
  associations.catch(() => {});
  const { cluster } = (await eks.send(new DescribeClusterCommand({ name: base.cluster })).catch(orGone)) ?? {};
  if (!cluster) return gone(base, `the cluster ${base.cluster}`);
  const target = { ...base, tags: cluster.tags ?? {} };
  try {
    const api = apiOf(cluster, base, session);
    const look = () => Promise.all([podsOf(api, base), enforcerOf(api), missingEntries(base, session)]);
    const [found, enforcer, missing] = await twice(look);
    if (!found) return gone(target, `${base.id} in cluster ${base.cluster}`);
    const pods = meant(found.pods, finding).map(podFrom);
    const known = { session, associations: await associations };
    const [owner, identity, hosts] = await Promise.all([
      topOf(api, base.namespace, found.owner),
      identityOf(api, found.pods, target, known),
      hostsOf(api, pods),
    ]);
    const entries = `cluster ${base.cluster} has no access entry for ${missing.join(', ')}: create it (docs/kubernetes.md)`;
    return read({
      ...target,
      ...identity,
      pods,
      hosts,
      owner,
      enforcer,
      unreachable: missing.length > 0 ? entries : null,
    });
  } catch (error) {
    return unreachable(target, error);
  }
}

export const workloadFacts: FactsReader<Workload> = { read: readWorkload };
