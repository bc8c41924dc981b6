import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparedPolicy, type ResourcePolicy, type Statement, withOurs, withoutOurs } from './resource-policy.ts';

const sids = ['TourniquetDeny00000000'];
const ours: Statement = {
  Sid: sids[0],
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::orders/*',
};
const theirs = (Sid: string): Statement => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: '222233334444' },
  Action: 's3:GetObject',
});
const documentOf = (...Statement: Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'p', Statement }, null, 1);
const policy = (document: string | null): ResourcePolicy => ({ document, sids });
const others = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')), { nil: null });
const found = others.map((names) => policy(names && documentOf(...names.map(theirs))));
const statementsOf = (document: string | null): Statement[] =>
  document === null ? [] : JSON.parse(document).Statement;

describe('a policy with ours in it', () => {
  it('keeps those of others, and has each of ours once', () => {
    fc.assert(
      fc.property(found, (before) => {
        const once = policy(withOurs(before, [ours]));
        expect(statementsOf(once.document)).toEqual([...statementsOf(before.document), ours]);
        expect(withOurs(once, [ours])).toBe(once.document);
      }),
    );
  });

  it('is the very bytes of before without it, none as none', () => {
    fc.assert(
      fc.property(found, (before) => {
        expect(withoutOurs(policy(withOurs(before, [ours])), before)).toBe(before.document);
      }),
    );
  });

  it('keeps what others made of it meanwhile', () => {
    fc.assert(
      fc.property(found, others, (before, names) => {
        const changed = names && names.length > 0 ? documentOf(...names.map(theirs), ours) : documentOf(ours);
        const left = statementsOf(withoutOurs(policy(changed), before));
        expect(new Set(left.map(({ Sid }) => Sid))).toEqual(new Set(names ?? []));
      }),
    );
  });

  it('of a single statement, as AWS takes one without a list', () => {
    const single = policy(JSON.stringify({ Version: '2012-10-17', Statement: theirs('a') }));
    expect(statementsOf(withOurs(single, [ours]))).toEqual([theirs('a'), ours]);
    expect(withoutOurs(policy(withOurs(single, [ours])), single)).toBe(single.document);
  });

  it('is compared by ours alone', () => {
    const held = policy(documentOf(theirs('a'), ours));
    expect(comparedPolicy(held)).toEqual(comparedPolicy(policy(documentOf(theirs('b'), ours, theirs('c')))));
    expect(comparedPolicy(held)).not.toEqual(comparedPolicy(policy(documentOf({ ...ours, Action: 's3:GetObject' }))));
    expect(comparedPolicy(policy(null))).toEqual({});
  });
});
