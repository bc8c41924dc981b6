import { describe, expect, it } from 'vitest';
import { anyInstance } from '../../lib/domain/resource.ts';
import { denies, planDeny, policyFor, policyName } from './plan.ts';

const place = { partition: 'aws', account: '444455556666' };
const role = { name: 'web', id: 'AROA', arn: 'arn:aws:iam::444455556666:role/app/web' };
const target = { ...anyInstance(place), id: 'i-0123456789abcdef0', role };

describe('deny-instance-session', () => {
  it('denies the sessions of exactly one instance', () => {
    const { Statement } = JSON.parse(policyFor(target.id, 'run-1')) as { Statement: object[] };
    expect(Statement).toEqual([
      {
        Sid: 'Tourniquetrun1',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringLike: { 'aws:userid': '*:i-0123456789abcdef0' } },
      },
    ]);
  });

  it('recognises its own policy as IAM returns it, percent-encoded', () => {
    expect(denies(encodeURIComponent(policyFor(target.id, 'run-1')), target.id)).toBe(true);
    expect(denies(encodeURIComponent(policyFor('i-0fffffffffffffff0', 'run-1')), target.id)).toBe(false);
    expect(denies(null, target.id)).toBe(false);
  });

  it('does not count a statement that somebody has weakened', () => {
    const weakened = policyFor(target.id, 'run-1').replace('"Action":"*"', '"Action":"s3:ListBuckets"');
    expect(denies(encodeURIComponent(weakened), target.id)).toBe(false);
  });

  it('keeps a policy of its own for each instance, so two incidents on one role never meet', () => {
    expect(policyName('i-0aaaaaaa')).not.toBe(policyName('i-0bbbbbbb'));
  });

  it.each([
    [{ ...target, role: null, profile: null }, 'nothing'],
    [{ ...target, role: null }, 'refused'],
    [{ ...target, role: { ...role, name: 'AWSServiceRoleForSupport' } }, 'refused'],
    [target, 'ours'],
  ] as const)('plans %#: %s', (instance, kind) => {
    expect(Object.keys(planDeny(instance, { denied: 'no' }))).toEqual([kind]);
  });

  it('has nothing to do where the session is denied already', () => {
    expect(planDeny(target, { denied: 'yes' })).toHaveProperty('nothing');
  });
});
