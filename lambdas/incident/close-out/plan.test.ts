import { describe, expect, it } from 'vitest';
import { cameTo, endingOf, type Failure, type Receipt, removalHeadline, whyNothingWasDone } from './plan.ts';

const contain = (operation: string) => ({
  step: 'quarantine-interfaces',
  operation,
  title: 'Quarantine every network interface',
  phase: 'contain',
  question: 'quarantine',
});
const snapshots = { step: 'snapshot-volumes', operation: 'run', title: 'Take snapshots', phase: 'preserve' };
const expected = [snapshots, contain('apply'), contain('verify')];
const receipt = (step: string, operation: string, result: Receipt['result']): Receipt => ({ step, operation, result });
const taken = receipt('snapshot-volumes', 'run', { outcome: 'taken' });
const applied = receipt('quarantine-interfaces', 'apply', { outcome: 'applied' });
const verified = receipt('quarantine-interfaces', 'verify', {
  outcome: 'verified',
  isolation: { 'eni-1': 'isolated' },
});
const none: Failure[] = [];

describe('endingOf', () => {
  it('is contained only when it was read back', () => {
    const ending = endingOf(expected, [taken, applied, verified], none, { quarantine: 'go' });
    expect(ending).toMatchObject({ state: 'contained', trouble: [] });
    expect(endingOf(expected, [taken, applied], none, { quarantine: 'go' }).state).not.toBe('contained');
  });

  it('says which interface is not isolated, and tells a person', () => {
    const verdict = {
      outcome: 'not-verified',
      because: 'not isolated: eni-2',
      isolation: { 'eni-1': 'isolated', 'eni-2': 'not-isolated' },
    };
    const half = receipt('quarantine-interfaces', 'verify', verdict);
    const { state, trouble } = endingOf(expected, [taken, applied, half], none, { quarantine: 'go' });
    expect(state).toBe('open');
    expect(trouble.join()).toContain('eni-1 isolated, eni-2 not-isolated');
  });

  it('names what left no receipt, with the failure on record', () => {
    const failures = [
      { step: 'snapshot-volumes', operation: 'run', phase: 'preserve', of: 'arn:i', because: 'AccessDenied: no' },
      { step: 'measure-blast-radius', operation: 'run', phase: 'observe', of: 'arn:i', because: 'no matter' },
      { step: 'request-approval', operation: 'run', phase: 'contain', of: 'arn:i', because: 'DynamoDB is down' },
    ] as const;
    const { trouble } = endingOf(expected, [applied, verified], failures, { quarantine: 'go' });
    expect(trouble).toEqual([
      '✗ Take snapshots: NOT DONE: AccessDenied: no',
      '✗ Ask the responders: NOT DONE: DynamoDB is down',
    ]);
  });

  it('takes an outcome as the contract does, whatever the word', () => {
    const ending = (means: Receipt['means']) =>
      endingOf([snapshots], [{ ...receipt('snapshot-volumes', 'run', { outcome: 'new-word' }), means }], none, {});
    expect(ending('good').trouble).toEqual([]);
    expect(ending('attention').trouble).toEqual(['✗ Take snapshots: new-word']);
  });

  it('does not miss levers that a person held back', () => {
    expect(endingOf(expected, [taken], none, { quarantine: 'hold' })).toMatchObject({ state: 'held', trouble: [] });
  });

  it('takes "would" for an answer in observe mode, and only there', () => {
    const would = [
      receipt('snapshot-volumes', 'run', { outcome: 'would-take' }),
      receipt('quarantine-interfaces', 'apply', { outcome: 'would-apply' }),
      receipt('quarantine-interfaces', 'verify', { outcome: 'not-applicable' }),
    ];
    expect(endingOf(expected, would, none, { quarantine: 'observe' }).trouble).toEqual([]);
    expect(endingOf(expected, would, none, { quarantine: 'go' }).trouble).toHaveLength(2);
  });

  it('expects what is asked only where it is needed once people have agreed to it, and never in observe mode', () => {
    const further = { ...contain('apply'), step: 'deny-by-organization', question: 'lockdown', asked: 'where needed' };
    const rows = [...expected, further as typeof further & { asked: 'where needed' }];
    const missing = (lockdown: 'go' | 'hold' | 'observe') =>
      endingOf(rows, [taken, applied, verified], none, { quarantine: 'go', lockdown }).trouble;
    expect([missing('observe'), missing('hold')]).toEqual([[], []]);
    expect(missing('go')).toEqual([expect.stringContaining('NOT DONE')]);
  });
});

describe('leftAlone', () => {
  const plan = (kind: string, because: string, ...levers: string[]) => ({
    authority: { kind, because },
    question: { levers },
  });
  const deny = (kind: string) => plan(kind, `deny ${kind}`, 'deny-user');
  const lockdown = plan('refused', 'no organisation', 'deny-by-organization');

  it('tells an exemption, whether there are levers or not', () => {
    expect(whyNothingWasDone([deny('refused'), plan('refused', 'the same')], 'held')).toBe('deny refused');
    expect(whyNothingWasDone([plan('refused', 'exempt')], 'held')).toBe('exempt');
    expect(whyNothingWasDone([deny('ask')], 'held')).toBeNull();
  });

  it('tells that nobody could be asked for more only where it was needed', () => {
    expect(whyNothingWasDone([deny('observe'), lockdown], 'held')).toBeNull();
    expect(whyNothingWasDone([deny('ask'), lockdown], 'contained')).toBeNull();
    expect(whyNothingWasDone([deny('ask'), lockdown], 'open')).toBe('no organisation');
  });

  it('does not take a question that has no lever for one that could be asked', () => {
    expect(whyNothingWasDone([deny('refused'), plan('ask', 'hand-over')], 'held')).toBe('deny refused');
  });
});

describe('what was asked to be removed', () => {
  const expected = [{ step: 'delete-login-profile', operation: 'run', title: 'Delete it', phase: 'eradicate' }];
  const headline = (outcome: string, trouble: string[] = []) =>
    removalHeadline(expected, [{ step: 'delete-login-profile', operation: 'run', result: { outcome } }], trouble);

  it.each([
    ['removed', '🟢 Deleted permanently'],
    ['would-remove', '👁 Nothing was deleted: observe mode'],
    ['nothing-left', '🟡 Nothing was deleted'],
    ['not-applicable', '🟡 Nothing was deleted'],
  ])('that came to %s is headed %s', (outcome, words) => expect(headline(outcome)).toBe(words));

  it('is never called removed where something went wrong', () =>
    expect(headline('removed', ['one key'])).toBe('🔴 NOT EVERYTHING WAS DELETED'));
});

describe('what one run of several came to', () => {
  it('is its own end, whatever the others are still at', () => {
    const ends = { first: 'contained', second: 'open' } as const;
    expect([cameTo(ends, 'first'), cameTo(ends, 'second')]).toEqual(['contained', 'open']);
  });
  it('is open where the record knows nothing of it', () => {
    expect(cameTo({}, 'first')).toBe('open');
  });
});
