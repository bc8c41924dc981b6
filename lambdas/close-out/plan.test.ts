import { describe, expect, it } from 'vitest';
import { endingOf, type Receipt } from './plan.ts';

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
const none = new Map<string, string>();

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
    const failures = new Map([['snapshot-volumes/run', 'AccessDenied: no']]);
    const { trouble } = endingOf(expected, [applied, verified], failures, { quarantine: 'go' });
    expect(trouble).toEqual(['✗ Take snapshots: NOT DONE: AccessDenied: no']);
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
});
