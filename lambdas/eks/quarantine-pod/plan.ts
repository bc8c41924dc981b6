import type { Difference } from '../../../lib/domain/before-state.ts';
import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { type Pod, refusals, type Workload } from '../eks-workload/target.ts';
import { type PolicyObject, type PolicySpec, selects } from '../objects.ts';
import type { Quarantine } from './step.ts';

/** The label of a pod in quarantine; its value is the pod's uid, so that no two share a policy. */
export const quarantineLabel = 'tourniquet/quarantine';

export const policyName = ({ uid }: Pick<Pod, 'uid'>): string => `tourniquet-quarantine-${uid}`;

/** Selects one pod by our label and allows it nothing (Kubernetes, "Network Policies", default deny). */
export const denyAll = ({ uid }: Pick<Pod, 'uid'>): PolicySpec => ({
  podSelector: { matchLabels: { [quarantineLabel]: uid }, matchExpressions: [] },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [],
  egress: [],
});

/**
 * All labels go, not only those of its Services and its owner: policies add up, and any other policy that still selects the pod by a label
 * would go on to allow what it allows.
 */
export function planQuarantine(target: Workload, before: Quarantine): LeverPlan<Quarantine> {
  const refused = refusals(target);
  if (refused?.levers.includes('quarantine-pod')) return { refused: refused.because };
  const here = target.pods.filter(({ name }) => before.pods[name]?.labels);
  if (here.length === 0) return { nothing: `no pod of ${target.id} runs any more` };
  const ours = here.map((pod) => [pod.name, { labels: { [quarantineLabel]: pod.uid }, policy: denyAll(pod) }] as const);
  const meant = { pods: { ...before.pods, ...Object.fromEntries(ours) } };
  if (differences(before, meant).length === 0) return { nothing: `${target.id} is in quarantine already` };
  return { ours: meant };
}

/** What still differs after a release; of a pod that is gone there is nothing to put back. */
export const leftOf = (before: Quarantine, now: Quarantine): Difference[] =>
  Object.keys(before.pods).flatMap((name) => {
    const [was, is] = [before.pods[name], now.pods[name]];
    const labels = is?.labels === null ? null : was?.labels;
    return differences({ labels, policy: was?.policy }, { labels: is?.labels, policy: is?.policy }, `pods.${name}`);
  });

/** Policies besides ours that select a pod in quarantine and allow it something. */
export function stillAllowing(pods: readonly Pod[], policies: readonly PolicyObject[]): string[] {
  const own = new Set(pods.map(policyName));
  return policies.flatMap(({ metadata: { name }, spec }) => {
    const selected = pods.filter(({ uid }) => selects(spec.podSelector, { [quarantineLabel]: uid }));
    const allows = spec.ingress.length > 0 || spec.egress.length > 0;
    return !own.has(name) && allows && selected.length > 0 ? [`NetworkPolicy ${name} still allows what it allows`] : [];
  });
}

const caution =
  'The VPC CNI tells pods apart by their names: try a connection from the pod before you rely on it (aws-network-policy-agent, issues 327 and 676)';

/** What was read back, in words: labels and policy as meant, nothing else that allows, and something that enforces. */
export function judged(
  { enforcer }: Pick<Workload, 'enforcer'>,
  off: readonly string[],
  allowing: readonly string[],
  names: readonly string[],
): Verdict {
  const because = [...off, ...allowing];
  if (because.length > 0) return { outcome: 'not-verified', because: because.join('; ') };
  const seen = names.map((name) => `${name}: no label but ours, all traffic denied, enforced by ${enforcer}`);
  const byAws = enforcer === 'vpc-cni' || enforcer === 'auto-mode';
  return { outcome: 'verified', seen: byAws ? [...seen, caution] : seen };
}
