import { describe, expect, it } from 'vitest';
import { named, type PrincipalKind } from '../../lib/domain/named.ts';
import { targetFrom } from '../targets/target.ts';
import { isOurRole, isOurs, untouchable } from './untouchable.ts';

const [hub, member, stranger] = ['111122223333', '444455556666', '999900001111'];
const deployment = { name: 'tourniquet', hub, respondsIn: (account: string) => account === hub || account === member };

function holder(kind: PrincipalKind, name: string, session: string | null, account = member) {
  const place = { partition: 'aws', account, region: 'eu-central-1' };
  const key = named('access-key', 'ASIAIOSFODNN7EXAMPLE', place, {
    principal: { kind, name, id: 'AROAEXAMPLE', session },
  });
  return targetFrom(key, { place, now: '2026-11-29T10:00:00.000Z', since: null });
}

describe('a role of ours', () => {
  it.each([
    ['the one that contains in a member', 'tourniquet-contain', member, true],
    ['a function of the hub', 'tourniquet-open-incident', hub, true],
    ['the machine of a playbook', 'tourniquet-run-iam-access-key', hub, true],
    ['one of the same name in an account that is none of ours', 'tourniquet-contain', stranger, false],
    ['one that is named like a function, in a member', 'tourniquet-open-incident', member, false],
    ['any other of the hub', 'deploy', hub, false],
  ])('%s', (_, role, account, ours) => {
    expect(isOurRole(role, account, deployment)).toBe(ours);
    expect(isOurs(holder('role-session', role, 'run-1', account), deployment)).toBe(ours);
  });
});

describe('the break-glass list', () => {
  const spared = (target: ReturnType<typeof holder>, breakGlass: string[]) =>
    untouchable(target, { ...deployment, breakGlass, management: undefined })?.reason ?? null;
  const sso = 'AWSReservedSSO_Emergency_0123456789abcdef';

  it.each([
    [
      'a user whose path could not be read',
      holder('iam-user', 'rescue', null),
      `arn:aws:iam::${member}:user/ops/rescue`,
    ],
    ['a role that could not be read', holder('role-session', 'rescue', 'x'), `arn:aws:iam::${member}:role/ops/rescue`],
    [
      'a person of Identity Center, by the role',
      holder('identity-center', sso, 'rosa'),
      `arn:aws:iam::${member}:role/aws-reserved/sso.amazonaws.com/${sso}`,
    ],
    [
      'a person of Identity Center, by name',
      holder('identity-center', sso, 'rosa'),
      `arn:aws:sts::${hub}:assumed-role/${sso}/rosa`,
    ],
  ])('spares %s', (_, target, entry) => {
    expect(spared(target, [entry])).toBe('break-glass');
  });

  it.each([
    ['one of the same name elsewhere', holder('iam-user', 'rescue', null), `arn:aws:iam::${hub}:user/rescue`],
    ['a role of a user’s name', holder('role-session', 'rescue', 'x'), `arn:aws:iam::${member}:user/rescue`],
    ['another person', holder('identity-center', sso, 'leo'), `arn:aws:sts::${hub}:assumed-role/${sso}/rosa`],
  ])('does not spare %s', (_, target, entry) => {
    expect(spared(target, [entry])).toBeNull();
  });
});
