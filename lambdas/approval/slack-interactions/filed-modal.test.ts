import { describe, expect, it } from 'vitest';
import { openingFacts } from '../../../lib/domain/clock/incident-fact.ts';
import { clocksAt } from '../../../lib/domain/clock/live-clock.ts';
import type { Obligation } from '../../../lib/domain/clock/obligation.ts';
import { viewSchema } from '../../../test/sandbox/slack/limits.ts';
import { filedLines, filedModal, filingIn } from './filed-modal.ts';
import { reasonIn, withdrawModal, withdrawnWords } from './withdraw-modal.ts';

const openedAt = '2026-11-21T10:00:00.000Z';
const now = '2026-11-22T12:00:00.000Z';
const obligations = clocksAt({ facts: openingFacts(openedAt), obligations: [] }, ['nis2', 'dfars'], openedAt);
const incident = 'inc-1';
const filed = { by: 'Leo', at: openedAt, recordedAt: now, reference: 'ICF-1', sha256: null, file: null };
const closed = (state: Obligation['state'], more: Partial<Obligation> = {}) =>
  obligations.map((one) => (one.regime === 'dfars' ? { ...one, state, ...more } : one));
const optionsOf = (view: unknown): string[] =>
  [...JSON.stringify(view).matchAll(/"text":"(\w+\/[^"]+)"/g)].map(([, text = '']) => text);

describe('the form for a filing', () => {
  it('is one that Slack takes, asks for four things and remembers its incident', () => {
    const view = filedModal({ incident }, obligations, now);
    expect(viewSchema.safeParse(view).error).toBeUndefined();
    expect(view.blocks.map(({ block_id }) => block_id)).toEqual(['report', 'reference', 'at', 'sha256']);
    expect(view.private_metadata).toBe('{"incident":"inc-1"}');
    expect(JSON.stringify(view)).not.toContain('initial_option');
  });

  it('offers what is still open, the earliest due first, and nothing that is only kept', () => {
    expect(optionsOf(filedModal({ incident }, obligations, now))).toEqual([
      'nis2/early-warning, overdue since 2026-11-22 10:00 UTC',
      'nis2/notification, due 2026-11-24 10:00 UTC',
      'dfars/initial, due 2026-11-24 10:00 UTC',
      'nis2/final, no due time',
    ]);
    for (const state of ['sent', 'withdrawn'] as const)
      expect(optionsOf(filedModal({ incident }, closed(state), now)).join()).not.toContain('dfars');
  });

  it('has the report of its message chosen', () => {
    const view = filedModal({ incident, regime: 'dfars', report: 'initial' }, obligations, now);
    expect(view.blocks[0]).toMatchObject({ element: { initial_option: { value: 'dfars/initial' } } });
  });

  it('is not opened for a report that is filed or withdrawn, or where none is left', () => {
    const about = { incident, regime: 'dfars', report: 'initial' };
    expect(() => filedModal(about, closed('sent', { filed }), now)).toThrow(
      'dfars/initial was filed by Leo at 2026-11-21T10:00:00.000Z, reference ICF-1.',
    );
    expect(() => filedModal(about, closed('withdrawn'), now)).toThrow('dfars/initial is already withdrawn.');
    expect(() => filedModal({ incident }, [], now)).toThrow('inc-1 has no open report');
  });
});

