import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import type { RoleSession } from '../role-session/target.ts';
import { comparedTrust, frozen, planFreeze } from './plan.ts';

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
  seenAt: '2026-11-22T06:00:00Z',
  since: null,
  role,
  session: 'thief',
};
const trust = (document: string) => ({ document, sha256: createHash('sha256').update(document).digest('hex') });
const allowing = (account: string, space = '') =>
  trust(
    `{${space}"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${account}:root"},"Action":"sts:AssumeRole"}]}`,
  );
const before = allowing('111122223333');

describe('freeze-trust', () => {
  it('lets nobody in: one statement, and that a Deny, with the digest of its very bytes', () => {
    expect(trust(frozen.document)).toEqual(frozen);
    const { Statement } = JSON.parse(frozen.document);
    expect(Statement).toEqual([
      { Sid: 'TourniquetFrozen', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    ]);
  });

  it('freezes once, and never takes its own freeze for what stood before', () => {
    expect(planFreeze(target, before)).toEqual({ ours: frozen });
    expect(planFreeze(target, frozen)).toHaveProperty('nothing');
  });

  it('release with a trust policy somebody changed meanwhile asks', () => {
    expect(compareThreeWay(before, frozen, allowing('777788889999')).changedMeanwhile).not.toEqual([]);
    // Byte for byte: even the same meaning in other bytes was written by somebody.
    expect(compareThreeWay(before, frozen, allowing('111122223333', ' ')).changedMeanwhile).not.toEqual([]);
    expect(compareThreeWay(before, frozen, frozen)).toMatchObject({ changedMeanwhile: [] });
    expect(compareThreeWay(before, frozen, frozen).toPutBack.map(({ path }) => path)).toEqual(['document', 'sha256']);
    expect(compareThreeWay(before, frozen, before)).toEqual({ toPutBack: [], changedMeanwhile: [] });
  });

  it.each([
    [null, 'could not be read'],
    [
      { ...role, arn: 'arn:aws:iam::444455556666:role/aws-service-role/x.amazonaws.com/y' },
      'belongs to an AWS service',
    ],
    [{ ...role, name: 'AWSReservedSSO_Admin_0123' }, 'change its permission set'],
  ])('refuses with words %#', (other, words) => {
    expect(planFreeze({ ...target, role: other }, before)).toEqual({ refused: expect.stringContaining(words) });
  });
});

describe('a trust policy whose principals IAM answers in another order', () => {
  const [a, b, c] = ['arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/b', 'arn:aws:iam::9:root'];
  const of = (AWS: unknown, Action: unknown = 'sts:AssumeRole') =>
    trust(JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS }, Action }] }));
  const asked = (now: ReturnType<typeof trust>) => {
    const [before, ours, found] = [of([a, b, c]), frozen, now].map(comparedTrust);
    return compareThreeWay(before, ours, found);
  };

  it('is the same, read back and compared', () => {
    for (const order of [
      [b, a, c],
      [c, b, a],
      [a, b, c],
    ])
      expect(asked(of(order))).toEqual({ toPutBack: [], changedMeanwhile: [] });
    expect(asked(of([a, b, c], ['sts:AssumeRole']))).toEqual({ toPutBack: [], changedMeanwhile: [] });
  });

  it('is another one with a principal more or less', () => {
    for (const changed of [
      [a, b],
      [a, b, c, `${c}x`],
    ])
      expect(asked(of(changed)).changedMeanwhile).not.toEqual([]);
  });

  it('that is no JSON is compared as it is', () => {
    expect(comparedTrust(trust('{'))).toBe('{');
  });
});
