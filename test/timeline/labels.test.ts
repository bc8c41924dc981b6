import { expect, test } from 'vitest';
import { explained } from '../../lib/timeline/rules/explain.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { call, service } from './a-record.ts';
import { delivered, lines, timelineOf } from './logs.ts';

/** As many records as are asked for, a second apart, each with an id of its own. */
const many = (of: number, action: string, from = 0): object[] =>
  Array.from({ length: of }, (_, index) =>
    call(
      action,
      { bucketName: 'shop', key: `${index}` },
      {
        eventID: `00000000-0000-4000-8000-${String(from + index).padStart(12, '0')}`,
        eventTime: `2026-11-20T14:00:${String(from + index).padStart(2, '0')}Z`,
      },
    ),
  );
const labelled = (
  events: readonly { readonly time: string; readonly labels: readonly { readonly rule: string }[] }[],
) =>
  events
    .filter(({ labels }) => labels.length > 0)
    .map(({ time, labels }) => `${time.slice(17, 19)} ${labels.map(({ rule }) => rule)}`);

test('labels and what is normal are printed with the event', async () => {
  const stop = call('cloudtrail:StopLogging', { name: 'main' });
  const assumed = call(
    'sts:AssumeRole',
    {},
    { userIdentity: service('lambda'), eventID: '00000000-0000-4000-8000-00000000000a' },
  );
  const { events } = await timelineOf({ 'a.json': delivered(stop, assumed) }, reading());
  const label = {
    technique: 'T1685.002',
    tactics: ['TA0112'],
    attackVersion: '19',
    rule: 'blinds:cloudtrail:StopLogging',
  };
  expect(events.map(({ labels, normal }) => ({ labels, normal }))).toEqual([
    { labels: [label], normal: null },
    { labels: [], normal: 'aws-service' },
  ]);
});

test('rules that count do so in the order of time, whatever the order of files and lines', async () => {
  const all = many(25, 's3:DeleteObject');
  const late = lines(...all.slice(12).toReversed());
  const early = lines(...all.slice(0, 12).toReversed());
  const { events } = await timelineOf({ 'a.json': late, 'b.json': early }, reading());
  expect(labelled(events)).toEqual([19, 20, 21, 22, 23, 24].map((second) => `${second} objects-deleted`));
});

test('what is read twice counts once', async () => {
  const some = lines(...many(15, 's3:DeleteObject'));
  const { events, sum } = await timelineOf({ 'a.json': some, 'b.json': some }, reading());
  expect(sum.merged).toBe(15);
  expect(labelled(events)).toEqual([]);
});

test('a record that holds what labels look like changes nothing', async () => {
  const tricky = call('s3:DeleteObject', {
    bucketName: 'shop',
    key: '","labels":[{"counted":{"who":"x"}}],"normal":null',
  });
  const { events } = await timelineOf({ 'a.json': delivered(tricky) }, reading());
  expect(events[0]).toMatchObject({ action: 's3:DeleteObject', labels: [], normal: null, raw: JSON.stringify(tricky) });
});

test('each label is explained, with the record behind it', async () => {
  const { events } = await timelineOf({ 'a.json': delivered(call('iam:CreateUser', { userName: 'x' })) }, reading());
  const [event] = events.map(explained);
  expect(event?.why).toEqual([
    expect.stringMatching(/^user: A user was made; ATT&CK v19 T1136\.003 .*; source: https:/),
  ]);
  expect(Object.keys(event ?? {}).at(-1)).toBe('raw');
});
