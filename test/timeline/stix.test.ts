import { expect, test } from 'vitest';
import { withThreads } from '../../lib/timeline/correlate/threads.ts';
import { attackFlow } from '../../lib/timeline/output/stix/attack-flow.ts';
import { stix } from '../../lib/timeline/output/stix/bundle.ts';
import { addresses, names } from '../../lib/timeline/output/stix/lists.ts';
import { uuidOf } from '../../lib/timeline/output/stix/objects.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { call, outside, own, session } from './a-record.ts';
import { lines, timelineOf } from './logs.ts';

type Stix = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;

let second = 0;
/** Each a second after the one before, with an id of its own. */
const at = (record: Readonly<Record<string, unknown>>): object => {
  const number = String(second++).padStart(2, '0');
  return {
    ...record,
    eventTime: `2026-11-20T14:03:${number}Z`,
    eventID: `00000000-0000-4000-8000-0000000000${number}`,
  };
};
const from = (sourceIPAddress: string, action: string, request: unknown = {}, more: object = {}): object =>
  at(call(action, request, { sourceIPAddress, ...more }));
const asked = (query_name: string, action = 'BLOCK'): object => ({
  version: '1.100000',
  account_id: own,
  query_timestamp: '2026-11-20T14:03:40Z',
  query_name,
  query_type: 'A',
  rcode: 'NOERROR',
  srcaddr: '10.0.0.5',
  firewall_rule_action: action,
});

async function written(writer: Writer, ...records: readonly object[]): Promise<string> {
  const { events } = await timelineOf({ 'a.json': lines(...records) }, reading());
  const text = [...withThreads(events)].map((event) => writer.event(event)).join('');
  return text + String(writer.end?.() ?? '');
}
const objectsIn = (text: string): Stix[] => (JSON.parse(text) as { objects: Stix[] }).objects;
const ofType = (objects: readonly Stix[], type: string): Stix[] => objects.filter((one) => one.type === type);

/** Every id that an object refers to is in the bundle: neither of the tools that check STIX looks. */
function expectWhole(objects: readonly Stix[]): void {
  const ids = new Set(objects.map(({ id }) => id));
  const named = objects.flatMap((one) =>
    Object.entries(one).flatMap(([key, value]) => (/_refs?$/.test(key) ? [value].flat() : [])),
  );
  expect(named.filter((id) => !ids.has(String(id)))).toEqual([]);
  expect(ids.size).toBe(objects.length);
}

const theft = [
  from(outside, 'iam:CreateUser', { userName: 'x' }),
  from(outside, 'iam:CreateAccessKey', { userName: 'x' }),
  from(outside, 'cloudtrail:StopLogging', { name: 'main' }),
];

test('an id is the one that STIX derives from an address', () => {
  // As stix2 3.0.2 makes it: IPv4Address(value='198.51.100.3').id.
  expect(uuidOf('{"value":"198.51.100.3"}', '00abedb4-aa42-466c-9c01-fed23315a9b7')).toBe(
    '28bb3599-77cd-5a82-a950-b5bc3caf07c4',
  );
});

test('STIX: a report with TLP, the techniques, and the address with what was observed; the same logs give the same', async () => {
  const text = await written(stix(), ...theft);
  expect(await written(stix(), ...theft)).toBe(text);
  const objects = objectsIn(text);
  expectWhole(objects);
  const [report] = ofType(objects, 'report');
  expect(report).toMatchObject({
    object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'],
    published: '2026-11-20T14:03:02.000Z',
  });
  expect(report?.description).toMatch(
    /user\/mallory:\n2026-11-20T14:03:00Z T1136\.003.*\n.*T1098\.001.*\n.*T1685\.002/,
  );
  expect(ofType(objects, 'indicator')).toMatchObject([
    { pattern: `[ipv4-addr:value = '${outside}']`, valid_from: '2026-11-20T14:03:00.000Z' },
  ]);
  expect(ofType(objects, 'observed-data')).toMatchObject([{ number_observed: 3 }]);
  expect(ofType(objects, 'relationship').map(({ relationship_type }) => relationship_type)).toEqual([
    'based-on',
    'indicates',
    'indicates',
    'indicates',
  ]);
});

