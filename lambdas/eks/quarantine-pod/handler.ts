import { describe, differences } from '../../../lib/domain/before-state.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import { type Change, changeOf, type Verdict } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { orGone } from '../../runtime/facts.ts';
import { type LeverJob, type LeverReading, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { type Api, connect } from '../cluster.ts';
import type { Pod, Workload } from '../eks-workload/target.ts';
import { listOf, mergePatch, PodObject, PolicyObject, type PolicySpec } from '../objects.ts';
import { judged, leftOf, planQuarantine, policyName, stillAllowing } from './plan.ts';
import { type Quarantine, quarantinePod } from './step.ts';

type Job = LeverJob<Workload, Quarantine>;
type State = Quarantine['pods'][string];
type Deed = readonly [what: string, job: () => Promise<unknown>];

const none: State = { labels: null, policy: null };

async function stateOf(api: Api, namespace: string, pod: Pod): Promise<State> {
  const [found, policy] = await Promise.all([
    api.find(PodObject, 'getPod', { namespace, name: pod.name }),
    api.find(PolicyObject, 'getNetworkPolicy', { namespace, name: policyName(pod) }),
  ]);
  // Another pod of the same name is not the one we hold.
  const same = found?.metadata.uid === pod.uid ? found : null;
  return { labels: same?.metadata.labels ?? null, policy: policy?.spec ?? null };
}

async function look({ pods, namespace, ...target }: Workload, session: Session): Promise<Quarantine> {
  const api = await connect(target, session);
  const states = pods.map(async (pod) => [pod.name, await stateOf(api, namespace, pod)] as const);
  return { pods: Object.fromEntries(await Promise.all(states)) };
}

/**
 * Only the labels that differ, and only while it is the same pod: of another one of its name the uid cannot be changed, which is Invalid (so Kubernetes'
 * own controllers tell, controller_ref_manager.go). The next look finds ours gone.
 */
const relabel = (api: Api, namespace: string, { name, uid }: Pod, from: State, to: State) =>
  api
    .send('patchPod', { namespace, name, body: { metadata: { uid, labels: mergePatch(from.labels, to.labels) } } })
    .catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'Invalid') throw error;
      throw new Transient(`${namespace}/${name} is another pod than it was: ${error.message}`, { cause: error });
    });

/** Ours may be there since a call that nobody heard the answer of; then it is made what is meant. */
async function place(api: Api, namespace: string, pod: Pod, from: PolicySpec | null, spec: PolicySpec): Promise<void> {
  const name = policyName(pod);
  const labels = { 'app.kubernetes.io/managed-by': 'tourniquet' };
  const put = (now: PolicySpec | null) =>
    api.send('patchNetworkPolicy', { namespace, name, body: { spec: mergePatch(now, spec) } });
  if (from) return void (await put(from));
  const body = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, labels }, spec };
  await api.send('createNetworkPolicy', { namespace, body }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'AlreadyExists') throw error;
    return put(null);
  });
}

function deedsFor(api: Api, namespace: string, pod: Pod, from: State, to: State): Deed[] {
  const { policy } = to;
  const what = `${namespace}/${pod.name}`;
  const relabelled = to.labels && from.labels && differences(from.labels, to.labels).length > 0;
  const policed = differences(from.policy, policy).length > 0;
  const remove = () =>
    api.send('deleteNetworkPolicy', { namespace, name: policyName(pod) }).catch((error: unknown) => orGone(error));
  return [
    ...(policed && policy ? [[`${what}: policy`, () => place(api, namespace, pod, from.policy, policy)] as const] : []),
    ...(relabelled ? [[`${what}: labels`, () => relabel(api, namespace, pod, from, to)] as const] : []),
    ...(policed && !policy ? [[`${what}: our policy removed`, remove] as const] : []),
  ];
}

/** Apply and release are the same walk, in opposite directions. */
async function carryOut({ target, from, to, session }: Job): Promise<Change> {
  const { pods, namespace } = target;
  const api = await connect(target, session);
  const deeds = pods.flatMap((pod) =>
    deedsFor(api, namespace, pod, from.pods[pod.name] ?? none, to.pods[pod.name] ?? none),
  );
  const { done, failed } = await all(deeds);
  return changeOf(done, failed);
}

async function verify({ target, stored, now, session }: LeverReading<Workload, Quarantine>): Promise<Verdict> {
  const { pods, namespace } = target;
  const api = await connect(target, session);
  const { items } = await api.read(listOf(PolicyObject), 'listNetworkPolicies', { namespace });
  const held = pods.filter(({ name }) => stored.ours.pods[name]?.labels);
  const off = differences(stored.ours, now).map(describe);
  return judged(
    target,
    off,
    stillAllowing(held, items),
    held.map(({ name }) => `${namespace}/${name}`),
  );
}

export const handler = serveLever(quarantinePod, {
  look,
  plan: planQuarantine,
  apply: carryOut,
  release: carryOut,
  left: leftOf,
  verify,
});
