import { describe, expect, it } from 'vitest';
import { eksWorkload } from '../eks-workload/target.ts';
import { planDetach, serviceAccountOf } from './plan.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const pod = { name: 'cart-1', uid: 'u', node: null, serviceAccount: 'cart', hostNetwork: false, owner: null };
const role = { name: 'shop', id: 'AROA1', arn: 'arn:aws:iam::444455556666:role/shop' };
const cart = { ...eksWorkload.any(place), id: 'web/cart', namespace: 'web', pods: [pod], role };
const association = {
  role: role.arn,
  sessions: 'tagged' as const,
  policy: null,
  tags: {},
  chained: null,
  addOn: null,
};

describe('removing an association', () => {
  it('leaves none', () => {
    expect(planDetach(cart, { association })).toEqual({ ours: { association: null } });
  });

  it('has nothing to do where there is none, or no pod', () => {
    expect(planDetach(cart, { association: null })).toEqual({ nothing: expect.stringContaining('web/cart') });
    expect(planDetach({ ...cart, pods: [] }, { association: null })).toHaveProperty('nothing');
  });

  it.each([
    ['an add-on made it', { ...association, addOn: 'arn:aws:eks:::addon/x' }, /add-on/],
    ['it hands on to a second role', { ...association, chained: 'arn:aws:iam::1:role/two' }, /role\/two.*another/],
    ['its role was not read', { ...association, role: 'arn:aws:iam::1:role/foreign' }, /not read/],
  ])('is refused where it could not be made again: %s', (_, one, because) => {
    expect(planDetach(cart, { association: one })).toEqual({ refused: expect.stringMatching(because) });
  });

  it('is refused where the cluster could not be read', () => {
    expect(planDetach({ ...cart, unreachable: 'private' }, { association })).toEqual({ refused: 'private' });
  });
});

it('a pod that names no service account has the default one', () => {
  expect(serviceAccountOf({ pods: [{ ...pod, serviceAccount: null }] })).toBe('default');
});
