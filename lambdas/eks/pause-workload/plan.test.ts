import { expect, it } from 'vitest';
import { eksWorkload } from '../eks-workload/target.ts';
import { callsFor, planPause } from './plan.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const of = (kind: string | null) => ({
  ...eksWorkload.any(place),
  id: 'web/cart',
  owner: kind === null ? null : { kind, name: 'cart' },
});

it.each(['Deployment', 'StatefulSet', 'ReplicaSet'])('a %s is scaled to zero, whatever it kept', (kind) => {
  expect(planPause(of(kind), { replicas: 3 })).toEqual({ ours: { replicas: 0 } });
  expect(callsFor(of(kind))).not.toBeNull();
});

it('what keeps none, or is gone, has nothing to do', () => {
  expect(planPause(of('Deployment'), { replicas: 0 })).toEqual({ nothing: 'Deployment cart is at zero already' });
  expect(planPause(of('Deployment'), { replicas: null })).toEqual({ nothing: 'Deployment cart is gone' });
  expect(planPause(of(null), { replicas: null })).toHaveProperty('nothing');
});

it.each(['DaemonSet', 'Job', 'Rollout'])('a %s has no count, and is said to be for people', (kind) => {
  expect(planPause(of(kind), { replicas: null })).toEqual({ refused: expect.stringMatching(/by hand/) });
});
