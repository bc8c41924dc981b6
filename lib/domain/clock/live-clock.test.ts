import { describe, expect, it } from 'vitest';
import { Config } from '../config.ts';
import { type IncidentFact, inForce, openingFacts } from './incident-fact.ts';
import { changedAmong, clocksAt, objectionTo } from './live-clock.ts';
import { idOf, moveLines, Obligation } from './obligation.ts';

const openedAt = '2026-11-21T10:00:00.000Z';
const now = '2026-11-22T10:00:00.000Z';
const regimes = ['dfars', 'nis2'];
const rosa = { by: 'Rosa', reason: 'the proxy log shows it', at: now };

const opening = openingFacts(openedAt);
const opened = { facts: opening, obligations: clocksAt({ facts: opening, obligations: [] }, regimes, openedAt) };
const said = (name: string, time: string, n = 4): IncidentFact => ({
  name,
  time,
  by: 'Rosa',
  reason: rosa.reason,
  at: now,
  via: 'command-line',
  n,
});
const dueOf = (obligations: readonly Obligation[], id: string) => obligations.find((one) => idOf(one) === id);
const after = (fact: IncidentFact, mover: typeof rosa | null = rosa) =>
  clocksAt({ ...opened, facts: [...opening, fact] }, regimes, now, mover);

describe('the clocks of an incident', () => {
  it('start with the first delivery of the finding, of every report that counts from it', () => {
    expect(opened.obligations.map((one) => `${idOf(one)} ${one.state} ${one.dueAt}`)).toEqual([
      'nis2/early-warning running 2026-11-22T10:00:00.000Z',
      'dfars/initial running 2026-11-24T10:00:00.000Z',
      'nis2/notification running 2026-11-24T10:00:00.000Z',
      'dfars/images-kept-until watching null',
      'nis2/final watching null',
    ]);
    expect(opened.obligations).toEqual(opened.obligations.map((one) => Obligation.parse(one)));
    expect(dueOf(opened.obligations, 'dfars/images-kept-until')?.means).toBe('keep until');
  });

  it('move earlier with an earlier fact, and keep both times', () => {
    const moved = dueOf(after(said('discovered', '2026-11-20T10:00:00.000Z')), 'dfars/initial');
    expect(moved).toMatchObject({ dueAt: '2026-11-23T10:00:00.000Z', startedAt: '2026-11-20T10:00:00.000Z' });
    expect(moved && moveLines(moved)).toEqual([
      'due 2026-11-23T10:00:00.000Z instead of 2026-11-24T10:00:00.000Z (Rosa: the proxy log shows it)',
    ]);
    expect(dueOf(after(said('discovered', '2026-11-20T10:00:00.000Z')), 'nis2/notification')?.moved).toEqual([]);
  });

  it('move later on the word of a person alone', () => {
    const later = said('discovered', '2026-11-21T16:00:00.000Z');
    expect(dueOf(after(later, null), 'dfars/initial')).toEqual(dueOf(opened.obligations, 'dfars/initial'));
    expect(dueOf(after(later), 'dfars/initial')).toMatchObject({
      dueAt: '2026-11-24T16:00:00.000Z',
      moved: [{ from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T16:00:00.000Z', by: 'Rosa' }],
    });
  });

  it('move earlier by themselves, and say so', () => {
    const moved = dueOf(after(said('discovered', '2026-11-20T10:00:00.000Z'), null), 'dfars/initial');
    expect(moved?.moved).toMatchObject([{ by: 'tourniquet', to: '2026-11-23T10:00:00.000Z' }]);
  });

  it('go on from a report that was sent: the next one starts', () => {
    const sent = after(said('sent:nis2/notification', '2026-11-22T09:00:00.000Z'));
    expect(dueOf(sent, 'nis2/notification')?.state).toBe('sent');
    expect(dueOf(sent, 'nis2/final')).toMatchObject({ state: 'running', dueAt: '2026-12-22T09:00:00.000Z', moved: [] });
  });

  it('stay withdrawn, unless the report is sent all the same', () => {
    const withdrawn = opened.obligations.map((one) =>
      idOf(one) === 'dfars/initial' ? { ...one, state: 'withdrawn' as const, withdrawn: rosa } : one,
    );
    const again = clocksAt({ facts: [...opening, said('fixed', now)], obligations: withdrawn }, regimes, now, rosa);
    expect(dueOf(again, 'dfars/initial')).toMatchObject({ state: 'withdrawn', withdrawn: { by: 'Rosa' } });
    const sent = clocksAt(
      { facts: [...opening, said('sent:dfars/initial', now)], obligations: withdrawn },
      regimes,
      now,
      rosa,
    );
    expect(dueOf(sent, 'dfars/initial')?.state).toBe('sent');
  });

  it('counted again from the same facts are as they stood', () => {
    expect(changedAmong(opened.obligations, clocksAt(opened, regimes, '2026-12-24T10:00:00.000Z'))).toEqual([]);
  });

  it('keep a due time that stands earlier than the law we know now would give', () => {
    const strict = opened.obligations.map((one) => ({ ...one, dueAt: one.dueAt && openedAt }));
    expect(changedAmong(strict, clocksAt({ ...opened, obligations: strict }, regimes, now))).toEqual([]);
  });
});

describe('a fact', () => {
  it('recorded last is in force, whatever the order in which they are read', () => {
    const facts = [said('aware', now, 5), said('aware', openedAt, 4), ...opening];
    expect(inForce(facts).filter(({ name }) => name === 'aware')).toEqual([{ name: 'aware', at: now }]);
  });

  it.each([
    ['aware', '2026-11-22T10:00:00.001Z', /is in the future/],
    ['sent:dfars/initial', '2026-11-21T09:00:00.000Z', /before what dfars\/initial starts with/],
    ['aware', '2026-11-20T00:00:00.000Z', /^$/],
  ])('%s=%s is judged in the words of the clock', (name, at, words) => {
    expect(objectionTo({ name, at }, opened, regimes, now) ?? '').toMatch(words);
  });

  it('that would move a start past what was sent is refused', () => {
    const sent = { ...opened, facts: [...opening, said('sent:dfars/initial', '2026-11-21T12:00:00.000Z')] };
    const later = { name: 'discovered', at: '2026-11-21T13:00:00.000Z' };
    expect(objectionTo(later, sent, regimes, now)).toContain('is before what dfars/initial starts with');
  });
});

describe('the configuration', () => {
  it('takes every regime that was checked, and says why another is none', () => {
    expect(Config.parse({ regimes: ['nis2', 'sec-8k'] }).regimes).toEqual(['nis2', 'sec-8k']);
    const fault = (name: string) => Config.safeParse({ regimes: [name] }).error?.issues[0]?.message;
    expect(fault('nydfs')).toContain('nydfs is disabled: nobody has checked it');
    expect(fault('dfar')).toContain('did you mean "dfars"?');
  });
});
