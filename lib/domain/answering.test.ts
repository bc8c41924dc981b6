import { describe, expect, it, test } from 'vitest';
import { targetKindOf } from '../../lambdas/targets/target.ts';
import { playbooks } from '../../playbooks/index.ts';
import { identityPlaybooks, playbookOfHolder } from './answering.ts';
import { named, type Principal } from './named.ts';
import { kindsTaken } from './target.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const holder = (kind: Principal['kind'], name: string | null = 'n', session: string | null = null): Principal => ({
  kind,
  name,
  id: 'AIDAEXAMPLE',
  session,
});

const answered: readonly (readonly [string, Principal, string])[] = [
  ['a user', holder('iam-user'), 'iam-access-key'],
  ['a federated session of a user', holder('federated-user'), 'iam-access-key'],
  ['a session of a role', holder('role-session', 'deploy', 'x'), 'iam-role-session'],
  ['the session of an instance', holder('role-session', 'web', 'i-0123456789abcdef0'), 'stolen-workload-credentials'],
  ['a person', holder('identity-center', 'AWSReservedSSO_Admin_1', 'eve'), 'identity-center-user'],
  ['the root user', holder('root', null), 'root-user'],
];

describe('who acted is answered by a playbook that can contain such a one', () => {
  it.each(answered)('%s', (_, principal, playbook) => {
    expect(playbookOfHolder(principal)).toBe(playbook);
    const kind = targetKindOf(named('access-key', 'AKIAIOSFODNN7EXAMPLE', place, { principal }));
    const book = playbooks.find(({ name }) => name === playbook);
    const taken = book?.asks.flatMap(({ acts }) => acts.flatMap(({ target }) => kindsTaken(target))) ?? [];
    expect(taken).toContain(kind);
    expect(book?.startedBy).toBe('findings');
  });

  it.each([
    ['a service of AWS', holder('service', 'cloudformation.amazonaws.com')],
    ['another account', holder('account', '999900001111')],
    ['a role without a name', holder('role-session', null)],
    ['a user without a name', holder('iam-user', null)],
    ['nobody', null],
  ])('but %s is not', (_, principal) => {
    expect(playbookOfHolder(principal)).toBeNull();
  });
});

test('no playbook is in the list in vain', () => {
  expect([...new Set(answered.map(([, , playbook]) => playbook))].toSorted()).toEqual([...identityPlaybooks]);
});
