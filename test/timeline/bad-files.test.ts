import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lines, record, timelineOf } from './logs.ts';

const flow = '2 111122223333 eni-0a1b2c3d 198.51.100.7 10.0.0.5 443 51000 6 10 840 1763632800 1763632860 ACCEPT OK\n';
const query = 'query_timestamp';
const kinds = [
  flow,
  lines(record(600)),
  'Nov 30 11:00:00 host sshd[1]: Failed password for root from 203.0.113.9 port 22 ssh2\n',
  lines({
    version: '1.1',
    account_id: '1',
    [query]: '2026-11-20T14:03:40Z',
    query_name: 'a.example.',
    query_type: 'A',
  }),
].join('');
/** Random enough that half of the packed bytes hold half of the records. */
const many = lines(...Array.from({ length: 400 }, (_, number) => record(number, { userAgent: `${Math.sin(number)}` })));
const packed = gzipSync(many);

test('a folder with all that goes wrong: each is named, and nothing else is lost', async () => {
  const { events, sum, unreadable } = await timelineOf({
    'a-mixed.log': kinds,
    'b-cut.json.gz': packed.subarray(0, packed.length / 2),
    'c-again.json.gz': packed,
    'd-zone.log': '2026-03-04 05:06:07 CEST:10.0.0.5(51000):mia@shop:[77]:LOG:  connection authorized: user=mia\n',
    'e-offset.json': lines(record(500, { eventTime: '2026-03-04T07:06:07+02:00' })),
  });
  expect(unreadable).toEqual([
    expect.stringMatching(/^a-mixed\.log:3: Times without year and zone/),
    expect.stringMatching(/^b-cut\.json\.gz:\d+: The record is cut off\.$/),
    'b-cut.json.gz:0: The gzip file is cut off: what is missing cannot be read.',
    expect.stringMatching(/^d-zone\.log:1: .*zone/),
  ]);
  // What the cut file still had is there twice, and merged; of the whole file nothing is missing.
  expect(sum.merged).toBeGreaterThan(100);
  expect(events.filter(({ raw }) => raw.includes('"userAgent":"'))).toHaveLength(402);
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['audit', 'network', 'compute']));
  expect(events.find(({ source }) => source.file === 'e-offset.json')?.time).toBe('2026-03-04T05:06:07Z');
});

test('a line of 192 MB is named, what is around it is read, and memory stays bounded', async () => {
  const x = gzipSync(Buffer.alloc(16 * 1024 * 1024, 'x'));
  const around = [lines(record(1)), '\n', lines(record(2))].map((text) => gzipSync(text));
  const long = Array.from({ length: 12 }, () => x);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const looks = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  const [one, feed, two] = around as [Buffer, Buffer, Buffer];
  const { events, unreadable } = await timelineOf({ 'a.gz': Buffer.concat([one, ...long, feed, two]) });
  clearInterval(looks);
  expect(unreadable).toEqual(['a.gz:2: It is longer than 16 MB.']);
  expect(events).toHaveLength(2);
  expect(most).toBeLessThan(150e6);
});
