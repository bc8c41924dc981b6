import { DescribeAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { measured } from '../../runtime/measure.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import {
  BindingObject,
  bindingSentences,
  nobody,
  type Subject,
  subjectsOfAccount,
  subjectsOfEntry,
} from '../bindings.ts';
import type { CallName } from '../calls.ts';
import { type Api, connect } from '../cluster.ts';
import type { Workload } from '../eks-workload/target.ts';
import { listOf, OwnerObject, PodObject, ServiceObject, selectorText, selects } from '../objects.ts';
import { sentences } from './plan.ts';
import { measureWorkload, type Used } from './step.ts';

type Looking = Pick<StepContext<Used>, 'target' | 'session'>;

const owners: Readonly<Record<string, CallName>> = {
  Deployment: 'getDeployment',
  ReplicaSet: 'getReplicaSet',
  StatefulSet: 'getStatefulSet',
  DaemonSet: 'getDaemonSet',
  Job: 'getJob',
};
const counts = new Set(['Deployment', 'ReplicaSet', 'StatefulSet']);

/** The pods of the owner, and how many it keeps. */
async function owned(api: Api, { owner, namespace, pods }: Workload) {
  const call = owner && owners[owner.kind];
  const found = call ? await api.find(OwnerObject, call, { namespace, name: owner.name }) : null;
  if (!found) return { replicas: null, running: pods };
  const query = { labelSelector: selectorText(found.spec.selector) };
  const { items } = await api.read(listOf(PodObject), 'listPods', { namespace, query });
  const running = items.map(({ metadata, spec }) => ({ name: metadata.name, node: spec.nodeName }));
  return { replicas: counts.has(owner?.kind ?? '') ? found.spec.replicas : null, running };
}

/** Services whose selector matches one of its pods. */
async function servicesOf(api: Api, { namespace, pods }: Workload): Promise<string[]> {
  const asked = pods.map(({ name }) => api.find(PodObject, 'getPod', { namespace, name }));
  const [services, ...found] = await Promise.all([
    api.read(listOf(ServiceObject), 'listServices', { namespace }),
    ...asked,
  ]);
  return services.items.flatMap(({ metadata, spec }) => {
    const selector = { matchLabels: spec.selector, matchExpressions: [] };
    const leads = found.some((pod) => pod && selects(selector, pod.metadata.labels));
    // One without a selector leads where somebody has written its end points by hand.
    return Object.keys(spec.selector).length > 0 && leads ? [metadata.name] : [];
  });
}

async function users({ target, session }: Looking): Promise<string[]> {
  if (target.kind === 'eks-cluster') return [];
  const api = await connect(target, session);
  const [own, services] = await Promise.all([owned(api, target), servicesOf(api, target)]);
  return sentences(target, { ...own, services });
}

/** By what RBAC knows whoever came in, or the pods. */
async function subjectsOf({ target, session }: Looking): Promise<readonly Subject[]> {
  if (target.kind === 'eks-workload') {
    const accounts = new Set(target.pods.map(({ serviceAccount }) => serviceAccount ?? 'default'));
    return [...accounts].flatMap((name) => subjectsOfAccount(target.namespace, name));
  }
  const { id: clusterName, entry: principalArn } = target;
  if (!principalArn) return nobody;
  const asked = new DescribeAccessEntryCommand({ clusterName, principalArn });
  const { accessEntry } = await session.client(EKSClient).send(asked);
  const { username = principalArn, kubernetesGroups = [] } = accessEntry ?? {};
  return subjectsOfEntry(username, kubernetesGroups);
}

async function bindings(looking: Looking): Promise<string[]> {
  const { target, session } = looking;
  const cluster = target.kind === 'eks-cluster' ? target.id : target.cluster;
  const api = await connect({ ...target, cluster }, session);
  const [{ items }, who] = await Promise.all([
    api.read(listOf(BindingObject), 'listClusterRoleBindings'),
    subjectsOf(looking),
  ]);
  return bindingSentences(items, who);
}

const parts = { 'Who uses it': users, 'Its rights in the whole cluster': bindings } as const;

export const handler = serveStep(measureWorkload, (looking) => measured<Looking>(parts, looking));
