import { describe, expect, it } from 'vitest';
import type { RoleSession } from '../role-session/target.ts';
import { cutOffAfter, cutOffIn, planOlderDeny, policyFor, policyName, stateOf, verdictOf } from './plan.ts';

const role = { name: 'deploy', id: 'AROAEXAMPLE', arn: 'arn:aws:iam::444455556666:role/ci/deploy' };
const target: RoleSession = {
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  kind: 'role-session',
  id: 'deploy/thief',
  arn: 'arn:aws:sts::444455556666:assumed-role/deploy/thief',
  principal: null,
  tags: {},
  key: null,
  seenAt: '2026-11-22T06:00:00.500Z',
  since: '2026-11-20T00:00:00Z',
  role,
  session: 'thief',
};
const cutOff = '2026-11-22T06:05:08Z';
const read = (document: string) => cutOffIn(encodeURIComponent(document));

describe('the cut-off', () => {
  it('is the next full second, so that sessions of this very second fall', () => {
    expect(cutOffAfter('2026-11-22T06:05:07.000Z')).toBe(cutOff);
    expect(cutOffAfter('2026-11-22T06:05:07.999Z')).toBe(cutOff);
    expect(cutOffAfter('2026-12-31T23:59:59.001Z')).toBe('2027-01-01T00:00:00Z');
  });

  it('is read back from the policy as IAM returns it', () => {
    expect(read(policyFor(cutOff, 'run-1'))).toBe(cutOff);
    expect(policyFor(cutOff, 'run-1')).toContain('"Sid":"Tourniquetrun1"');
    expect(cutOffIn(null)).toBeNull();
  });

  it.each([
    ['"Action":"*"', '"Action":"s3:*"'],
    ['"Resource":"*"', '"Resource":"arn:aws:s3:::none"'],
    ['DateLessThan', 'DateGreaterThan'],
    ['"DateLessThan":', '"Bool":{"aws:SecureTransport":"false"},"DateLessThan":'],
    [cutOff, 'yesterday'],
  ])('does not count where somebody has weakened the statement: %s', (whole, weak) => {
    expect(policyFor(cutOff, 'run-1')).toContain(whole);
    expect(read(policyFor(cutOff, 'run-1').replace(whole, weak))).toBeNull();
  });

  it('does not count when it was moved back behind the facts, or is left of an earlier incident', () => {
    expect(stateOf(cutOff, target)).toEqual({ denied: 'yes' });
    expect(stateOf('2026-11-22T06:00:00Z', target)).toEqual({ denied: 'no' });
    expect(stateOf(null, target)).toEqual({ denied: 'no' });
  });
});

describe('judge', () => {
  it.each([
    [cutOff, '2026-11-22T06:05:07.400Z', 'verified'],
    [cutOff, '2026-11-22T06:05:08.400Z', 'not-verified'],
    [null, '2026-11-22T06:05:07.400Z', 'not-verified'],
  ])('%s, begun at %s: %s', (at, begunAt, outcome) => {
    expect(verdictOf(at, begunAt).outcome).toBe(outcome);
  });
});

describe('planOlderDeny', () => {
  it('denies, once', () => {
    expect(planOlderDeny(target, { denied: 'no' })).toEqual({ ours: { denied: 'yes' } });
    expect(planOlderDeny(target, { denied: 'yes' })).toHaveProperty('nothing');
  });

  it('needs no session name', () => {
    const nameless = { ...target, session: null };
    expect(planOlderDeny(nameless, { denied: 'no' })).toHaveProperty('ours');
    expect(policyName(nameless, () => 'x')).toBe('tourniquet-deny-older');
  });

  it('keeps a policy of its own for each session, so letting go in one incident does not let go in another', () => {
    expect(policyName(target, () => 'x')).toBe('tourniquet-deny-older-thief');
    expect(policyName({ ...target, session: 'second' }, () => 'x')).toBe('tourniquet-deny-older-second');
  });

  it.each([
    [null, 'could not be read'],
    [{ ...role, arn: 'arn:aws:iam::444455556666:role/AWSServiceRoleForSupport' }, 'belongs to an AWS service'],
    [{ ...role, name: 'AWSReservedSSO_Admin_0123' }, 'change its permission set'],
  ])('refuses with words %#', (other, words) => {
    const plan = planOlderDeny({ ...target, role: other }, { denied: 'no' });
    expect(plan).toEqual({ refused: expect.stringContaining(words) });
  });
});
