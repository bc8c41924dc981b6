import { describe, expect, it } from 'vitest';
import { lambdaFunction } from '../lambda-function/target.ts';
import { grantFor, leftOf, planTriggers, removals, restorations, statementsIn, switches } from './plan.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const pay = { ...lambdaFunction.any(place), id: 'pay' };
const Resource = 'arn:aws:lambda:eu-central-1:444455556666:function:pay';
const statement = (Sid: string, more: object) => ({
  Sid,
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource,
  ...more,
});
const textOf = (Sid: string, more: object): string =>
  statementsIn(JSON.stringify({ Statement: [statement(Sid, more)] }))[Sid] ?? '';

describe('a statement of a policy', () => {
  it.each([
    [
      'of a service that acts for a bucket of an account',
      {
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '444455556666' },
          ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::uploads' },
        },
      },
      { Principal: 's3.amazonaws.com', SourceAccount: '444455556666', SourceArn: 'arn:aws:s3:::uploads' },
    ],
    [
      'of another account',
      { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
      { Principal: 'arn:aws:iam::111122223333:root' },
    ],
    [
      'of an organisation',
      { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } },
      { Principal: '*', PrincipalOrgID: 'o-1234567890' },
    ],
    [
      'of everybody, by the URL',
      { Principal: '*', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
      { Principal: '*', InvokedViaFunctionUrl: true },
    ],
    [
      'of everybody, to the URL',
      {
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
      },
      { Principal: '*', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    ],
  ])('%s is written again by one call', (_, more, call) => {
    const expected = { StatementId: 'one', Action: 'lambda:InvokeFunction', ...call };
    expect(grantFor(textOf('one', more))).toEqual(expected);
  });

  it.each([
    ['of somebody who was deleted', { Principal: { AWS: 'AIDAEXAMPLE' } }],
    ['of several', { Principal: { AWS: 'arn:aws:iam::111122223333:root', Service: 's3.amazonaws.com' } }],
    ['on a condition that no parameter makes', { Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.7' } } }],
    ['of a known key by another operator', { Condition: { StringLike: { 'AWS:SourceAccount': '4444*' } } }],
    ['that denies', { Effect: 'Deny' }],
  ])('%s cannot be, so it stays', (_, more) => {
    expect(grantFor(textOf('one', more))).toBeNull();
    const policies = { $LATEST: { one: textOf('one', more), two: textOf('two', {}) } };
    const plan = planTriggers(pay, { mappings: {}, policies });
    expect(plan).toEqual({ ours: { mappings: {}, policies: { $LATEST: { one: policies.$LATEST.one } } } });
  });

  it('is the same in whatever order Lambda writes it', () => {
    const [first, second] = [
      statement('one', {}),
      Object.fromEntries(Object.entries(statement('one', {})).toReversed()),
    ];
    const [a, b] = [first, second].map((one) => statementsIn(JSON.stringify({ Statement: [one] })));
    expect(a).toEqual(b);
  });
});

describe('the triggers of a function', () => {
  const copying = textOf('replicate', {
    Action: 'lambda:GetFunction',
    Principal: { Service: 'replicator.lambda.amazonaws.com' },
  });
  const before = {
    mappings: { on: 'Enabled', off: 'Disabled' },
    policies: {
      $LATEST: { uploads: textOf('uploads', {}), replicate: copying },
      live: { nightly: textOf('nightly', {}) },
    },
  } as const;
  const ours = {
    mappings: { on: 'Disabled', off: 'Disabled' },
    policies: { $LATEST: { replicate: copying }, live: {} },
  } as const;

  it('are all disabled; what invokes nothing stays', () => {
    expect(planTriggers(pay, before)).toEqual({ ours });
    expect(planTriggers(pay, ours)).toHaveProperty('nothing');
  });

  it('are refused where none of them could be put back', () => {
    const policies = { $LATEST: { gone: textOf('gone', { Principal: { AWS: 'AIDAEXAMPLE' } }) } };
    expect(planTriggers(pay, { mappings: {}, policies })).toEqual({
      refused: expect.stringContaining('$LATEST: gone'),
    });
  });

  it('are removed and restored one by one, those alone that differ', () => {
    const names = (edits: readonly { sid: string }[]) => edits.map(({ sid }) => sid);
    expect(names(removals(before, ours))).toEqual(['uploads', 'nightly']);
    expect(switches(before, ours)).toEqual([['on', 'Disabled']]);
    expect(names(restorations(ours, before))).toEqual(['uploads', 'nightly']);
    expect(switches(ours, before)).toEqual([['on', 'Enabled']]);
    expect(restorations(before, before)).toEqual([]);
  });

  it('that somebody has added or deleted meanwhile stay so', () => {
    const theirs = textOf('theirs', {});
    const now = { mappings: { off: 'Disabled' }, policies: { $LATEST: { replicate: copying, theirs } } } as const;
    expect(switches(now, before)).toEqual([]);
    expect(restorations(now, before).map(({ sid, from }) => [sid, from])).toEqual([
      ['uploads', null],
      ['nightly', null],
    ]);
    expect(
      leftOf(before, { ...before, policies: { ...before.policies, live: { ...before.policies.live, theirs } } }),
    ).toEqual([]);
  });

  it('in whose place somebody has put another: it is removed, and the former one written', () => {
    const other = textOf('uploads', { Principal: { Service: 'events.amazonaws.com' } });
    const now = { ...ours, policies: { $LATEST: { replicate: copying, uploads: other }, live: {} } };
    expect(restorations(now, before)[0]).toEqual({
      qualifier: '$LATEST',
      sid: 'uploads',
      from: other,
      to: before.policies.$LATEST.uploads,
    });
  });
});
