import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openingFacts } from '../clock/incident-fact.ts';
import { regimes } from '../clock/regimes.ts';
import { Config } from '../config.ts';
import { fieldsOf, machineFields } from './draft.ts';
import { factFields } from './fact-fields.ts';
import type { Json, Stated } from './field.ts';
import { type FieldStatement, faultOf, namedTwice, statedBy } from './field-statement.ts';
import { canonical } from './fields.ts';
import type { Known } from './known.ts';
import { type RegimeDraft, regimeDraft } from './regime-draft.ts';
import type { View } from './view.ts';
import { viewOf, views } from './views.ts';

const openedAt = '2026-11-21T10:00:00.000Z';
const hashOf = (value: Json): string => `hash of ${JSON.stringify(value)}`;
const known: Known = {
  incident: 'inc-1',
  now: openedAt,
  openedAt,
  resource: 'arn:x',
  account: '111122223333',
  region: 'eu-central-1',
  entity: { name: 'ACME', contact: 'Ada', contracts: [], clearance: '' },
  facts: openingFacts(openedAt),
  obligations: [],
  findings: [],
  entries: [],
  stated: [],
  hashOf,
};
const speaker = { by: 'Rosa', at: '2026-11-21T11:00:00.000Z', reason: null };
const names = canonical.map(({ name }) => name);

/** What Rosa says, of the incident as it is known. */
function say(from: Known, ...words: FieldStatement[]): Stated[] {
  const drafts = new Map(machineFields(from).map((field) => [field.name, field]));
  return words.map((word) => {
    const draft = drafts.get(word.field);
    const stated = draft ? statedBy(word, draft, speaker, hashOf) : { fault: `no field ${word.field}` };
    if ('fault' in stated) throw new Error(stated.fault);
    return stated;
  });
}

const draftOf = ({ regime, report }: Pick<View, 'regime' | 'report'>, from: Known = known): RegimeDraft =>
  regimeDraft({ incident: 'inc-1', regime, report, obligation: null }, viewOf(regime, report), fieldsOf(from));

/** Words that answer everything a report still lacks. */
const answers = ({ missing, unconfirmed }: RegimeDraft, take: 'unknown' | 'not-applicable'): FieldStatement[] => [
  ...missing.map((field) => ({ take, field })),
  ...unconfirmed.map((field) => ({ take: 'confirm' as const, field })),
];

