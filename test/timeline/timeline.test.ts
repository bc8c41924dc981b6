import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { delivered, lines, record, timelineOf } from './logs.ts';

const actions = (events: readonly { readonly action: string }[]): string[] => events.map(({ action }) => action);
const placed = (events: readonly { readonly source: { file: string; line: number } }[]): string[] =>
  events.map(({ source: { file, line } }) => `${file}:${line}`);

test('an event says when, who, what, on what, from where, and how it ended', async () => {
  const { events, sum } = await timelineOf({ 'trail.json': delivered(record(1)) });
  expect(sum).toEqual({ read: 1, events: 1, merged: 0, unreadable: 0 });
  expect(events).toEqual([
    {
      time: '2026-03-04T05:06:01Z',
      kind: 'audit',
      source: { file: 'trail.json', line: 1 },
      actor: { kind: 'IAMUser', id: 'arn:aws:iam::111122223333:user/mia', account: '111122223333' },
      action: 'iam:CreateAccessKey',
      resources: ['mia'],
      address: '203.0.113.7',
      outcome: 'success',
      labels: [],
      normal: null,
      raw: JSON.stringify(record(1)),
    },
  ]);
});

describe('whatever way it is written', () => {
  const three = [record(3), record(1), record(2)];
  const pretty = JSON.stringify({ Records: three }, null, 2);
  const history = { Events: three.map((one) => ({ EventId: one.eventID, CloudTrailEvent: JSON.stringify(one) })) };
  const filtered = {
    events: three.map((one) => ({ logStreamName: 's', timestamp: 1, message: JSON.stringify(one), eventId: '1' })),
    searchedLogStreams: ['a, b', 'c'],
    nextToken: 'x, "y" }',
  };
  const bus = three.map((detail) => ({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail }));
  test.each([
    ['as CloudTrail delivers it', delivered(...three)],
    ['over many lines', pretty],
    ['one a line', lines(...three)],
    ['with the line ends of Windows', lines(...three).replaceAll('\n', '\r\n')],
    ['a list', JSON.stringify(three)],
    ['one behind the other', three.map((one) => JSON.stringify(one)).join('')],
    ['event history', JSON.stringify(history, null, 4)],
    ['filter-log-events', JSON.stringify(filtered, null, 1)],
    ['events of EventBridge', lines(...bus)],
    ['behind a byte order mark', `\uFEFF${delivered(...three)}`],
  ])('%s', async (_, content) => {
    const { events, sum, unreadable } = await timelineOf({ 'a.json': content, 'b.json.gz': content });
    expect(unreadable).toEqual([]);
    expect(sum).toEqual({ read: 6, events: 3, merged: 3, unreadable: 0 });
    expect(events.map(({ time }) => time.slice(17, 19))).toEqual(['01', '02', '03']);
    expect(JSON.parse(events[0]?.raw ?? '')).toEqual(record(1));
  });

  test('gzip within gzip, and two members in one file', async () => {
    const twice = gzipSync(gzipSync(delivered(record(1))));
    const members = Buffer.concat([gzipSync(lines(record(2))), gzipSync(lines(record(3)))]);
    const { sum } = await timelineOf({ 'a.gz': twice, 'no-name-that-says-so': members });
    expect(sum).toEqual({ read: 3, events: 3, merged: 0, unreadable: 0 });
  });
});

describe('order', () => {
  test('by time, then kind, then where it was read', async () => {
    const at = (eventTime: string, eventName: string, more = {}) =>
      record(1, { eventTime, eventName, eventID: eventName, ...more });
    const { events } = await timelineOf({
      'b.json': lines(at('2026-01-01T00:00:00Z', 'Third'), at('2025-12-31T23:59:59.999Z', 'First')),
      'a.json': lines(
        at('2026-01-01T00:00:00Z', 'Decrypt', { eventSource: 'kms.amazonaws.com' }),
        at('2026-01-01T02:00:00+02:00', 'Second'),
        at('2026-01-01T00:00:00.1Z', 'Last'),
      ),
    });
    expect(actions(events)).toEqual(['iam:First', 'iam:Second', 'iam:Third', 'kms:Decrypt', 'iam:Last']);
    expect(events.map(({ time }) => time)).toEqual([
      '2025-12-31T23:59:59.999Z',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00.1Z',
    ]);
  });
});