test('Attack Flow: the steps of a thread lead to each other', async () => {
  const objects = objectsIn(await written(attackFlow(), ...theft));
  expectWhole(objects);
  const steps = ofType(objects, 'attack-action');
  expect(steps.map(({ technique_id }) => technique_id)).toEqual(['T1136.003', 'T1098.001', 'T1685.002']);
  expect(steps.map(({ effect_refs }) => effect_refs)).toEqual([[steps[1]?.id], [steps[2]?.id], undefined]);
  expect(ofType(objects, 'attack-flow')).toMatchObject([{ scope: 'incident', start_refs: [steps[0]?.id] }]);
});

test('where nothing is labelled there is no report, and no flow', async () => {
  const quiet = from(outside, 'iam:GetUser');
  for (const writer of [stix(), attackFlow()])
    expect(objectsIn(await written(writer, quiet)).map(({ type }) => type)).toEqual(['identity', 'marking-definition']);
});

test('no list has an address of one’s own, and what is left out is said', async () => {
  const instance = 'i-0abc1234def567890';
  const given = { responseElements: { publicIp: '198.51.100.20', allocationId: 'eipalloc-0abc1234def567890' } };
  const ofOthers = { userIdentity: session('deploy', 'rosa') };
  const records = [
    ...theft,
    from('198.51.100.77', 'ec2:AllocateAddress', null, { ...given, userIdentity: session('deploy', 'nat') }),
    from('198.51.100.20', 'iam:CreateUser'),
    from('198.51.100.30', 's3:ListBuckets', null, { userIdentity: session('shop-web', instance) }),
    from('198.51.100.30', 'iam:CreateUser', {}, { userIdentity: session('shop-web', instance) }),
    from('198.51.100.40', 'iam:CreateUser'),
    from('198.51.100.40', 's3:ListBuckets', null, ofOthers),
    from('10.0.0.7', 'iam:CreateUser'),
    from('06.237.252.245', 'iam:CreateUser'),
    from('224.0.0.1', 'iam:CreateUser'),
    from('cloudformation.amazonaws.com', 'iam:CreateUser'),
  ];
  const writer = addresses();
  expect(await written(writer, ...records)).toBe(`${outside}\n`);
  expect(writer.notes?.()).toEqual([
    '198.51.100.20 is left out: EC2 says it is one of your own.',
    `198.51.100.30 is left out: An instance of your own acted from it first (${instance}).`,
    `198.51.100.40 is left out: arn:aws:sts::${own}:assumed-role/deploy/rosa acts from it too, of whom nothing is labelled.`,
  ]);
});

test('names are those that were refused, and none that AWS answers for', async () => {
  const records = [
    asked('Evil.example.'),
    asked('fine.example.', 'ALLOW'),
    asked('s3.eu-central-1.amazonaws.com.'),
    asked('db.shop.internal.', 'ALERT'),
    asked('a b.example.'),
    asked('_x-1.evil.example.'),
  ];
  expect(await written(names(), ...records)).toBe('evil.example\n_x-1.evil.example\n');
});

test('flows: an address that asked from outside, and one that was gone to', async () => {
  const flow = (words: string): string => `2 ${own} eni-0a1b2c3d ${words} 6 10 840 1763632800 1763632860 ACCEPT OK`;
  const { events } = await timelineOf(
    { 'a.log': `${flow('203.0.113.9 10.0.0.5 51000 22')}\n${flow('10.0.0.5 203.0.113.10 51000 3333')}\n` },
    reading(),
  );
  const writer = addresses();
  for (const event of events) writer.event(event);
  expect(writer.end?.()).toBe('203.0.113.9\n203.0.113.10\n');
});
