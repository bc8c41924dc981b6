import { expect, test } from 'vitest';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import { csv } from '../../lib/timeline/output/csv.ts';
import { navigator } from '../../lib/timeline/output/navigator.ts';
import { ocsf } from '../../lib/timeline/output/ocsf.ts';
import { parquet } from '../../lib/timeline/output/parquet.ts';
import { timesketch } from '../../lib/timeline/output/timesketch.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';

const label = { technique: 'T1098.001', tactics: ['TA0003'], attackVersion: '19', rule: 'new-key' };
const event: PrintedEvent = {
  time: '2026-03-04T05:06:07.123456789Z',
  kind: 'audit',
  source: { file: 'a,"b".json', line: 7 },
  also: [{ file: 'c.json', line: 1 }],
  actor: { kind: 'IAMUser', id: 'arn:aws:iam::001111111111:user/mia', account: '001111111111' },
  action: 'iam:CreateAccessKey',
  resources: ['=cmd()', 'AKIAEXAMPLE'],
  address: '203.0.113.7',
  outcome: 'success',
  labels: [label],
  normal: null,
  raw: '{"a":"b"}',
};
const from = (change: Partial<PrintedEvent>): PrintedEvent => ({ ...event, ...change });

const written = (writer: Writer, ...events: readonly PrintedEvent[]): Buffer =>
  Buffer.concat(
    [writer.begin?.() ?? '', ...events.map((one) => writer.event(one)), writer.end?.() ?? ''].map((one) =>
      Buffer.from(one),
    ),
  );
const only = (writer: Writer, one: PrintedEvent) => JSON.parse(written(writer, one).toString());

test('CSV: quotes as RFC 4180 has them, and no cell is a formula', () => {
  const [head, row] = written(csv, event).toString().split('\r\n');
  expect(head?.split(',')).toHaveLength(14);
  expect(row).toBe(
    `2026-03-04T05:06:07.123456789Z,audit,arn:aws:iam::001111111111:user/mia,001111111111,iam:CreateAccessKey,'=cmd() AKIAEXAMPLE,203.0.113.7,success,T1098.001,,"a,""b"".json",7,c.json:1,"{""a"":""b""}"`,
  );
});

test('Timesketch: what its importer needs, flat, with microseconds', () => {
  const row = only(timesketch, event);
  expect(row).toMatchObject({
    datetime: event.time,
    timestamp: Date.parse('2026-03-04T05:06:07Z') * 1000 + 123456,
    timestamp_desc: 'Event Logged',
    tag: ['T1098.001'],
    account: '001111111111',
    raw: event.raw,
  });
  expect(row.message).toContain('iam:CreateAccessKey on =cmd(), AKIAEXAMPLE from 203.0.113.7');
  expect(Object.keys(row).filter((key) => key.startsWith('_'))).toEqual([]);
});

test.each<[string, Partial<PrintedEvent>, number, number]>([
  ['a call', {}, 6003, 1],
  ['a call that reads', { action: 's3:GetObject', kind: 'storage' }, 6003, 2],
  ['a call that deletes', { action: 'cloudtrail:DeleteTrail' }, 6003, 4],
  [
    'a refused flow',
    { kind: 'network', action: 'REJECT', outcome: 'failure', resources: ['eni-1', '10.0.0.5:22'] },
    4001,
    5,
  ],
  ['a question to DNS', { kind: 'network', action: 'query A', resources: ['example.com'] }, 4003, 6],
  ['a web request', { kind: 'network', action: 'BLOCK POST', resources: ['example.com/a'] }, 4002, 6],
  ['a statement', { kind: 'database', action: 'SELECT' }, 6005, 4],
  ['a line of a system', { kind: 'compute', action: 'sshd' }, 0, 99],
])('OCSF: %s', (_, change, uid, activity) => {
  const one = only(ocsf, from(change));
  expect(one).toMatchObject({
    class_uid: uid,
    activity_id: activity,
    type_uid: uid * 100 + activity,
    category_uid: Math.floor(uid / 1000),
    time: Date.parse('2026-03-04T05:06:07.123Z'),
    time_dt: event.time,
    metadata: { version: '1.8.0', profiles: ['cloud', 'datetime', 'security_control'] },
    attacks: [{ technique: { uid: 'T1098.001' }, tactics: [{ uid: 'TA0003' }], version: '19' }],
    raw_data: event.raw,
  });
});

test('OCSF: where a service of AWS called, no address is made of its name', () => {
  expect(only(ocsf, from({ address: 'ec2.amazonaws.com' })).src_endpoint).toEqual({ svc_name: 'ec2.amazonaws.com' });
  expect(
    only(ocsf, from({ kind: 'network', action: 'ACCEPT', resources: ['eni-1', '10.0.0.5:22'] })).dst_endpoint,
  ).toEqual({ ip: '10.0.0.5', port: 22 });
  expect(ocsf.fileOf?.(event)).toBe('api_activity.ndjson');
});

test('Parquet: its mark at both ends, and more rows than one group has', () => {
  const many = Array.from({ length: 20_001 }, () => event);
  const bytes = written(parquet(), ...many);
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
  const footer = bytes.subarray(-bytes.readUInt32LE(bytes.length - 8) - 8).toString('latin1');
  for (const name of ['instant', 'techniques', 'actor_id', 'raw']) expect(footer).toContain(name);
  expect(written(parquet()).subarray(-4).toString()).toBe('PAR1');
});

test('Navigator: a score for each technique, as a number', () => {
  const layer = only(navigator(), event);
  expect(layer).toMatchObject({ domain: 'enterprise-attack', versions: { attack: '19', layer: '4.5' } });
  const twice = JSON.parse(written(navigator(), event, from({ time: '2026-03-05T00:00:00Z' })).toString());
  expect(twice.techniques).toEqual([
    {
      techniqueID: 'T1098.001',
      score: 2,
      comment: `2 events from ${event.time} to 2026-03-05T00:00:00Z, by new-key`,
      enabled: true,
      showSubtechniques: true,
    },
  ]);
});