describe('the same record twice', () => {
  test('is one event with both places', async () => {
    const { events } = await timelineOf({ 'a.json': lines(record(1)), 'b.json': lines(record(2), record(1)) });
    expect(events).toHaveLength(2);
    expect(events[0]?.also?.map(({ line, raw }) => [line, raw])).toEqual([[2, undefined]]);
  });

  test('written in another way, both ways are kept', async () => {
    const { eventID, ...rest } = record(1);
    const other = { eventID, ...rest };
    const { events } = await timelineOf({ 'a.json': lines(record(1), other) });
    expect(events.map(({ raw, also }) => [raw, also?.[0]?.raw])).toEqual([
      [JSON.stringify(record(1)), JSON.stringify(other)],
    ]);
  });

  test('an id that somebody wrote by hand makes no two records one', async () => {
    const { events } = await timelineOf({
      'a.json': lines(record(1, { eventID: '1' }), record(1, { eventID: '1', sourceIPAddress: '192.0.2.1' })),
    });
    expect(events).toHaveLength(2);
  });
});

describe('what cannot be read is named, and nothing else is lost', () => {
  const good = JSON.stringify(record(1));
  const [other, third] = [JSON.stringify(record(2)), JSON.stringify(record(3))];
  test.each([
    ['a line that is cut', `${good}\n${other.slice(0, 300)}\n${third}\n`, ['a.json:2: It is not JSON.']],
    ['a line that is cut behind a name', `${good}\n{"eventVersion":\n${third}\n`, ['a.json:2: The record is cut off.']],
    [
      'a record that is broken among others in one line',
      `{"Records":[${good},{"eventVersion":"1",,},${third}]}`,
      ['a.json:1: It is not JSON.'],
    ],
    [
      'a file that ends too soon',
      `{"Records":[${good},${third},${other.slice(0, 200)}`,
      ['a.json:1: The record is cut off.'],
    ],
    [
      'a file that ends between two records',
      `{"Records":[${good},${third},`,
      ['a.json:1: The file is cut off: the list of records has no end, and what is missing cannot be read.'],
    ],
    ['words between records', `${good}\nhello\n${third}`, ['a.json:2: No format known here has such a line.']],
    ['another object', `${good}\n{"a":1}\n${third}`, ['a.json:2: No format known here has such a record.']],
    [
      'a time that is none',
      `${good}\n${third}\n${good.replace('2026-03-04', '2026-02-30')}`,
      ['a.json:3: Its eventTime is no time: 2026-02-30T05:06:01Z'],
    ],
    ['what is too long', `${good}\n{"a":"${'x'.repeat(18e6)}"}\n${third}`, ['a.json:2: It is longer than 16 MB.']],
    ['a line that is too long', `${good}\n${'x'.repeat(18e6)}\n${third}`, ['a.json:2: It is longer than 16 MB.']],
  ])('%s', async (_, content, why) => {
    const { events, sum, unreadable } = await timelineOf({ 'a.json': content });
    expect(unreadable).toEqual(why);
    expect(placed(events)).toHaveLength(2);
    expect(sum.unreadable).toBe(1);
  });

  test('gzip that is cut gives what came before', async () => {
    const many = Array.from({ length: 400 }, (_, number) => record(number, { userAgent: `${Math.sin(number)}` }));
    const packed = gzipSync(lines(...many));
    const { sum, unreadable } = await timelineOf({ 'a.gz': packed.subarray(0, packed.length / 2) });
    expect(sum.read).toBeGreaterThan(100);
    expect(unreadable.at(-1)).toBe('a.gz:0: The gzip file is cut off: what is missing cannot be read.');
  });

  test.each([
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 'It is UTF-16: save it as UTF-8.'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]), 'It is not text.'],
    ['nothing', Buffer.alloc(0), 'There is no record in it.'],
    ['a list without records', Buffer.from('{"Records":[]}'), 'There is no record in it.'],
  ])('%s', async (_, content, why) => {
    expect((await timelineOf({ a: content })).unreadable).toEqual([`a:0: ${why}`]);
  });

  test('what is no ASCII, and what is no UTF-8, is printed so that it steers no terminal', async () => {
    const strange = record(1, { userAgent: 'é \u202e \u009b2J 😀' });
    const { events } = await timelineOf({ 'a.json': lines(strange) });
    expect(JSON.parse(events[0]?.raw ?? '')).toEqual(strange);
  });
});
