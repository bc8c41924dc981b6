import { describe, expect, it } from 'vitest';
import { changedWords, factIn, factModal } from './fact-modal.ts';

describe('the form for a fact', () => {
  const entered = {
    name: { name: { selected_option: { value: 'aware' } } },
    time: { time: { selected_date_time: 1_795_000_000 } },
    reason: { reason: { value: ' seen in the log ' } },
  };

  it('offers the facts that people know, and remembers its incident', () => {
    const view = factModal('inc-1');
    expect(view.private_metadata).toBe('{"incident":"inc-1"}');
    expect(JSON.stringify(view)).toContain('"value":"classified-major"');
    expect(JSON.stringify(view)).not.toContain('sent:');
  });

  it('is read in UTC', () => {
    expect(factIn(entered)).toEqual({ typed: 'aware=2026-11-18T11:06:40.000Z', reason: 'seen in the log' });
  });

  it.each(['name', 'time', 'reason'] as const)('without its %s is refused', (missing) => {
    expect(() => factIn({ ...entered, [missing]: {} })).toThrow('A fact needs its name, its time and a reason.');
  });
});

describe('what came of it', () => {
  const calm = { incident: 'inc-1', by: 'Rosa', obligations: [], moved: [], notSet: [] };

  it('says both times, or that none moved', () => {
    expect(changedWords(calm)).toBe('Recorded on inc-1.\nNo due time changed.');
    const move = { obligation: 'dfars/initial', from: 'then', to: 'now', by: 'Rosa', reason: '', at: '' };
    expect(changedWords({ ...calm, moved: [move], notSet: ['x: denied'] })).toBe(
      'Recorded on inc-1.\ndfars/initial is due now instead of then.\nNot every reminder could be set; the daily check sets them: x: denied',
    );
  });
});
