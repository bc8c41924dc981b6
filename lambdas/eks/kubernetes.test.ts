import { describe, expect, it } from 'vitest';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import { isGone } from '../runtime/errors.ts';
import { kubernetesCalls, pathOf, rulesOf } from './calls.ts';
import { failureOf } from './kubernetes.ts';
import { mergePatch, selectorText, selects } from './objects.ts';

const server = { cluster: 'shop', roles: 'arn:aws:iam::111122223333:role/tourniquet-contain' };
const failure = (status: number, reason = '', message = 'said') =>
  failureOf(server, kubernetesCalls.patchPod, { status, text: JSON.stringify({ kind: 'Status', reason, message }) });

describe('failures', () => {
  it('are for people where nobody lets us in, with what is missing', () => {
    expect(failure(401)).toBeInstanceOf(Refused);
    expect(failure(401).message).toContain('role/tourniquet-contain');
    expect(failure(403, 'Forbidden', 'admission webhook "kyverno" denied the request')).toBeInstanceOf(Refused);
    expect(failure(403, 'Forbidden', 'kyverno denied').message).toContain('kyverno denied');
  });

  it('pass where somebody else was quicker, or the server is busy', () => {
    for (const one of [failure(409, 'Conflict'), failure(429), failure(503)]) expect(one).toBeInstanceOf(Transient);
  });

  it('are gone, or there already, by name; and ours where the server does not take what we sent', () => {
    expect(isGone(failure(404, 'NotFound'))).toBe(true);
    expect(failure(409, 'AlreadyExists').name).toBe('AlreadyExists');
    expect(failure(422, 'Invalid')).toMatchObject({ name: 'Invalid', message: 'said' });
    expect(failureOf(server, kubernetesCalls.getPod, { status: 404, text: '<html>' }).name).toBe('NotFound');
  });
});

describe('paths', () => {
  it('are of the group, with everything named in its place', () => {
    expect(pathOf(kubernetesCalls.getPod, { namespace: 'web', name: 'cart' })).toBe('/api/v1/namespaces/web/pods/cart');
    expect(pathOf(kubernetesCalls.readLog, { namespace: 'web', name: 'cart' })).toBe(
      '/api/v1/namespaces/web/pods/cart/log',
    );
    expect(pathOf(kubernetesCalls.getNode, { name: 'ip-1' })).toBe('/api/v1/nodes/ip-1');
    expect(pathOf(kubernetesCalls.listNetworkPolicies, { namespace: 'web' })).toBe(
      '/apis/networking.k8s.io/v1/namespaces/web/networkpolicies',
    );
  });

  it('hold nothing but one name, whatever it is', () => {
    expect(pathOf(kubernetesCalls.getPod, { namespace: 'web', name: '../secrets?x' })).toBe(
      '/api/v1/namespaces/web/pods/..%2Fsecrets%3Fx',
    );
  });
});

it('only the release deletes, and only NetworkPolicies', () => {
  const deleting = (['read-evidence', 'contain', 'release'] as const).map((role) =>
    rulesOf(role).flatMap(({ verbs, resources }) => (verbs.includes('delete') ? resources : [])),
  );
  expect(deleting).toEqual([[], [], ['networkpolicies']]);
});

it('a merge patch takes away what is not meant, and nothing else', () => {
  const from = { app: 'cart', team: 'orders', same: '1' };
  expect(mergePatch(from, { same: '1', ours: 'x' })).toEqual({ app: null, team: null, ours: 'x' });
  expect(mergePatch({ spec: { a: [1] } }, { spec: { a: [], b: { c: 1 } } })).toEqual({ spec: { a: [], b: { c: 1 } } });
  expect(mergePatch(null, { a: 1 })).toEqual({ a: 1 });
});

it('a selector selects as Kubernetes does', () => {
  const by = (key: string, operator: string, values: string[] = []) => ({
    matchLabels: {},
    matchExpressions: [{ key, operator, values }],
  });
  const labels = { app: 'cart' };
  expect(selects({ matchLabels: {}, matchExpressions: [] }, {})).toBe(true);
  expect(selects({ matchLabels: { app: 'db' }, matchExpressions: [] }, labels)).toBe(false);
  expect(
    [by('app', 'In', ['cart']), by('tier', 'NotIn', ['x']), by('app', 'Exists'), by('tier', 'DoesNotExist')].map(
      (one) => selects(one, labels),
    ),
  ).toEqual([true, true, true, true]);
  expect([by('tier', 'In', ['x']), by('app', 'NotIn', ['cart'])].map((one) => selects(one, labels))).toEqual([
    false,
    false,
  ]);
  expect(
    selectorText({
      matchLabels: { app: 'cart' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a', 'b'] }],
    }),
  ).toBe('app=cart,tier notin (a,b)');
});
