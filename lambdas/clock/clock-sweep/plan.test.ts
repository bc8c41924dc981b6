import { describe, expect, it } from 'vitest';
import type { CustodyRecord } from '../../../lib/record/custody.ts';
import { againstCheckpoint, differenceOf, pageOf, watched } from './plan.ts';

const wanted = (schedule: string) => ({ incident: 'inc-1', obligation: 'dfars/initial', schedule });

describe('differenceOf', () => {
  it('tells clocks that are not set from schedules that have rung their last, and from those of nobody', () => {
    const known = new Set(['a', 'b', 'sent']);
    expect(differenceOf(['a', 'sent', 'stray'], known, [wanted('a'), wanted('b')])).toEqual({
      missing: [wanted('b')],
      done: ['sent'],
      orphans: ['stray'],
    });
  });

  it('finds nothing where all is as it should be', () => {
    expect(differenceOf(['a'], new Set(['a', 'watching']), [wanted('a')])).toEqual({
      missing: [],
      done: [],
      orphans: [],
    });
  });
});

describe('watched', () => {
  const now = '2026-11-29T04:17:00.000Z';
  const record = (id: string, lockedUntil: string | null) => ({ id, lockedUntil }) as CustodyRecord;
  const all = [
    record('locked', '2027-03-01T00:00:00.000Z'),
    record('expired', '2026-11-28T00:00:00.000Z'),
    record('free', null),
  ];

  it.each([
    ['open', ['locked', 'expired', 'free']],
    ['contained', ['locked', 'expired', 'free']],
    ['released', ['locked']],
    ['closed', ['locked']],
  ])('evidence of what is %s', (state, expected) => {
    expect(watched(all, state, now).map(({ id }) => id)).toEqual(expected);
  });
});

describe('againstCheckpoint', () => {
  const newest = { number: 7, at: '2026-11-28T04:17:00.000Z', incidents: 3, unlisted: 0 };

  it('is content with as many incidents or more, a day later', () => {
    expect(againstCheckpoint(newest, 3, '2026-11-29T04:17:30.000Z')).toEqual([]);
    expect(againstCheckpoint(newest, 9, '2026-11-29T04:17:30.000Z')).toEqual([]);
    expect(againstCheckpoint(null, 0, '2026-11-29T04:17:30.000Z')).toEqual([]);
  });

  it('does not miss what has left', () => {
    const left = { ...newest, incidents: 5, unlisted: 2 };
    expect(againstCheckpoint(left, 3, '2026-11-29T04:17:30.000Z')).toEqual([]);
    expect(againstCheckpoint(left, 2, '2026-11-29T04:17:30.000Z')).toHaveLength(1);
  });

  it('finds that incidents are gone, and that no checkpoint was made', () => {
    expect(againstCheckpoint(newest, 2, '2026-11-29T04:17:30.000Z')).toEqual([
      '2 incidents are listed, and checkpoint 7 counts 3',
    ]);
    expect(againstCheckpoint(newest, 3, '2026-11-30T04:17:30.000Z')).toEqual([
      'the newest checkpoint, 7, is of 2026-11-28T04:17:00.000Z',
    ]);
  });
});

describe('pageOf', () => {
  const calm = {
    incidents: 3,
    repaired: [],
    orphans: [],
    broken: [],
    vanished: [],
    deaf: [],
    evidence: [],
    forwarders: [],
    members: [],
    detectors: [],
    failed: [],
  };

  it('wakes nobody without a reason', () => {
    expect(pageOf(calm)).toBeNull();
  });

  it('names everything that was mended or found, the worst first', () => {
    const page = pageOf({
      ...calm,
      vanished: ['2 incidents are listed, and checkpoint 7 counts 3'],
      repaired: ['inc-1 dfars/initial'],
      orphans: ['stray'],
      evidence: ['inc-4 ev-3-1 is missing'],
      deaf: ['The rule tourniquet-daily is disabled.'],
      forwarders: ['The forwarder of 444455556666 in eu-west-1 is heard again.'],
      failed: ['inc-2: denied'],
      broken: ['inc-3 is broken: entry 2 was changed'],
    });
    expect(page?.subject).toBe(
      'Daily check: incidents do not fit the checkpoint, 1 broken ledgers, 1 pieces of evidence no longer match their record, 1 rules do not hear, 1 forwarders, 1 clocks set again, 1 orphaned schedules deleted, 1 failures',
    );
    const order = [
      'checkpoint 7 counts 3',
      'inc-3 is broken: entry 2 was changed',
      'ev-3-1 is missing. Find out who could change or delete it',
      'tourniquet-daily is disabled. Find out who changed it.',
      'heard again',
      'inc-1 dfars/initial',
      'stray',
      'inc-2: denied',
    ];
    const places = order.map((words) => page?.text.indexOf(words) ?? -1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});
