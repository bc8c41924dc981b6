import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type IncidentFact, openingFacts } from '../../../lib/domain/clock/incident-fact.ts';
import { clocksAt } from '../../../lib/domain/clock/live-clock.ts';
import { storedIncident } from '../../../test/fixtures/stored-incident.ts';
import type { Work } from '../../runtime/pipeline.ts';

let escalation: string | undefined;
const armed: string[] = [];
const told: { channel: string; text: string }[] = [];
const entries: { kind: string; what: string }[] = [];
let telling: () => Promise<void>;

interface Update {
  UpdateExpression: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}
vi.mock('../../runtime/environment.ts', () => ({ config: () => ({ slack: { escalation } }), environment: () => 'x' }));
vi.mock('../../runtime/pipeline.ts', () => ({ pipeline: () => null, logger: { info: () => null, error: () => null } }));
vi.mock('../../runtime/channels.ts', () => ({
  tell: async (_: unknown, { text }: { text: string }, { channel }: { channel: string } = { channel: 'main' }) => {
    await telling();
    told.push({ channel, text });
    return { channel, ts: '1' };
  },
}));
vi.mock('../../runtime/ledger.ts', () => ({
  append: async (
    _: unknown,
    __: string,
    entry: { kind: string; what: string },
    extras: (t: string) => { Update?: Update }[] = () => [],
  ) => {
    for (const { Update } of extras('T')) if (Update?.ExpressionAttributeNames?.['#mark']) apply(Update);
    entries.push(entry);
  },
}));
let failed: { what: string; error: string }[];
const holdings: object[] = [];
let longEnough: string[] = [];
vi.mock('../hold-evidence.ts', () => ({
  keptUntil: () => '2027-02-22T09:00:00.000Z',
  holdEvidence: async (_: unknown, { incident, until, by, evidence }: Record<string, unknown>) => {
    holdings.push({ incident, until, by, evidence });
    return { until, extended: [], longEnough, failed };
  },
}));
const { tick } = await import('./handler.ts');

let item: Record<string, unknown> = {};
let kept: Record<string, unknown> = {};
let facts: IncidentFact[] = [];
/** The one item of the test under the expressions that the handler uses. */
function apply({
  UpdateExpression,
  ConditionExpression,
  ExpressionAttributeNames = {},
  ExpressionAttributeValues = {},
}: Update) {
  const mark = ExpressionAttributeNames['#mark'] ?? '';
  const standing = item[mark] as { at: string } | undefined;
  const theirs = ExpressionAttributeValues[':theirs'];
  const holds = !ConditionExpression || (theirs ? standing?.at === theirs : !standing);
  if (!holds) throw Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
  if (!mark) item = { ...item, held: ExpressionAttributeValues[':now'] };
  if (!mark) return;
  const value = ExpressionAttributeValues[':mine'] ?? ExpressionAttributeValues[':told'];
  const { [mark]: _, ...rest } = item;
  item = UpdateExpression.startsWith('REMOVE') ? rest : { ...rest, [mark]: value };
}

const opened = '2026-11-21T10:00:00.000Z';
let now: string;
const work = {
  now: () => now,
  client: () => ({
    send: async ({ input }: { input: { ScheduleExpression: string } }) => armed.push(input.ScheduleExpression),
  }),
  table: {
    get: async ({ sk }: { sk: string }) => (sk === 'META' ? storedIncident({ openedAt: opened }) : null),
    query: async (_: string, prefix: string) => {
      const found = { 'OBLIGATION#': [item, kept], 'FACT#': facts }[prefix] ?? [];
      return found.map((one) => ({ sk: prefix, ...one }));
    },
    update: async (_: unknown, update: Update) => apply(update),
  },
} as unknown as Work;
const input = { incident: 'inc-1', regime: 'dfars', report: 'initial' };

