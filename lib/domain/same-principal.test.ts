import { expect, test } from 'vitest';
import { samePrincipal } from './same-principal.ts';

const iam = (path: string, account = '111122223333') => `arn:aws:iam::${account}:${path}`;
const sts = (path: string, account = '111122223333') => `arn:aws:sts::${account}:${path}`;
const sso = 'AWSReservedSSO_Admin_0123456789abcdef';

test.each([
  ['a user whose path the finding left out', iam('user/ops/rosa'), iam('user/rosa')],
  ['a user, whatever the case', iam('user/Rosa'), iam('user/rosa')],
  ['a role and a session of it', iam('role/ops/deploy'), sts('assumed-role/deploy/rosa')],
  ['one session', sts('assumed-role/deploy/rosa'), sts('assumed-role/deploy/rosa')],
  [
    'a role of Identity Center and a person in it',
    iam(`role/aws-reserved/sso.amazonaws.com/${sso}`),
    sts(`assumed-role/${sso}/rosa`),
  ],
  [
    'a person in two accounts and permission sets',
    sts(`assumed-role/${sso}/rosa`),
    sts('assumed-role/AWSReservedSSO_View_1/rosa', '444455556666'),
  ],
  ['root', iam('root'), iam('root')],
])('%s: the same', (_, one, other) => {
  expect([samePrincipal(one, other), samePrincipal(other, one)]).toEqual([true, true]);
});

test.each([
  ['users of one name in two accounts', iam('user/rosa'), iam('user/rosa', '444455556666')],
  ['a user and a role of one name', iam('user/rosa'), iam('role/rosa')],
  ['two sessions of one role', sts('assumed-role/deploy/rosa'), sts('assumed-role/deploy/leo')],
  ['two people in one permission set', sts(`assumed-role/${sso}/rosa`), sts(`assumed-role/${sso}/leo`)],
  ['a name that only begins alike', iam('user/rosa'), iam('user/rosalind')],
  ['what names nobody', 'AKIAEXAMPLE', iam('user/AKIAEXAMPLE')],
])('%s: not the same', (_, one, other) => {
  expect([samePrincipal(one, other), samePrincipal(other, one)]).toEqual([false, false]);
});
