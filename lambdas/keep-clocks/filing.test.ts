import { describe, expect, it, vi } from 'vitest';
import { openingFacts } from '../../lib/domain/incident-fact.ts';
import { clocksAt } from '../../lib/domain/live-clock.ts';
import { idOf } from '../../lib/domain/obligation.ts';

vi.mock('../runtime/environment.ts', () => ({ config: () => ({ retentionDays: 104, regimes: [] }) }));
const { reportMeant } = await import('./filing.ts');
const { keptUntil } = await import('./locks.ts');

const openedAt = '2026-11-21T10:00:00.000Z';
const now = '2026-11-22T10:00:00.000Z';
const facts = openingFacts(openedAt);
const obligations = clocksAt({ facts, obligations: [] }, ['dfars', 'nis2'], openedAt);
const meant = (regime: string, report: string | null = null) =>
  reportMeant(obligations, { incident: 'inc-1', regime, report });

describe('the report that is meant', () => {
  it('needs no name where a regime has one that somebody sends', () => {
    expect(idOf(meant('dfars'))).toBe('dfars/initial');
    expect(idOf(meant('nis2', 'final'))).toBe('nis2/final');
  });

  it('is asked for where there are several, and named where there is none', () => {
    expect(() => meant('nis2')).toThrow(
      'Which report of nis2? Name it with --report: early-warning, notification, final.',
    );
    expect(() => meant('nis2', 'last')).toThrow(
      'nis2 has no report "last"; it has early-warning, notification, final.',
    );
    expect(() => meant('gdpr')).toThrow('inc-1 owes nothing under "gdpr"; it is under nis2, dfars.');
    expect(() => meant('dfars', 'images-kept-until')).toThrow('dfars has no report "images-kept-until"');
  });

  it('is the one that is left once another was sent', () => {
    const sent = obligations.map((one) =>
      one.regime === 'nis2' && one.report !== 'final' ? { ...one, state: 'sent' as const } : one,
    );
    expect(idOf(reportMeant(sent, { incident: 'inc-1', regime: 'nis2' }))).toBe('nis2/final');
  });
});

describe('evidence is kept', () => {
  const fact = { name: 'sent:dfars/initial', time: now, by: 'Rosa', reason: '', at: now, via: 'slack', n: 4 } as const;
  const filed = clocksAt({ facts: [...facts, fact], obligations }, [], now);

  it('90 days from submission under DFARS, and as long as is configured elsewhere', () => {
    expect(keptUntil(filed, 'dfars', now)).toBe('2027-02-20T10:00:00.000Z');
    expect(keptUntil(filed, 'nis2', now)).toBe('2027-03-06T10:00:00.000Z');
  });
});
