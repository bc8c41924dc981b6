import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openingFacts } from '../../lib/domain/clock/incident-fact.ts';
import { clocksAt } from '../../lib/domain/clock/live-clock.ts';
import { idOf } from '../../lib/domain/clock/obligation.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { storedIncident } from '../../test/fixtures/stored-incident.ts';
import type { Work } from '../runtime/pipeline.ts';
import type { Write } from '../runtime/table.ts';

const armed: string[] = [];
vi.mock('../runtime/environment.ts', () => ({
  config: () => ({ retentionDays: 104, regimes: [] }),
  environment: (name: string) => name,
}));
const { aboutOf, file, reportMeant, withdraw } = await import('./filing.ts');
const { alarmsOf, markHeld, readClocks } = await import('./clocks.ts');
const { keptUntil } = await import('./hold-evidence.ts');
const { Conflict } = await import('../runtime/table.ts');

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
    expect(() => meant('gdpr')).toThrow('inc-1 has no report under "gdpr"; its regimes: nis2, dfars.');
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

/** The items of one incident under the writes of a filing, in the order of their keys. */
let items: Map<string, Item>;
let meanwhile: (() => Promise<unknown>) | undefined;

function write({ Put, Update }: Write): void {
  if (Put?.Item) items.set(String(Put.Item.sk), Put.Item);
  if (!Update) return;
  const { Key, ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = Update;
  const sk = String(Key?.sk);
  const set = Object.entries(names).map(([key, name]) => [name, values[key.replace('#', ':')]]);
  const plain = {
    changes: values[':next'],
    sequence: values[':sequence'],
    hash: values[':hash'],
    held: values[':now'],
  };
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  items.set(sk, { ...items.get(sk), ...Object.fromEntries([...set, ...given]), sk });
}

const table = {
  get: async ({ sk }: Key) => items.get(sk) ?? null,
  query: async (_: string, prefix: string) => [...items.values()].filter(({ sk }) => String(sk).startsWith(prefix)),
  update: async (Key: Key, update: object) =>
    write({ Update: { TableName: 'T', Key, UpdateExpression: '', ...update } }),
  transact: async (writes: (name: string) => Write[]) => {
    const before = meanwhile;
    meanwhile = undefined;
    await before?.();
    for (const one of writes('T')) {
      const seen = one.Update?.ExpressionAttributeValues?.[':seen'];
      const stands = items.get('CLOCKS')?.changes;
      if (one.Update?.Key?.sk === 'CLOCKS' && seen !== stands)
        throw new Conflict({ CancellationReasons: [{}, {}, { Code: 'ConditionalCheckFailed' }] } as never);
    }
    for (const one of writes('T')) write(one);
  },
};
const scheduler = { send: async ({ input }: { input: { Name: string } }) => void armed.push(input.Name) };
const work = { table, now: () => now, calls: [], client: () => scheduler } as unknown as Work;
const rosa = { by: 'Rosa', via: 'slack' } as const;
const filing = { incident: 'inc-1', regime: 'dfars', report: 'initial', reference: 'ICF-1' };
const ledger = () => [...items.keys()].filter((sk) => /^LEDGER#/.test(sk));

beforeEach(() => {
  const standing = obligations.map((one): [string, object] => [`OBLIGATION#${one.regime}#${one.report}`, one]);
  const all: [string, object][] = [['META', storedIncident({ openedAt })], ...standing];
  items = new Map(all.map(([sk, item]) => [sk, { sk, ...item }]));
  meanwhile = undefined;
  armed.length = 0;
});

describe('a filing', () => {
  it('is on record with its fact and one entry, starts what counts from it, and has its evidence seen to', async () => {
    const recorded = await file(work, { ...filing, sha256: 'ab', file: 'report.pdf' }, rosa);
    expect(recorded).toMatchObject({ by: 'Rosa', regime: 'dfars', report: 'initial', notSet: [] });
    expect(recorded.obligations.map(({ report, state }) => `${report} ${state}`)).toEqual([
      'initial sent',
      'images-kept-until running',
    ]);
    expect(items.get('OBLIGATION#dfars#initial')).toMatchObject({
      filed: { by: 'Rosa', at: now, recordedAt: now, reference: 'ICF-1', sha256: 'ab', file: 'report.pdf' },
    });
    expect(items.get('FACT#sent:dfars/initial#4')).toMatchObject({ via: 'slack', reason: 'filed, reference ICF-1' });
    expect(armed.toSorted()).toEqual(['inc-1-dfars-images-kept-until', 'inc-1-dfars-initial']);
  });

  it('rings for its evidence until somebody has seen to that, and never again', async () => {
    await file(work, filing, rosa);
    const rings = async () => {
      const standing = await readClocks(work, 'inc-1');
      return alarmsOf(standing, standing.obligations, now).find(({ input }) => input.report === 'initial')?.at;
    };
    expect(await rings()).toBe('2026-11-22T10:01:00.000Z');
    await markHeld(work, 'inc-1', filing);
    expect(await rings()).toBeUndefined();
  });

  it('once more changes nothing, also by somebody else, and also in the same moment', async () => {
    await file(work, filing, rosa);
    expect(await file(work, { ...filing, report: null }, { ...rosa, by: 'Leo' })).toMatchObject({
      by: 'Rosa',
      report: 'initial',
      obligations: [],
    });
    expect(ledger()).toHaveLength(1);
    const early = { ...filing, regime: 'nis2', report: 'early-warning' };
    meanwhile = () => file(work, early, rosa);
    expect(await file(work, early, rosa)).toMatchObject({ obligations: [] });
    expect(ledger()).toHaveLength(2);
  });

  it.each([
    [{ at: 'yesterday' }, 'at', '"yesterday" is not a time'],
    [{ at: '2999-01-01T00:00Z' }, 'at', 'is in the future'],
    [{ at: '2026-11-20T00:00Z' }, 'at', 'before what dfars/initial starts with'],
    [{ report: 'last' }, 'report', 'has no report "last"'],
    [{ reference: 'another' }, 'report', 'was filed by Rosa'],
  ] as const)('is refused, and says what that is about: %j', async (typed, about, because) => {
    if ('reference' in typed) await file(work, filing, rosa);
    const before = items.size;
    const error = await file(work, { ...filing, ...typed }, rosa).catch((thrown) => thrown);
    expect(error.message).toMatch(new RegExp(because));
    expect(aboutOf(error)).toBe(about);
    expect(items.size).toBe(before);
  });
});

describe('a withdrawal', () => {
  it('needs an open report', async () => {
    await withdraw(work, filing, { by: 'Rosa', reason: 'not owed' });
    expect(items.get('OBLIGATION#dfars#initial')).toMatchObject({ state: 'withdrawn', withdrawn: { by: 'Rosa' } });
    await expect(withdraw(work, filing, { by: 'Leo', reason: 'not owed' })).rejects.toThrow('is already withdrawn');
  });
});
