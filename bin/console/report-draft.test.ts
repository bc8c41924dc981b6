import { describe, expect, it } from 'vitest';
import type { Stated } from '../../lib/domain/report/field.ts';
import type { Item } from '../../lib/items/item.ts';
import { invented, morning } from '../../test/fixtures/incident.ts';
import { each, repeatable } from './repeatable.ts';
import { draftFrom } from './report-draft.ts';
import { reportFrom, wordsFrom } from './report-input.ts';
import { nextFor, reportWords, statedWords } from './report-words.ts';

const dfars = reportFrom('dfars', undefined);
const field = (name: string, value: string, draft: string | null = null): Item & Stated => ({
  pk: 'p',
  sk: `FIELD#${name}`,
  name,
  value,
  status: 'confirmed',
  by: 'Rosa',
  at: morning,
  reason: null,
  draft,
});
const draftOf = (...more: Item[]) => {
  const found = draftFrom([...invented, ...more], dfars, morning);
  if (!found) throw new Error('The fixture has no incident.');
  return found;
};

describe('the draft of an incident', () => {
  it('is that of the report to be sent next, with its due time', () => {
    const draft = draftOf();
    expect(Object.keys(draft).slice(0, 6)).toEqual(['incident', 'regime', 'report', 'ready', 'missing', 'unconfirmed']);
    expect(draft).toMatchObject({ regime: 'dfars', report: 'initial', ready: false });
    expect(draft.fields).toHaveLength(20);
    expect(draft.missing).toContain('dod.uei');
    expect(draft.unconfirmed).toContain('narrative');
    expect(draft.fields.find((one) => one.field === 'location')).toEqual({
      field: 'location',
      title: '13 Location(s) of compromise',
      required: true,
      status: 'machine-draft',
      value: expect.any(String),
      by: 'tourniquet',
      at: morning,
      sources: [expect.any(String)],
    });
    // The same name under another regime is another report.
    expect(draftFrom(invented, reportFrom('dora', 'initial'), morning)?.obligation).toBeNull();
    expect(draft.obligation).toMatchObject({ state: 'running' });
    expect(draftFrom([], dfars, morning)).toBeNull();
    expect(draftFrom(invented, null, morning)).toMatchObject({ regime: null, report: null });
  });

  it('takes who reports from the record', () => {
    const entity = { name: 'ACME', contact: 'Ada', uei: 'ABCDEFGHIJK1' };
    const items = invented.map((item) => (item.sk === 'META' ? { ...item, entity } : item));
    const named = draftFrom(items, dfars, morning)?.fields.filter(({ by }) => by === 'configuration');
    expect(named?.map((one) => one.field)).toEqual(['entity.name', 'contacts', 'dod.uei']);
  });

  it('is shown with what stands where, and cannot steer the terminal', () => {
    const words = reportWords(
      draftOf(field('outcome', 'failed\u001b[2J'), field('location', 'Berlin', 'f'.repeat(64))),
      morning,
    );
    expect(words).toMatch(/^3 Unique entity identifier .* {2}MISSING {2}dod.uei\n {4}twelve characters/m);
    expect(words).toMatch(/^19 Incident narrative {2}machine draft {2}narrative\n {4}At 2026-/m);
    expect(words).toMatch(/^18 Incident outcome {2}confirmed by Rosa {2}outcome\n {4}failed\ufffd\[2J/m);
    expect(words).toMatch(/Berlin\n {4}The draft has changed since: check it again\./);
    expect(words).toMatch(/^(due in|overdue since) /m);
    expect(words).not.toContain('\u001b');
  });

  it('leads to what is to be typed next', () => {
    const draft = draftOf();
    const which = `--regime dfars --report initial`;
    expect(nextFor({ ...draft, missing: ['outcome'] })).toBe(`report ${draft.incident} ${which} --set outcome="…"`);
    expect(nextFor({ ...draft, missing: ['times.aware'] })).toContain(`fact ${draft.incident} aware=`);
    expect(nextFor({ ...draft, missing: [], unconfirmed: ['location'] })).toContain('--confirm location');
    expect(nextFor({ ...draft, missing: [], unconfirmed: [] })).toBe(
      `filed ${draft.incident} ${which} --reference "…"`,
    );
  });
});

describe('what was typed', () => {
  it('may be said of several fields, with any characters', async () => {
    const { Option } = await import('commander');
    const parse = repeatable(new Option('--set <x>')).parseArg;
    const set = ['notes=a, b=c', 'outcome= failed '].reduce<string | undefined>(
      (before, typed) => parse?.(typed, before) as string,
      undefined,
    );
    expect([each(set).length, each(undefined)]).toEqual([2, []]);
    expect(wordsFrom({ ...(set && { set }), notApplicable: 'dod.uei' })).toEqual([
      { take: 'set', field: 'notes', value: 'a, b=c' },
      { take: 'set', field: 'outcome', value: ' failed ' },
      { take: 'not-applicable', field: 'dod.uei' },
    ]);
  });

  it('is shown again as it stands on record', () => {
    const fields = [
      { name: 'outcome', status: 'confirmed', value: 'failed' },
      { name: 'actor', status: 'unknown', value: null },
    ];
    expect(statedWords({ incident: 'inc-1', by: 'Rosa', fields })).toBe(
      'On record, as Rosa:\n  outcome: confirmed: failed\n  actor: unknown',
    );
  });
});
