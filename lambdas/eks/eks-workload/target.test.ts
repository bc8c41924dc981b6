import { describe, expect, it } from 'vitest';
import { named } from '../../../lib/domain/named.ts';
import { eksWorkload, refusals, type Workload } from './target.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const sight = { place, now: '2026-11-30T03:00:00.000Z', since: null };
const from = (id: string, inside: string | null) =>
  eksWorkload.from(named('eks-workload', id, place, { inside }), sight);

describe('a workload as a finding names it', () => {
  it('has a cluster, a namespace and a name', () => {
    expect(from('web/cart', 'shop')).toMatchObject({ cluster: 'shop', namespace: 'web', name: 'cart', pods: [] });
  });

  it.each([
    ['without a cluster', 'web/cart', null],
    ['without a namespace', 'cart', 'shop'],
    ['with a path for a name', 'web/../secrets', 'shop'],
    ['with a query in it', 'web/cart?watch=1', 'shop'],
    ['in a namespace that no cluster has', 'Web/cart', 'shop'],
    ['in a cluster that EKS never named', 'web/cart', 'shop/../other'],
  ])('is none %s', (_, id, inside) => {
    expect(from(id, inside)).toBeNull();
  });
});

describe('what is said before anybody is asked', () => {
  const target: Workload = { ...eksWorkload.any(place), enforcer: 'cilium' };

  it('is nothing where all levers work', () => {
    expect(refusals(target)).toBeNull();
  });

  it('is all levers where the cluster is out of reach, and the quarantine alone where policies bind nothing', () => {
    const levers = ['quarantine-pod', 'pause-workload', 'cordon-node'];
    expect(refusals({ ...target, unreachable: 'no access entry' })).toEqual({ levers, because: 'no access entry' });
    expect(refusals({ ...target, enforcer: null })?.levers).toEqual(['quarantine-pod']);
  });
});