describe('views', () => {
  it.each(views)('$regime $report names known fields, none twice, and some that are required', ({ fields }) => {
    const asked = fields.map(({ field }) => field);
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
    expect(fields.some(({ required }) => required)).toBe(true);
  });

  it('are there for every report of every regime, or the eight items say that they stand in', () => {
    for (const { name, reports } of regimes)
      for (const [report, { means }] of Object.entries(reports)) {
        if (means === 'keep until') continue;
        expect([name, report, viewOf(name, report).regime]).toEqual([name, report, name]);
        expect(views.some((one) => one.regime === name && one.report === report)).toBe(true);
      }
    expect(viewOf('nydfs', 'initial').note).toContain('these are the eight items');
  });

  it('are the files, each with its line in every-view.ts, under the name of their regime', () => {
    const files = readdirSync(join(import.meta.dirname, 'views')).map((file) => file.replace(/\.ts$/, ''));
    expect([...new Set(views.map(({ regime }) => regime))].toSorted()).toEqual(files.toSorted());
  });

  it('are of regimes and reports that exist', () => {
    const all = regimes.flatMap(({ name, reports }) => Object.keys(reports).map((report) => `${name}/${report}`));
    expect(views.map(({ regime, report }) => `${regime}/${report}`).filter((id) => !all.includes(id))).toEqual([]);
  });

  it('use every field there is, but those that only explain the others', () => {
    const used = new Set<string>(views.flatMap(({ fields }) => fields.map(({ field }) => field)));
    expect(names.filter((name) => !used.has(name))).toEqual(['malware', 'hints']);
    expect(Object.keys(factFields).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('say rightly where each field is filled from', () => {
    const each = Object.keys(Config.shape.entity.unwrap().shape);
    const entity = { ...known.entity, ...Object.fromEntries(each.map((key) => [key, 'said'])) };
    const filled = machineFields({ ...known, entity });
    const by = (status: string) => filled.filter((one) => one.status === status).map(({ name }) => name);
    const from = (where: string) => canonical.filter((one) => one.from === where).map(({ name }) => name);
    expect(by('confirmed')).toEqual(from('config'));
    expect(from('engine')).toEqual(expect.arrayContaining(by('machine-draft')));
  });

  it('have the twenty fields of the DFARS form in their order', () => {
    const numbers = viewOf('dfars', 'initial').fields.map(({ title }) => Number(title.split(' ')[0]));
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('a report is ready', () => {
  it.each(views)('$regime $report: once everything required is confirmed, unknown or not applicable', (view) => {
    const before = draftOf(view);
    expect(before.ready).toBe(false);
    const unsettled = { ...known, stated: say(known, ...answers(before, 'unknown')) };
    expect(draftOf(view, unsettled).ready).toBe(view.unknown === 'will do');
    const settled = { ...known, stated: say(known, ...answers(before, 'not-applicable')) };
    expect(draftOf(view, settled)).toMatchObject({ ready: true, missing: [], unconfirmed: [] });
  });

  it('not while one required field is a machine draft, or one is missing', () => {
    const view = { regime: 'dfars', report: 'initial' };
    const words = answers(draftOf(view), 'not-applicable');
    expect(words.map(({ take }) => take)).toEqual(expect.arrayContaining(['not-applicable', 'confirm']));
    for (const left of words) {
      const stated = say(known, ...words.filter((one) => one !== left));
      expect(draftOf(view, { ...known, stated }).ready).toBe(false);
    }
  });

  it('and "unknown" is no answer in a final report', () => {
    const finals = views.filter(({ report }) => report === 'final');
    expect(finals).not.toEqual([]);
    expect(views.filter(({ unknown }) => unknown === 'will not do')).toEqual(finals);
    const stated = say(known, { take: 'unknown', field: 'rootCause' });
    expect(draftOf({ regime: 'nis2', report: 'final' }, { ...known, stated }).missing).toContain('rootCause');
  });
});

describe('a word', () => {
  const fieldIn = (from: Known, name: string) => fieldsOf(from).find((one) => one.name === name);

  it('sets a field, whatever stood there, and says who did', () => {
    const [set] = say(known, { take: 'set', field: 'entity.name', value: ' ACME Corp ' });
    expect(set).toMatchObject({ value: 'ACME Corp', status: 'confirmed', by: 'Rosa', draft: null });
    const stated = set ? [{ ...set, reason: 'renamed in May' }] : [];
    expect(fieldIn({ ...known, stated }, 'entity.name')).toMatchObject({
      value: 'ACME Corp',
      status: 'confirmed',
      by: 'Rosa',
      at: speaker.at,
      sources: ['Rosa: renamed in May'],
    });
  });

  it('confirms the draft as it stands; what is drafted differently later stands beside it', () => {
    const stated = say(known, { take: 'confirm', field: 'location' });
    expect(stated[0]?.draft).toBe(hashOf('arn:x, AWS account 111122223333, eu-central-1'));
    const same = fieldIn({ ...known, stated }, 'location');
    expect(same).toMatchObject({ status: 'confirmed', by: 'Rosa', sources: ['arn:x'] });
    expect(same).not.toHaveProperty('redrafted');
    const moved = { ...known, stated, region: 'us-east-1' };
    expect(fieldIn(moved, 'location')).toMatchObject({
      value: 'arn:x, AWS account 111122223333, eu-central-1',
      redrafted: 'arn:x, AWS account 111122223333, us-east-1',
    });
    expect(draftOf({ regime: 'dfars', report: 'initial' }, moved).changed).toEqual(['location']);
  });

  it('of a person is not what is confirmed: the machine has to have a draft', () => {
    const stated = say(known, { take: 'set', field: 'actor', value: 'mallory' });
    expect(() => say({ ...known, stated }, { take: 'confirm', field: 'actor' })).toThrow('no draft of actor');
  });

  it.each<[FieldStatement, string]>([
    [{ take: 'set', field: 'narativ', value: 'x' }, 'did you mean "narrative"?'],
    [{ take: 'confirm', field: 'zzzzzzzzzzzz' }, 'There is no field "zzzzzzzzzzzz"'],
    [{ take: 'set', field: 'outcome', value: ' ' }, 'outcome has no value'],
    [{ take: 'set', field: 'outcome', value: 'Unknown' }, '--unknown outcome'],
    [{ take: 'set', field: 'times.aware', value: '2026-11-20' }, 'record it with `tourniquet fact`, as aware='],
    [{ take: 'set', field: 'notes', value: 'x'.repeat(50_001) }, 'longer than 50000 characters'],
  ])('%j is refused', (word, because) => {
    expect(faultOf(word)).toContain(because);
  });

  it('is one a field', () => {
    const twice: FieldStatement[] = [
      { take: 'unknown', field: 'actor' },
      { take: 'confirm', field: 'actor' },
    ];
    expect([namedTwice(twice), namedTwice(twice.slice(1))]).toEqual(['actor', undefined]);
  });
});