describe('a filing that was entered', () => {
  const hash = 'd0481a767ebfdcc5e273659794e78feaa2c9b0282e1a11aa46bc466d3c4d0b09';
  const entered = (values: Record<string, string>) => ({
    report: { report: { selected_option: { value: 'nis2/early-warning' } } },
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [name]: { value } }])),
  });
  const read = (values: Record<string, string>) => filingIn(entered(values), { incident });

  it('needs no more than its reference', () => {
    expect(read({ reference: ' BSI-4711 ' })).toEqual({
      filing: { incident, regime: 'nis2', report: 'early-warning', reference: 'BSI-4711' },
    });
  });

  it.each([
    [hash, undefined],
    [hash.toUpperCase(), undefined],
    [`${hash}  report final.pdf`, 'report final.pdf'],
    [`${hash} *drafts/report.pdf`, 'report.pdf'],
    [`  ${hash}  C:\\drafts\\report.pdf\n`, 'report.pdf'],
  ])('takes the hash as it is printed: %s', (sha256, file) => {
    expect(read({ reference: 'x', at: '2026-11-21T10:00+01:00', sha256 })).toMatchObject({
      filing: { at: '2026-11-21T10:00+01:00', sha256: hash, file },
    });
  });

  it('says what is wrong beside the input it is about, each of them', () => {
    expect(read({ reference: '  ', at: '2026-11-21 10:00', sha256: 'report.pdf' })).toEqual({
      mistakes: {
        at: '"2026-11-21 10:00" has no zone; end it with Z for UTC or an offset: 2026-11-20T14:30Z or 2026-11-20T14:30+01:00.',
        reference: 'This should not be empty.',
        sha256: 'This should be a SHA-256 in hex, as sha256sum prints it.',
      },
    });
    expect(read({ reference: 'x', sha256: `${hash}  ${'n'.repeat(256)}` })).toMatchObject({
      mistakes: { sha256: expect.stringContaining('255') },
    });
  });
});

describe('what came of it', () => {
  const recorded = { incident, by: 'Rosa', regime: 'dfars', report: 'initial', moved: [], notSet: [] } as const;
  const kept = obligations.filter(({ report }) => report === 'images-kept-until');

  it('names what was filed and what counts from it; what people typed pings nobody', () => {
    const changed = kept.map((one) => ({ ...one, state: 'running' as const, dueAt: '2027-02-20T10:00:00.000Z' }));
    const sent = closed('sent').filter(({ report }) => report === 'initial');
    const words = filedLines(
      { ...recorded, obligations: [...sent, ...changed] },
      { ...recorded, reference: '<!channel>' },
    );
    expect(words.split('\n')).toEqual([
      '*dfars/initial* of inc-1 is filed on record, as Rosa, reference &lt;!channel&gt;. Tourniquet sent nothing to anybody.',
      'dfars/images-kept-until keep until 2027-02-20T10:00:00.000Z.',
      expect.stringContaining('the evidence is locked'),
    ]);
  });

  it('promises the locks no sooner than they come', () => {
    const told = (notSet: string[]) =>
      filedLines({ ...recorded, obligations: kept, notSet }, { ...recorded, reference: 'x' });
    expect(told([])).toContain('Within minutes the evidence is locked');
    expect(told(['clocks: throttled'])).toContain('With the daily check the evidence is locked');
  });

  it('says when it stood there already', () => {
    expect(filedLines({ ...recorded, obligations: [] }, { ...recorded, reference: 'x' })).toContain('Already recorded');
  });
});

describe('the form for a withdrawal', () => {
  it('is one that Slack takes, with a reason that is not empty', () => {
    const view = withdrawModal({ incident, regime: 'dfars', report: 'initial' }, obligations, now);
    expect(viewSchema.safeParse(view).error).toBeUndefined();
    expect(view.blocks.map(({ block_id }) => block_id)).toEqual(['report', 'reason']);
    const values = (value: string) => ({ reason: { reason: { value } } });
    expect(reasonIn(values(' not owed '))).toEqual({ reason: 'not owed' });
    expect(reasonIn(values('   '))).toEqual({ mistakes: { reason: 'This should not be empty.' } });
    expect(reasonIn({})).toHaveProperty('mistakes');
  });

  it('tells what was withdrawn', () => {
    const withdrawn = closed('withdrawn').filter(({ report }) => report === 'initial');
    expect(withdrawnWords({ incident, by: 'Rosa', obligations: withdrawn, moved: [], notSet: [] })).toBe(
      '*dfars/initial* of inc-1 is withdrawn, recorded as Rosa. Its reminders stop.',
    );
  });
});
