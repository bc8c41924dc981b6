import { describe, expect, it } from 'vitest';
import { expectedForwarders } from '../../../lib/domain/heartbeat.ts';
import type { Heard } from '../../../lib/items/heard.ts';
import { lettersOf, silences } from './silence.ts';

const now = '2026-11-29T04:17:00.000Z';
const place = { account: '444455556666', region: 'eu-west-1' };
const heard = (heardAt: string | null, more: Partial<Heard> = {}): Heard => ({
  ...place,
  heardAt,
  toldAt: null,
  letters: 0,
  ...more,
});
const said = (one: Heard, expected = [place]) => silences(expected, [one], now).map(({ says }) => says);

describe('silences', () => {
  it('says nothing of a forwarder that was heard this morning', () => {
    expect(said(heard('2026-11-29T01:47:03.000Z'))).toEqual([]);
  });

  it('tells the morning the heartbeat is missing, and remembers that it told', () => {
    const [told, ...more] = silences([place], [heard('2026-11-28T01:47:03.000Z')], now);
    expect(more).toEqual([]);
    expect(told?.says).toContain('444455556666 in eu-west-1 has not been heard since 2026-11-28T01:47:03.000Z');
    expect(told?.item).toEqual(heard('2026-11-28T01:47:03.000Z', { toldAt: now }));
  });

  it('tells again after a week, not before', () => {
    const since = '2026-11-10T01:47:03.000Z';
    expect(said(heard(since, { toldAt: '2026-11-23T04:17:00.000Z' }))).toEqual([]);
    expect(said(heard(since, { toldAt: '2026-11-22T04:17:30.000Z' }))).toHaveLength(1);
  });

  it('tells once that it is heard again', () => {
    const back = heard('2026-11-29T01:47:03.000Z', { toldAt: '2026-11-22T04:17:00.000Z' });
    const [told] = silences([place], [back], now);
    expect(told).toEqual({
      says: 'The forwarder of 444455556666 in eu-west-1 is heard again.',
      item: { ...back, toldAt: null },
    });
    expect(said({ ...back, toldAt: null })).toEqual([]);
  });

  it('tells of one that is expected and was never heard', () => {
    const [told] = silences([place], [], now);
    expect(told?.says).toContain('has never been heard');
    expect(told?.item).toEqual(heard(null, { toldAt: now }));
  });

  it('gives up an account that nobody lists after 35 days, and never one that is listed', () => {
    const gone = heard('2026-10-20T01:47:03.000Z');
    expect(said(gone, [])).toEqual([]);
    expect(said(gone)).toHaveLength(1);
    expect(said(heard('2026-11-20T01:47:03.000Z'), [])).toHaveLength(1);
  });
});

describe('lettersOf', () => {
  it('tells of more than people know, and of no more than once', () => {
    expect(lettersOf(heard(now), 0)).toEqual([]);
    expect(lettersOf(heard(now), 3)[0]?.says).toContain('3 events of 444455556666 in eu-west-1 could not be delivered');
    expect(lettersOf(heard(now, { letters: 3 }), 3)).toEqual([]);
    expect(lettersOf(heard(now, { letters: 3 }), 0)).toEqual([{ says: null, item: heard(now) }]);
  });
});

describe('expectedForwarders', () => {
  const hub = '111122223333';
  const listening = { regions: ['eu-central-1', 'us-east-1'] as [string, ...string[]], administrator: hub };

  it('names the hub in the other Regions, and every listed account in all', () => {
    const members = ['444455556666'];
    expect(expectedForwarders({ members, listening, organization: undefined }, hub)).toEqual([
      { account: hub, region: 'us-east-1' },
      { account: '444455556666', region: 'eu-central-1' },
      { account: '444455556666', region: 'us-east-1' },
    ]);
  });

  it('expects nobody where nothing is listened to', () => {
    expect(expectedForwarders({ members: [], listening: undefined, organization: undefined }, hub)).toEqual([]);
  });
});
