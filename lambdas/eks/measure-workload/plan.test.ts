import { expect, it } from 'vitest';
import { eksWorkload } from '../eks-workload/target.ts';
import { listed, sentences, sharing } from './plan.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const pod = {
  name: 'cart-7f6b-a',
  uid: 'u',
  node: 'n1',
  serviceAccount: 'cart',
  hostNetwork: false,
  owner: { kind: 'ReplicaSet', name: 'cart-7f6b' },
};
const target = {
  ...eksWorkload.any(place),
  pods: [pod],
  owner: { kind: 'Deployment', name: 'cart' },
  enforcer: 'vpc-cni' as const,
  identity: { role: 'arn:aws:iam::111122223333:role/cart', through: 'web identity' as const, issuer: null },
};
const running = [
  pod,
  { name: 'cart-7f6b-b', node: 'n1' },
  { name: 'cart-7f6b-c', node: 'n2' },
  { name: 'cart-99-d', node: 'n1' },
];

it('pods of the same owner on the same node share the rules of the VPC CNI, and of no other', () => {
  expect(sharing(target, running)).toEqual(['cart-7f6b-b']);
  expect(sharing({ ...target, enforcer: 'calico' as never }, running)).toEqual([]);
});

it('says who uses it, what stays in service, and who may be cut off with it', () => {
  const said = sentences(target, { services: ['cart', 'web'], replicas: 4, running });
  expect(said).toEqual([
    'Pod cart-7f6b-a on n1, service account cart, of ReplicaSet cart-7f6b',
    'Services that lead to it: cart, web',
    'Deployment cart keeps 4: 3 stay in service, and it starts as many again as are quarantined',
    'Role arn:aws:iam::111122223333:role/cart by web identity: a deny on it stops every pod of the cluster that has it',
    'With the VPC CNI the quarantine may cut off too, as they share its rules on their node: cart-7f6b-b',
    'The undo takes seconds; clients connect again by themselves',
  ]);
  expect(listed(['a', 'b', 'c', 'd'])).toBe('a, b, c and 1 more');
});
