import { describe, expect, it } from 'vitest';
import { eksWorkload } from '../eks-workload/target.ts';
import { leftOf, nodesOf, planCordon } from './plan.ts';
import type { Cordon } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target = { ...eksWorkload.any(place), id: 'web/cart' };
const plain = { unschedulable: 'no', doNotDisrupt: null, scaleDownDisabled: null } as const;
const kept = { unschedulable: 'yes', doNotDisrupt: 'true', scaleDownDisabled: 'true' } as const;
const pod = (node: string | null) => ({
  name: 'cart-1',
  uid: 'u',
  node,
  serviceAccount: null,
  hostNetwork: false,
  owner: null,
});

describe('planCordon', () => {
  it('cordons each node once, and keeps it', () => {
    expect(nodesOf({ pods: [pod('a'), pod('b'), pod('a'), pod(null), pod('fargate-1')] })).toEqual(['a', 'b']);
    const before: Cordon = { nodes: { a: plain, b: { ...plain, doNotDisrupt: 'false' } } };
    expect(planCordon(target, before)).toEqual({ ours: { nodes: { a: kept, b: kept } } });
  });

  it('has nothing to do twice, without a node, or with one that is gone', () => {
    expect(planCordon(target, { nodes: { a: kept } })).toEqual({ nothing: 'the node is cordoned and kept already' });
    expect(planCordon(target, { nodes: {} })).toEqual({ nothing: 'web/cart runs on no node of its own' });
    expect(planCordon(target, { nodes: { a: null } })).toHaveProperty('nothing');
  });

  it('is refused where the cluster is out of reach', () => {
    expect(planCordon({ ...target, unreachable: 'private' }, { nodes: {} })).toEqual({ refused: 'private' });
  });
});

it('a node that is gone is not put back, and one that is changed is said', () => {
  expect(leftOf({ nodes: { a: plain } }, { nodes: { a: null } })).toEqual([]);
  expect(leftOf({ nodes: { a: plain } }, { nodes: { a: { ...plain, unschedulable: 'yes' } } })).toHaveLength(1);
});