describe('clock-tick', () => {
  beforeEach(() => {
    escalation = 'C0ESC';
    told.length = 0;
    entries.length = 0;
    telling = async () => undefined;
    armed.length = 0;
    holdings.length = 0;
    facts = openingFacts(opened);
    failed = [];
    longEnough = [];
    [item = {}, kept = {}] = clocksAt({ facts: openingFacts(opened), obligations: [] }, ['dfars'], opened);
    now = '2026-11-24T09:00:00.000Z';
  });

  it('tells the channel once, however often the timer fires', async () => {
    expect(await tick(work, input)).toEqual({ outcome: 'reminded', because: 'reminder' });
    expect(await tick(work, input)).toEqual({ outcome: 'silent', because: 'the reminder was already posted' });
    expect(told.map(({ channel }) => channel)).toEqual(['main']);
    expect(entries).toMatchObject([{ kind: 'obligation', what: 'reminded of dfars initial: minus-1h' }]);
  });

  it('sets itself to the next reminder, whether it told anybody or not', async () => {
    await tick(work, input);
    await tick(work, input);
    expect(armed).toEqual(['at(2026-11-24T10:00:00)', 'at(2026-11-24T10:00:00)']);
  });

  it('tells the second channel too when it is overdue, and only when there is one; and repeats', async () => {
    now = '2026-11-24T10:00:01.000Z';
    await tick(work, input);
    expect(told.map(({ channel }) => channel)).toEqual(['main', 'escalation']);
    expect(armed).toEqual(['at(2026-11-24T14:00:00)']);
    now = '2026-11-24T14:00:01.000Z';
    escalation = undefined;
    await tick(work, input);
    expect(told.map(({ channel }) => channel)).toEqual(['main', 'escalation', 'main']);
    expect(entries.at(-1)?.what).toBe('reminded of dfars initial: overdue-4h');
  });

  it('tells anew once the due time has moved', async () => {
    await tick(work, input);
    item = { ...item, dueAt: '2026-11-24T09:59:00.000Z' };
    expect(await tick(work, input)).toMatchObject({ outcome: 'reminded' });
    expect(told).toHaveLength(2);
  });

  it('never moves a due time later by itself, and counts one that should be earlier', async () => {
    item = { ...item, dueAt: '2026-11-24T08:00:00.000Z' };
    await tick(work, input);
    expect(told[0]?.text).toContain('overdue since 2026-11-24T08:00:00.000Z');
    expect(entries.map(({ what }) => what)).toEqual(['reminded of dfars initial: due']);
    item = { ...item, dueAt: '2026-11-25T10:00:00.000Z' };
    await tick(work, input);
    expect(entries.map(({ what }) => what)).toContain('clocks counted again');
    expect(told.at(-1)?.text).toContain('due in 1 h 0 min');
  });

  it('leaves the reminder to the next attempt when nobody could be told', async () => {
    telling = async () => {
      throw new Error('Slack and the topic are down');
    };
    await expect(tick(work, input)).rejects.toThrow('down');
    telling = async () => undefined;
    expect(await tick(work, input)).toMatchObject({ outcome: 'reminded' });
  });

  it('does not trust a firing that is half done: it waits, and takes over once that one must be dead', async () => {
    item['reminded#minus-1h'] = { state: 'telling', at: now };
    await expect(tick(work, input)).rejects.toThrow('Another reminder run is posting this.');
    now = '2026-11-24T09:02:00.000Z';
    expect(await tick(work, input)).toMatchObject({ outcome: 'reminded' });
  });

  it('is silent once somebody has withdrawn the report, and rings no more', async () => {
    item = { ...item, state: 'withdrawn', withdrawn: { by: 'Rosa', at: now, reason: 'not owed' } };
    expect(await tick(work, input)).toEqual({ outcome: 'silent', because: 'the obligation is withdrawn' });
    expect([told, armed]).toEqual([[], []]);
  });

  describe('once the report is filed', () => {
    beforeEach(() => {
      const filed = { by: 'Rosa', at: now, recordedAt: now, reference: 'ICF-1', sha256: null, file: null };
      item = { ...item, state: 'sent', filed };
      facts.push({ name: 'sent:dfars/initial', time: now, by: 'Rosa', reason: '', at: now, via: 'slack', n: 4 });
    });

    it('holds the evidence, once, and tells nobody', async () => {
      expect(await tick(work, input)).toMatchObject({
        outcome: 'held',
        because: expect.stringContaining('2027-02-22'),
      });
      expect(await tick(work, input)).toEqual({ outcome: 'silent', because: 'the obligation is sent' });
      expect(holdings).toEqual([
        { incident: 'inc-1', until: '2027-02-22T09:00:00.000Z', by: 'clock-tick', evidence: [] },
      ]);
      expect([told, armed]).toEqual([[], []]);
    });

    it('says on the ledger that all is held, where an attempt ended before it could', async () => {
      longEnough = ['a.json (version v1)'];
      await tick(work, input);
      await tick(work, input);
      const told = entries.map(({ what }) => what).filter((what) => what.includes('evidence'));
      expect(told).toEqual(['1 pieces of evidence are already locked until 2027-02-22T09:00:00.000Z']);
    });

    it('tells people once what could not be held', async () => {
      failed = [{ what: 'snap-1', error: 'AccessDenied: <no>' }];
      await tick(work, input);
      await tick(work, input);
      expect(told).toHaveLength(1);
      expect(told[0]?.text).toContain('dfars/initial is filed, and 1 pieces of evidence could not be locked');
    });
  });
});
