import { describe, expect, it, test } from 'vitest';
import { known, targetKindOf } from '../../lambdas/targets/target.ts';
import { playbooks } from '../../playbooks/index.ts';
import { stepsOf } from '../asl/wiring.ts';
import { identityPlaybooks, playbookOfHolder, playbooksFitting } from './answering.ts';
import { named, type Principal, TargetKind } from './named.ts';
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

describe('what a person may pick for a target', () => {
  const kinds = [...new Set([...TargetKind.options, ...known.map(({ kind }) => kind)])];
  const picked = kinds.flatMap((kind) => playbooksFitting(kind).map((name) => [kind, name] as const));

  it.each(picked)('of kind %s: %s works on it, or asks people', (kind, name) => {
    const book = playbooks.find((one) => one.name === name);
    expect(book?.startedBy).toBe('findings');
    const taken = (book ? stepsOf(book) : []).flatMap(({ target }) => kindsTaken(target));
    const handsOver = book?.asks.some(({ kind: how }) => how === 'hand over') ?? false;
    expect(taken.includes(kind) || handsOver).toBe(true);
  });

  it('are ten at most: Slack shows no more in one form', () => {
    expect(Math.max(...kinds.map((kind) => playbooksFitting(kind).length))).toBeLessThanOrEqual(10);
    expect(playbooksFitting('account')).toEqual([]);
  });

  it('is every playbook that findings start, but those that are about several or about nothing yet', () => {
    const all = playbooks.filter(({ startedBy }) => startedBy === 'findings').map(({ name }) => name);
    const none = ['attack-sequence', 'decoy-tripped', 'unmapped-finding'];
    expect([...new Set(picked.map(([, name]) => name))].toSorted()).toEqual(
      all.filter((name) => !none.includes(name)).toSorted(),
    );
  });
});
