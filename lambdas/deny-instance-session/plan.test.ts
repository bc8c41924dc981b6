import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyInstance, type Instance } from '../../lib/domain/resource.ts';
import { denies, merged, planDeny, policyFrom, statementFor, without } from './plan.ts';
import type { DenyPolicy } from './step.ts';

const instance = 'i-0123456789abcdef0';
const neighbour = 'i-0fedcba9876543210';
const incident = 'inc-0123456789ab';
const target: Instance = {
  ...anyInstance({ partition: 'aws', account: '111122223333' }),
  id: instance,
  role: { name: 'web', id: 'AROAEXAMPLE' },
};
const policyOf = (...Statement: DenyPolicy['Statement']): DenyPolicy => ({ Version: '2012-10-17', Statement });

const hex = fc.stringMatching(/^[0-9a-f]{17}$/);
const others = fc.oneof(
  hex.filter((digits) => `i-${digits}` !== instance).map((digits) => statementFor(`i-${digits}`, incident)),
  fc.record({ Sid: fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), Effect: fc.constant('Deny'), Action: fc.string() }),
  fc.record({ Effect: fc.constant('Deny'), NotAction: fc.array(fc.string()), Extra: fc.jsonValue() }),
);
const policy = fc.option(fc.array(others, { minLength: 1 }).map((list) => policyOf(...list)));

describe('statementFor', () => {
  it('denies everything to the sessions of one instance', () => {
    expect(statementFor(instance, incident)).toEqual({
      Sid: 'Tourniquetinc0123456789abi0123456789abcdef0',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': '*:i-0123456789abcdef0' } },
    });
  });

  it('has a Sid that IAM takes, whatever the incident is called', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(statementFor(instance, name).Sid).toMatch(/^[A-Za-z0-9]+$/);
      }),
    );
  });
});

describe('merged and without', () => {
  it('are each other undone: release leaves the policy, or its absence, as it was', () => {
    fc.assert(
      fc.property(policy, (before) => {
        expect(without(merged(before, instance, incident), instance)).toEqual(before);
      }),
    );
  });

  it('leave every other statement alone, in its order', () => {
    fc.assert(
      fc.property(policy, (before) => {
        const after = merged(before, instance, incident);
        expect(after.Statement.slice(0, -1)).toEqual(before?.Statement ?? []);
        expect(denies(after, instance)).toBe(true);
        expect(denies(before, instance)).toBe(false);
      }),
    );
  });

  it('do twice what they do once', () => {
    fc.assert(
      fc.property(policy, (before) => {
        const once = merged(before, instance, incident);
        expect(merged(once, instance, 'inc-of-another-run')).toHaveProperty('Statement.length', once.Statement.length);
        expect(without(without(once, instance), instance)).toEqual(without(once, instance));
      }),
    );
  });

  it('let two instances of one role come and go in any order', () => {
    const both = merged(merged(null, instance, incident), neighbour, 'inc-ba9876543210');
    expect([denies(both, instance), denies(both, neighbour)]).toEqual([true, true]);
    const one = without(both, instance);
    expect([denies(one, instance), denies(one, neighbour)]).toEqual([false, true]);
    expect(without(one, neighbour)).toBeNull();
  });
});

describe('denies', () => {
  it.each([
    ['another effect', { Effect: 'Allow' }],
    ['fewer actions', { Action: 's3:*' }],
    ['one resource', { Resource: 'arn:aws:s3:::logs' }],
    [
      'a further condition',
      { Condition: { StringLike: { 'aws:userid': `*:${instance}` }, Bool: { 'aws:ViaAWSService': 'true' } } },
    ],
  ])('does not take a weakened statement for ours: %s', (_, weaker) => {
    const tampered = policyOf({ ...statementFor(instance, incident), ...weaker });
    expect(denies(tampered, instance)).toBe(false);
    expect(merged(tampered, instance, incident).Statement).toEqual([statementFor(instance, incident)]);
  });
});

describe('policyFrom', () => {
  it('reads what IAM returns, a statement without its list too', () => {
    const statement = statementFor(instance, incident);
    const encoded = (document: unknown) => encodeURIComponent(JSON.stringify(document));
    expect(policyFrom(encoded(policyOf(statement)))).toEqual(policyOf(statement));
    expect(policyFrom(encoded({ Version: '2012-10-17', Id: 'x', Statement: statement }))).toEqual({
      ...policyOf(statement),
      Id: 'x',
    });
  });
});

describe('planDeny', () => {
  it('denies a session that is not', () => {
    expect(planDeny(target, { denied: 'no' })).toEqual({ ours: { denied: 'yes' } });
  });

  it('has nothing to do without a role, or when it is denied already', () => {
    expect(planDeny({ ...target, role: null, profile: null }, { denied: 'no' })).toEqual({
      nothing: 'the instance has no role',
    });
    expect(planDeny(target, { denied: 'yes' })).toEqual({ nothing: 'its session of web is already denied' });
  });

  it('refuses a role it cannot read, and one that belongs to a service', () => {
    expect(planDeny({ ...target, role: null }, { denied: 'no' })).toHaveProperty('refused');
    const linked = { name: 'AWSServiceRoleForAutoScaling', id: 'AROA' };
    expect(planDeny({ ...target, role: linked }, { denied: 'no' })).toHaveProperty('refused');
  });
});
