import { expect, it } from 'vitest';
import { type BindingObject, bindingSentences, nobody, subjectsOfAccount, subjectsOfEntry } from './bindings.ts';

const binding = (name: string, role: string, ...subjects: BindingObject['subjects'] & object): BindingObject => ({
  metadata: { name },
  roleRef: { name: role },
  subjects,
});
const bindings = [
  binding('ops', 'cluster-admin', { kind: 'Group', name: 'deployers' }, { kind: 'User', name: 'eve' }),
  binding('cart', 'view', { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' }),
  binding('pods', 'edit', { kind: 'Group', name: 'system:serviceaccounts:shop' }),
  binding('open', 'cluster-admin', { kind: 'User', name: 'system:anonymous' }),
  binding('system:basic-user', 'system:basic-user', { kind: 'Group', name: 'system:authenticated' }),
  { metadata: { name: 'empty' }, roleRef: { name: 'view' } },
];
const named = (who: Parameters<typeof bindingSentences>[1]) =>
  bindingSentences(bindings, who).filter((one) => one.startsWith('ClusterRoleBinding'));

it.each([
  [
    'whoever has an access entry',
    subjectsOfEntry('arn:x', ['deployers']),
    ['ClusterRoleBinding ops gives group deployers the role cluster-admin in the whole cluster'],
  ],
  [
    'a service account',
    subjectsOfAccount('shop', 'cart'),
    [
      'ClusterRoleBinding cart gives service account shop/cart the role view in the whole cluster',
      'ClusterRoleBinding pods gives group system:serviceaccounts:shop the role edit in the whole cluster',
    ],
  ],
  [
    'whoever has no credentials',
    nobody,
    ['ClusterRoleBinding open gives user system:anonymous the role cluster-admin in the whole cluster'],
  ],
  // The one of the same name in another namespace is another's.
  ['another service account', subjectsOfAccount('other', 'cart'), []],
])('%s is found by each name that bindings have for it', (_, who, expected) => {
  expect(named(who)).toEqual(expected);
});

it('says that they stay, and that there is none', () => {
  expect(bindingSentences(bindings, nobody).at(-1)).toMatch(/stay: remove them by hand/);
  expect(bindingSentences(bindings, subjectsOfAccount('other', 'cart'))).toEqual([
    expect.stringMatching(/^No ClusterRoleBinding/),
  ]);
  const many = Array.from({ length: 8 }, (_, at) => binding(`b${at}`, 'view', { kind: 'User', name: 'eve' }));
  expect(bindingSentences(many, subjectsOfEntry('eve', [])).at(-2)).toBe('3 more ClusterRoleBindings name it');
});
