import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { anyInstance } from '../../ec2/instance/target.ts';
import type { RoleSession } from '../../iam/role-session/target.ts';
import type { User } from '../../iam/user/target.ts';
import type { Person } from '../../identity-center/person/target.ts';
import type { Root } from '../root/target.ts';
import { contentFor, descriptionFor, isOurs, planDeny, policyName } from './plan.ts';

const account = '444455556666';
const place = { partition: 'aws', account, region: 'eu-central-1' };
const common = { ...place, principal: null, seenAt: '2026-11-22T06:00:00Z', tags: {}, since: null, key: null };
const role = { name: 'deploy', id: 'AROAEXAMPLE', arn: `arn:aws:iam::${account}:role/ci/deploy` };

const user: User = {
  ...common,
  kind: 'user',
  id: 'alice',
  arn: `arn:aws:iam::${account}:user/shop/alice`,
  keys: [],
  attached: [],
  boundary: null,
};
const sessionNamed = (session: string | null, of: RoleSession['role'] = role): RoleSession => ({
  ...common,
  kind: 'role-session',
  id: `deploy/${session}`,
  role: of,
  session,
  arn: `arn:aws:sts::${account}:assumed-role/deploy/${session}`,
});
const instance = { ...anyInstance(place), ...place, id: 'i-0123456789abcdef0', role };
const root: Root = { ...common, kind: 'root', id: account, arn: `arn:aws:iam::${account}:root` };
const person: Person = {
  ...common,
  kind: 'person',
  id: 'mia@example.com',
  roleName: 'AWSReservedSSO_Admin_0123456789abcdef',
  arn: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/mia@example.com`,
};
const kinds = { user, session: sessionNamed('build-1'), instance, root, person };

const conditionOf = (target: Parameters<typeof contentFor>[0]) =>
  JSON.parse(contentFor(target) ?? '').Statement[0].Condition;

describe('the policy', () => {
  it('denies everything everywhere, and whom is all that differs', () => {
    for (const target of Object.values(kinds)) {
      const { Statement } = JSON.parse(contentFor(target) ?? '');
      expect(Statement).toEqual([
        { Sid: 'TourniquetDeny', Effect: 'Deny', Action: '*', Resource: '*', Condition: expect.anything() },
      ]);
    }
    expect(new Set(Object.values(kinds).map(contentFor)).size).toBe(Object.keys(kinds).length);
  });

  it.each([
    [
      'user',
      {
        ArnLike: { 'aws:PrincipalArn': [`arn:aws:iam::${account}:user/alice`, `arn:aws:iam::${account}:user/*/alice`] },
      },
    ],
    ['session', { ArnEquals: { 'aws:PrincipalArn': role.arn }, StringLike: { 'aws:userid': '*:build-1' } }],
    ['instance', { ArnEquals: { 'aws:PrincipalArn': role.arn }, StringLike: { 'aws:userid': `*:${instance.id}` } }],
    ['root', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' }, BoolIfExists: { 'aws:AssumedRoot': 'false' } }],
    ['person', { StringLike: { 'aws:userid': '*:mia@example.com' } }],
  ] as const)('tells %s from everybody else', (kind, condition) => {
    expect(conditionOf(kinds[kind])).toEqual(condition);
  });

  it('is about all sessions of a role where the finding names none', () => {
    expect(conditionOf(sessionNamed(null))).toEqual({ ArnEquals: { 'aws:PrincipalArn': role.arn } });
  });

  it('takes no character of a name for a wildcard or a variable', () => {
    const variable = (name: string): string => `\${${name}}`;
    const like = (name: string) => conditionOf(sessionNamed(name)).StringLike['aws:userid'];
    expect(like('a*b?')).toBe(`*:a${variable('*')}b${variable('?')}`);
    expect(like(variable('aws:userid'))).toBe(`*:${variable('$')}{aws:userid}`);
    expect(conditionOf({ ...person, id: '*' })).toEqual({ StringLike: { 'aws:userid': `*:${variable('*')}` } });
    expect(conditionOf({ ...user, id: '*' }).ArnLike['aws:PrincipalArn']).not.toContain(
      `arn:aws:iam::${account}:user/*`,
    );
  });

  it('names the partition it is in', () => {
    const gov = { ...root, partition: 'aws-us-gov' };
    expect(conditionOf(gov).ArnLike).toEqual({ 'aws:PrincipalArn': 'arn:aws-us-gov:iam::*:root' });
  });

  it('is known again however it is spaced, and not once somebody has weakened it', () => {
    const content = contentFor(user) ?? '';
    expect(isOurs(JSON.stringify(JSON.parse(content), null, 2), user)).toBe(true);
    expect(isOurs(content.replace('"Action":"*"', '"Action":"s3:*"'), user)).toBe(false);
    expect(isOurs(content, sessionNamed('build-1'))).toBe(false);
    expect(isOurs(undefined, user)).toBe(false);
  });

  it('has a name of its own for each identity, short enough for anything', () => {
    const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(policyName('tourniquet', user.arn, digest)).toBe('tourniquet-deny-069aabc98eb8');
    const names = Object.values(kinds).map((target) =>
      policyName('x', 'arn' in target ? target.arn : target.id, digest),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(descriptionFor(user.arn, 'inc-1')).toContain('inc-1');
    expect(descriptionFor('x'.repeat(2000), 'inc-1')).toHaveLength(512);
  });
});

describe('planDeny', () => {
  const rules = { deployment: 'tourniquet', management: '111122223333' };
  const before = { policy: 'tourniquet-deny-0123456789ab', attached: 'no' } as const;
  const whyNot = (target: Parameters<typeof planDeny>[0], more = rules) => planDeny(target, before, more);

  it.each(Object.entries(kinds))('denies: %s', (_, target) => {
    expect(planDeny(target, before, rules)).toEqual({ ours: { ...before, attached: 'yes' } });
    expect(planDeny(target, before, { ...rules, management: undefined })).toHaveProperty('ours');
  });

  it.each(Object.entries(kinds))('leaves the management account to people: %s', (_, target) => {
    expect(whyNot(target, { ...rules, management: account })).toEqual({
      refused: expect.stringContaining(`no policy binds the management account ${account}`),
    });
  });

  it('does nothing twice, and never takes its own deny for what stood before', () => {
    expect(planDeny(user, { ...before, attached: 'yes' }, rules)).toEqual({
      nothing: 'alice is already denied by tourniquet-deny-0123456789ab',
    });
  });

  it('leaves a policy that somebody has rewritten to a person', () => {
    expect(planDeny(user, { ...before, attached: 'rewritten' }, rules)).toEqual({
      refused: expect.stringContaining('someone has rewritten it'),
    });
  });

  it.each([
    ['a role that could not be read', sessionNamed('s', null), 'could not be read'],
    ['an instance whose role could not be read', { ...instance, role: null }, 'could not be read'],
    [
      'our own role',
      sessionNamed('run-1', {
        ...role,
        name: 'tourniquet-contain',
        arn: `arn:aws:iam::${account}:role/tourniquet-contain`,
      }),
      "one of Tourniquet's own",
    ],
    [
      'a service-linked role',
      sessionNamed('s', { ...role, arn: `arn:aws:iam::${account}:role/aws-service-role/x.amazonaws.com/y` }),
      'belongs to an AWS service',
    ],
    ['what a policy has no room for', sessionNamed('s'.repeat(5200)), 'over 5120'],
  ])('refuses with words: %s', (_, target, words) => {
    expect(whyNot(target)).toEqual({ refused: expect.stringContaining(words) });
  });

  it('has nothing to do on an instance without a role', () => {
    expect(whyNot({ ...instance, role: null, profile: null })).toEqual({ nothing: 'the instance has no role' });
  });

  it('takes a role of IAM Identity Center, unlike what stands on the role itself: policies of the organisation bind it', () => {
    const reserved = { ...role, name: 'AWSReservedSSO_Admin_0123456789abcdef' };
    expect(whyNot(sessionNamed(null, reserved))).toHaveProperty('ours');
  });
});
