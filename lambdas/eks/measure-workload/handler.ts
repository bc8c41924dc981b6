import { sentence } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import type { CallName } from '../calls.ts';
import { type Api, connect } from '../cluster.ts';
import type { Workload } from '../eks-workload/target.ts';
import { listOf, OwnerObject, PodObject, ServiceObject, selectorText, selects } from '../objects.ts';
import { sentences } from './plan.ts';
import { measureWorkload, type WorkloadMeasured } from './step.ts';

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

export async function measure(target: Workload, session: Session): Promise<WorkloadMeasured> {
  try {
    const api = await connect(target, session);
    const [own, services] = await Promise.all([owned(api, target), servicesOf(api, target)]);
    return { outcome: 'measured', facts: sentences(target, { ...own, services }), unknown: [] };
  } catch (error) {
    // What cannot be read is said to be unknown, with the reason: the question goes out all the same.
    return { outcome: 'measured', facts: [], unknown: [`Who uses it: ${sentence(error)}`] };
  }
}

export const handler = serveStep(measureWorkload, ({ target, session }) => measure(target, session));
