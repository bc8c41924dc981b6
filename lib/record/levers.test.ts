import { describe, expect, test } from 'vitest';
import { after, changed, invented } from '../../test/fixtures/incident.ts';
import type { Item } from '../items/item.ts';
import { gapsOf } from './gaps.ts';
import { groundsOf } from './grounds.ts';
import { leversOf } from './levers.ts';
import { removalsOf } from './removals.ts';

const only = (items: readonly Item[], step: string) => leversOf(items).find((lever) => lever.step === step);
const receiptOf = (step: string, operation: string) => `RECEIPT#6d2f0a51-response#${step}#${operation}`;

describe('levers', () => {
  test('stand in the order in which they were begun, each with what it changed and what it came to', () => {
    expect(leversOf(invented).map(({ step }) => step)).toEqual([
      'protect-from-termination',
      'quarantine-interfaces',
      'deny-session',
      'leave-load-balancers',
      'swap-instance-profile',
    ]);
    expect(only(invented, 'quarantine-interfaces')).toMatchObject({
      named: { kind: 'instance', name: 'shop-web-3' },
      target: expect.stringMatching(/^arn:aws:ec2:.*instance\/i-/),
      changes: [
        { path: 'interfaces.eni-0b7e41.elasticIp', before: 'eipalloc-07a2', during: null },
        { path: 'interfaces.eni-0b7e41.groups', before: ['sg-0web', 'sg-0shop'], during: ['sg-0closed'] },
      ],
      applied: { outcome: 'applied', at: after(372.5) },
      verified: { outcome: 'verified', isolation: { 'eni-0b7e41': 'isolated' } },
      released: { outcome: 'released' },
    });
  });

  test('that changed nothing are there too, with the reason', () => {
    const result = { outcome: 'refused', because: 'it is on Spot' };
    const items = changed(receiptOf('deny-session', 'apply'), (item) => ({ ...item, result })).filter(
      ({ sk }) => !String(sk).startsWith('BEFORE#deny-session'),
    );
    expect(only(items, 'deny-session')).toMatchObject({
      title: 'Deny session',
      takenAt: null,
      changes: [],
      applied: { outcome: 'refused', details: ['it is on Spot'] },
    });
  });

  test('that failed say why, unless they succeeded later', () => {
    const failure = { kind: 'failure', what: 'deny-session: verify', detail: { run: 'r', because: 'throttled' } };
    const entry = { sk: 'LEDGER#000099', sequence: 99, previous: 'p', hash: 'h', actor: 'step deny-session' };
    const failing = (at: string): Item[] => [...invented, { ...entry, at, ...failure }];
    expect(only(failing(after(400)), 'deny-session')?.verified).toMatchObject({
      outcome: 'failed',
      details: ['throttled'],
    });
    expect(only(failing(after(373.4)), 'deny-session')?.verified?.outcome).toBe('verified');
  });

  test('that failed on one of several targets are shown on that one alone', () => {
    const lever = invented.find(({ sk }) => String(sk).startsWith('BEFORE#deny-session'));
    const of = 'arn:aws:sts::444455556666:assumed-role/web-server/b';
    const other = { ...lever, sk: `BEFORE#deny-session#${of}`, releasedAt: null };
    const failure = {
      sk: 'LEDGER#000099',
      sequence: 99,
      previous: 'p',
      hash: 'h',
      at: after(400),
      kind: 'failure',
      actor: 'step deny-session',
      what: 'deny-session: verify',
      act: { step: 'deny-session', operation: 'verify', phase: 'contain', of },
      detail: { run: 'r', error: 'Broken', because: 'denied' },
    };
    const both = leversOf([...invented, other, failure]).filter(({ step }) => step === 'deny-session');
    expect(both.map(({ target, verified }) => [target, verified?.outcome])).toEqual([
      [expect.stringContaining('instance/'), 'verified'],
      [of, 'failed'],
    ]);
  });

  test('on several targets are kept apart', () => {
    const lever = invented.find(({ sk }) => String(sk).startsWith('BEFORE#deny-session'));
    const other = { ...lever, sk: 'BEFORE#deny-session#arn:other', releasedAt: null };
    const receipt = { step: 'deny-session', operation: 'verify', of: 'arn:other', at: after(380) };
    const result = { outcome: 'not-verified', because: 'it is still used' };
    const items = [...invented, other, { ...receipt, sk: 'RECEIPT#x', result }];
    const both = leversOf(items).filter(({ step }) => step === 'deny-session');
    expect(both.map(({ target, verified }) => [target, verified?.outcome])).toEqual([
      [expect.stringContaining('instance/'), 'verified'],
      ['arn:other', 'not-verified'],
    ]);
  });
});

test('what the findings do not say and no step could read is listed, the earliest first', () => {
  expect(gapsOf(invented).map(({ from, what }) => [from, what])).toEqual([
    ['Backdoor:EC2/C&CActivity.B', 'the port on the other side'],
    ['measure-blast-radius', 'Whether the role is used in other Regions: they were not read'],
    ['record-instance', 'console-screenshot: EC2 answered: there is no screenshot'],
  ]);
});

test('grounds stand once for a question or a run, with the question they led to', () => {
  const authority = { kind: 'standing', because: 'standing order "miners" of Rosa' };
  const entry = { previous: 'p', hash: 'h', kind: 'step', actor: 'a', what: 'w', detail: { authority, run: 'r' } };
  const steps = [1, 2].map((one) => ({ sk: `LEDGER#9${one}`, sequence: one, at: after(one), ...entry }));
  expect(groundsOf([...invented, ...steps])).toEqual([
    { at: after(3.4), approval: 'a1f0', kind: 'ask', because: 'no standing order matches' },
    expect.objectContaining({ approval: 'b2e7' }),
    { at: after(1), approval: null, ...authority },
  ]);
});

test('what was removed for good is listed with what was left and what failed', () => {
  const found = { removed: ['access key AKIA1'], left: ['user bob'], failed: [{ what: 'key 2', error: 'denied' }] };
  const result = { outcome: 'partly-removed', because: 'w', lastUsed: {}, ...found };
  const receipt = {
    sk: 'RECEIPT#r#remove#run',
    step: 'remove-created-credentials',
    operation: 'run',
    at: after(9),
    of: 'arn:x',
    result,
  };
  expect(removalsOf([...invented, receipt])).toEqual([
    expect.objectContaining({ removed: ['access key AKIA1'], left: ['user bob'], failed: ['key 2: denied'] }),
  ]);
});
