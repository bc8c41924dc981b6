import { describe, expect, it } from 'vitest';
import { anyInstance } from '../../ec2/instance/target.ts';
import { eksWorkload, type PodIdentity } from '../../eks/eks-workload/target.ts';
import { lambdaFunction } from '../../lambda/lambda-function/target.ts';
import type { RoleSession } from '../role-session/target.ts';
import { denies, planDeny, policyFor, policyName } from './plan.ts';
import type { Holder } from './step.ts';

const place = { partition: 'aws', account: '444455556666' };
const role = { name: 'web', id: 'AROAEXAMPLE', arn: 'arn:aws:iam::444455556666:role/app/web' };
const target = { ...anyInstance(place), id: 'i-0123456789abcdef0', role };
const digest = () => 'digest';

const sessionNamed = (session: string | null, of = role): RoleSession => ({
  ...place,
  region: 'eu-central-1',
  kind: 'role-session',
  id: `web/${session}`,
  seenAt: '2026-11-22T06:00:00Z',
  tags: {},
  arn: `arn:aws:sts::444455556666:assumed-role/web/${session}`,
  principal: { kind: 'role-session', name: 'web', id: 'AROAEXAMPLE', session },
  since: null,
  key: null,
  role: of,
  session,
});
const caller = (session: string) =>
  JSON.parse(policyFor(sessionNamed(session), 'run-1') ?? '').Statement[0].Condition.StringLike['aws:userid'];

/** As IAM returns a document. */
const encoded = (document: string | null): string => encodeURIComponent(document ?? '');

describe('deny-session, of a function', () => {
  const pay = { ...lambdaFunction.any({ ...place, region: 'eu-central-1' }), id: 'pay', role };

  it('denies the sessions of exactly this function, and no other of the role', () => {
    const { Statement } = JSON.parse(policyFor(pay, 'run-1') ?? '') as { Statement: readonly object[] };
    expect(Statement).toMatchObject([{ Condition: { StringLike: { 'aws:userid': 'AROAEXAMPLE:pay' } } }]);
    expect(policyName(pay, digest)).toBe('tourniquet-deny-pay');
    expect(planDeny({ ...pay, role: null }, { denied: 'no' })).toHaveProperty('refused');
  });
});

describe('deny-session, of pods', () => {
  const pod = (uid: string) => ({
    name: `cart-${uid}`,
    uid,
    node: 'n1',
    serviceAccount: 'cart',
    hostNetwork: false,
    owner: null,
  });
  const pods = {
    ...eksWorkload.any({ ...place, region: 'eu-central-1' }),
    id: 'shop/cart',
    cluster: 'web',
    role,
    pods: [pod('b'), pod('a')],
  };
  const through = (how: PodIdentity['through'], issuer: string | null = 'oidc.example/id/1') => ({
    ...pods,
    identity: { role: role.arn, through: how, issuer },
  });
  const condition = (target: Holder) => JSON.parse(policyFor(target, 'run-1') ?? '').Statement[0].Condition;

  it('denies just these, by the tags of EKS Pod Identity', () => {
    expect(condition(through('pod identity'))).toEqual({
      StringEquals: { 'aws:PrincipalTag/kubernetes-pod-uid': ['a', 'b'] },
    });
    expect(policyName(through('pod identity'), digest)).toBe('tourniquet-deny-web-shop-cart-digest');
    expect(denies(policyFor(through('pod identity'), 'run-1'), through('pod identity'))).toBe(true);
  });

  it('denies all that came by the cluster’s tokens, where nothing tells them apart', () => {
    const provider = 'arn:aws:iam::444455556666:oidc-provider/oidc.example/id/1';
    expect(condition(through('web identity'))).toEqual({
      StringEquals: { 'aws:FederatedProvider': [provider, 'oidc.example/id/1'] },
    });
  });

  it.each<[string, Partial<Holder & object>, string, RegExp]>([
    ['without a role', { identity: null }, 'nothing', /no role of its own, or two/],
    ['whose sessions carry no tags', through('untagged'), 'refused', /deny all older sessions instead/],
    ['of a cluster without an issuer', through('web identity', null), 'refused', /deny all older sessions instead/],
    ['whose role could not be read', { ...through('pod identity'), role: null }, 'refused', /could not be read/],
    ['out of reach', { unreachable: 'private' }, 'refused', /private/],
  ])('leaves pods %s, and says why', (_, more, outcome, words) => {
    const plan = planDeny({ ...pods, ...more } as Holder, { denied: 'no' });
    expect(plan).toEqual({ [outcome]: expect.stringMatching(words) });
  });
});

