import { describe, expect, it } from 'vitest';
import type { Pod, Workload } from '../eks-workload/target.ts';
import { PolicyObject } from '../objects.ts';
import { denyAll, judged, leftOf, planQuarantine, policyName, quarantineLabel, stillAllowing } from './plan.ts';
import type { Quarantine } from './step.ts';

const pod: Pod = {
  name: 'cart-7f6b9c-2x4kq',
  uid: '5f1c2a9d',
  node: 'ip-10-0-1-1',
  serviceAccount: 'cart',
  hostNetwork: false,
  owner: { kind: 'ReplicaSet', name: 'cart-7f6b9c' },
};
const target: Workload = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  kind: 'eks-workload',
  id: 'web/cart',
  seenAt: '2026-11-30T03:00:00.000Z',
  tags: {},
  cluster: 'shop',
  namespace: 'web',
  name: 'cart',
  pods: [pod],
  owner: { kind: 'Deployment', name: 'cart' },
  enforcer: 'vpc-cni',
  identity: null,
  role: null,
  hosts: [],
  unreachable: null,
};
const labels = { app: 'cart', 'pod-template-hash': '7f6b9c', team: 'orders' };
const before: Quarantine = { pods: { [pod.name]: { labels, policy: null } } };
const ours: Quarantine = {
  pods: { [pod.name]: { labels: { [quarantineLabel]: pod.uid }, policy: denyAll(pod) } },
};
const gone: Quarantine = { pods: { [pod.name]: { labels: null, policy: null } } };

describe('planQuarantine', () => {
  it('takes all labels off, and denies all traffic to this one pod', () => {
    expect(planQuarantine(target, before)).toEqual({ ours });
  });

  it('has nothing to do twice, or with a pod that is gone', () => {
    expect(planQuarantine(target, ours)).toHaveProperty('nothing');
    expect(planQuarantine(target, gone)).toEqual({ nothing: 'no pod of web/cart runs any more' });
  });

  it.each<[string, Partial<Workload>, RegExp]>([
    ['on the network of its node', { pods: [{ ...pod, hostNetwork: true }] }, /hostNetwork/],
    ['on Fargate', { pods: [{ ...pod, node: 'fargate-ip-10-0-1-1' }] }, /Fargate/],
    ['that stands alone', { pods: [{ ...pod, owner: null }] }, /stands alone/],
    ['where nothing enforces policies', { enforcer: null }, /nothing in cluster shop is known to enforce/],
    ['behind a private endpoint', { unreachable: 'the endpoint of cluster shop is private' }, /private/],
  ])('refuses a pod %s', (_, other, words) => {
    expect(planQuarantine({ ...target, ...other }, before)).toEqual({ refused: expect.stringMatching(words) });
  });

  it('takes a pod that stands alone where Calico enforces', () => {
    expect(planQuarantine({ ...target, enforcer: 'calico', pods: [{ ...pod, owner: null }] }, before)).toEqual({
      ours,
    });
  });
});

describe('what is left after a release', () => {
  it('is nothing where it is as before, and nothing of a pod that is gone', () => {
    expect(leftOf(before, before)).toEqual([]);
    expect(leftOf(before, gone)).toEqual([]);
  });

  it('is each label that is not back, and our policy', () => {
    expect(leftOf(before, ours).map(({ path }) => path)).toEqual([
      `pods.${pod.name}.labels.app`,
      `pods.${pod.name}.labels.pod-template-hash`,
      `pods.${pod.name}.labels.team`,
      `pods.${pod.name}.labels.${quarantineLabel}`,
      `pods.${pod.name}.policy`,
    ]);
  });
});

describe('what still lets the pod out', () => {
  const policy = (name: string, spec: object): PolicyObject =>
    PolicyObject.parse({ metadata: { name, uid: 'u', resourceVersion: '1' }, spec });
  const out = { policyTypes: ['Egress'], egress: [{ ports: [{ port: 53 }] }] };

  it('is a policy that selects every pod, or by a label that ours lacks', () => {
    const all = policy('dns-for-all', { podSelector: {}, ...out });
    const lacking = policy('no-tier', {
      podSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      ...out,
    });
    expect(stillAllowing([pod], [all, lacking])).toHaveLength(2);
  });

  it('is none by a label that was taken off, none that allows nothing, and not ours', () => {
    const byLabel = policy('cart', { podSelector: { matchLabels: { app: 'cart' } }, ...out });
    const deny = policy('deny-all', { podSelector: {}, policyTypes: ['Egress'] });
    const own = policy(policyName(pod), denyAll(pod));
    expect(stillAllowing([pod], [byLabel, deny, own])).toEqual([]);
  });
});

describe('judged', () => {
  it('is verified with what enforces it, and says what the VPC CNI cannot promise', () => {
    const verdict = judged(target, [], [], ['web/cart-1']);
    expect(verdict).toMatchObject({
      outcome: 'verified',
      seen: [expect.stringMatching(/enforced by vpc-cni/), expect.stringMatching(/try a connection/)],
    });
    expect(judged({ enforcer: 'cilium' }, [], [], ['web/cart-1'])).toMatchObject({ seen: [expect.any(String)] });
  });

  it('is not, where another policy goes on to allow something', () => {
    expect(judged(target, [], ['NetworkPolicy dns still allows what it allows'], [])).toEqual({
      outcome: 'not-verified',
      because: 'NetworkPolicy dns still allows what it allows',
    });
  });
});
