/** A story that is told otherwise than it happened is found out. */
import { expect, test } from 'vitest';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import { type Expected, type Told, unsaid, wrongInTimeline } from './told.ts';

const event = (time: string, action: string, more: Partial<PrintedEvent> = {}) =>
  ({ time, action, kind: 'network', outcome: 'success', resources: ['i-1'], ...more }) as PrintedEvent;
const told = (events: PrintedEvent[], words = ''): Told => ({ events, said: words, report: words, page: words });
const expected = (action: RegExp): Expected => ({ kind: 'network', action, of: ['i-1'], outcome: 'success' });

const [first, second] = [event('2026-11-30T10:00:00.9Z', 'visit'), event('2026-11-30T10:00:01Z', 'theft')];
const story = [expected(/^visit$/), expected(/^theft$/)];

test('what is in order and whole is right, whole seconds included', () => {
  expect(wrongInTimeline(told([first, second]), story)).toEqual([]);
  expect(wrongInTimeline(told([event('2026-11-30T10:00:00Z', 'theft'), first]), story)).toEqual([]);
});

test.each([
  ['missing', [second], /network \^visit\$/],
  ['told before it can have been', [event('2026-11-30T09:59:59Z', 'theft'), first], /network \^theft\$/],
  ['out of order', [second, first], /not in order of time/],
  ['said to have failed', [first, { ...second, outcome: 'failure' as const }], /network \^theft\$/],
  ['of somebody else', [first, { ...second, resources: ['i-2'] }], /network \^theft\$/],
])('%s is wrong', (_, events, words) => {
  expect(wrongInTimeline(told(events), story).join()).toMatch(words);
});

test('a gap has to be said in each place', () => {
  const page = '<div>network</div></th><td role="cell"><div><span class="state bad"> <bdi>gap</bdi>';
  expect(unsaid({ ...told([], 'network: gap 1 to 2'), page }, 'network')).toEqual([]);
  expect(unsaid(told([], 'network: available'), 'network')).toHaveLength(3);
});