describe('deny-session, of an instance', () => {
  it('denies the sessions of exactly one instance', () => {
    const { Statement } = JSON.parse(policyFor(target, 'run-1') ?? '') as { Statement: object[] };
    expect(Statement).toEqual([
      {
        Sid: 'Tourniquetrun1',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringLike: { 'aws:userid': '*:i-0123456789abcdef0' } },
      },
    ]);
    expect(policyName(target, digest)).toBe('tourniquet-deny-i-0123456789abcdef0');
  });

  it('recognises its own policy as IAM returns it, percent-encoded', () => {
    expect(denies(encoded(policyFor(target, 'run-1')), target)).toBe(true);
    expect(denies(encoded(policyFor({ ...target, id: 'i-0fffffffffffffff0' }, 'run-1')), target)).toBe(false);
    expect(denies(null, target)).toBe(false);
  });

  it.each([
    ['"Action":"*"', '"Action":"s3:ListBuckets"'],
    ['"Effect":"Deny"', '"Effect":"Allow"'],
    ['"Resource":"*"', '"Resource":"arn:aws:s3:::none"'],
    ['"Condition":{', '"Condition":{"Bool":{"aws:SecureTransport":"false"},'],
  ])('does not count a statement that somebody has weakened: %s', (whole, weak) => {
    const policy = policyFor(target, 'run-1') ?? '';
    expect(policy).toContain(whole);
    expect(denies(encoded(policy.replace(whole, weak)), target)).toBe(false);
  });

  it.each([
    [{ ...target, role: null, profile: null }, 'nothing'],
    [{ ...target, role: null }, 'refused'],
    [{ ...target, role: { ...role, arn: 'arn:aws:iam::444455556666:role/AWSServiceRoleForSupport' } }, 'refused'],
    [target, 'ours'],
  ] as const)('plans %#: %s', (instance, kind) => {
    expect(Object.keys(planDeny(instance, { denied: 'no' }))).toEqual([kind]);
  });

  it('has nothing to do where the session is already denied', () => {
    expect(planDeny(target, { denied: 'yes' })).toHaveProperty('nothing');
  });
});

describe('deny-session, of a role', () => {
  it('denies this session of this role, and no other', () => {
    expect(caller('deploy-42')).toBe('AROAEXAMPLE:deploy-42');
    expect(denies(encoded(policyFor(sessionNamed('deploy-42'), 'r')), sessionNamed('deploy-42'))).toBe(true);
    expect(denies(encoded(policyFor(sessionNamed('deploy-42'), 'r')), sessionNamed('deploy-4'))).toBe(false);
  });

  it('takes no character of a name for a wildcard or a variable', () => {
    const variable = (name: string): string => `\${${name}}`;
    expect(caller('a*b?c')).toBe(`AROAEXAMPLE:a${variable('*')}b${variable('?')}c`);
    expect(caller(variable('aws:userid'))).toBe(`AROAEXAMPLE:${variable('$')}{aws:userid}`);
  });

  it('denies an instance by one policy, whichever finding named its session', () => {
    const own = sessionNamed(target.id);
    expect(policyFor(own, 'r')).toBe(policyFor(target, 'r'));
    expect(policyName(own, digest)).toBe(policyName(target, digest));
  });

  it('keeps a policy of its own for each session, so two incidents on one role never meet', () => {
    const names = ['alice', 'bob@example.com', 'a b', 'x'.repeat(200)].map((name) =>
      policyName(sessionNamed(name), (text) => `of${text.length}`),
    );
    expect(names).toEqual([
      'tourniquet-deny-alice',
      'tourniquet-deny-bob@example.com',
      'tourniquet-deny-a-b-of3',
      `tourniquet-deny-${'x'.repeat(106)}-of200`,
    ]);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(128);
  });

  it('never takes the name of the policy against older sessions, whatever the thief calls the session', () => {
    for (const name of ['older', 'older-deploy'])
      expect(policyName(sessionNamed(name), digest)).not.toMatch(/^tourniquet-deny-older/);
  });

  it.each([
    ['no session named', sessionNamed(null), 'the finding names no session of web; deny all older sessions instead'],
    ['role unread', { ...sessionNamed('s'), role: null }, expect.stringContaining('could not be read')],
    [
      'service-linked',
      sessionNamed('s', { ...role, arn: 'arn:aws:iam::444455556666:role/aws-service-role/x.amazonaws.com/web' }),
      expect.stringContaining('belongs to an AWS service'),
    ],
    [
      'Identity Center',
      sessionNamed('s', { ...role, name: 'AWSReservedSSO_Admin_0123' }),
      expect.stringContaining('change its permission set'),
    ],
  ])('refuses with words: %s', (_, session, refused) => {
    expect(planDeny(session, { denied: 'no' })).toEqual({ refused });
  });
});
