import { expect, test } from 'vitest';
import { withThreads } from '../../lib/timeline/correlate/threads.ts';
import { graph } from '../../lib/timeline/graph/page.ts';
import { Radius, reachedIn } from '../../lib/timeline/graph/radius.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { call, own, refused, root, service, session } from './a-record.ts';
import { lines, timelineOf } from './logs.ts';

type Something = Readonly<Record<string, unknown>>;
let second = 0;
const did = (action: string, request: unknown = null, more: Something = {}): object => {
  const number = String(second++ % 60).padStart(2, '0');
  const eventID = `00000000-0000-4000-8000-${String(second).padStart(12, '0')}`;
  return call(action, request, { eventTime: `2026-11-20T14:03:${number}Z`, eventID, ...more });
};
const arn = `arn:aws:sts::${own}:assumed-role/deploy/x`;
const taken = {
  assumedRoleUser: { arn, assumedRoleId: 'AROAX:x' },
  credentials: { accessKeyId: 'ASIAEXAMPLESESSION00' },
};
const asRole = { userIdentity: session('deploy', 'x') };
const role = { roleArn: `arn:aws:iam::${own}:role/deploy`, roleSessionName: 'x' };

async function eventsOf(...records: readonly object[]) {
  const flow = `2 ${own} eni-0a1b2c3d 203.0.113.9 10.0.0.5 51000 22 6 10 840 1763632800 1763632860 ACCEPT OK\n`;
  const { events } = await timelineOf({ 'a.json': lines(...records), 'b.log': flow }, reading());
  return [...withThreads(events)];
}
async function radiusOf(...records: readonly object[]): Promise<Radius> {
  const radius = new Radius();
  for (const event of await eventsOf(...records)) radius.add(event);
  return radius;
}
const theft = (): object[] => [
  did('iam:CreateUser', { userName: 'backup' }),
  did('sts:AssumeRole', role, { responseElements: taken }),
  did('s3:GetBucketPolicy', { bucketName: 'shop-invoices' }, asRole),
  did('s3:GetObject', { bucketName: 'shop-images', key: 'a' }, asRole),
  did('dynamodb:DeleteTable', { tableName: 'orders' }, { ...asRole, ...refused }),
  did('dynamodb:DeleteTable', { tableName: 'carts' }, asRole),
  did('rds:DescribeDBSubnetGroups', { subnetId: 'subnet-0abc1234def567890' }, asRole),
];

test('what was reached, may have been, and was not, through the role that was taken on', async () => {
  const radius = await radiusOf(...theft());
  const reached = [...reachedIn(radius.edges()).values()].map(({ node, reach }) => [node.place, node.id, reach]);
  expect(reached.toSorted()).toEqual(
    [
      ['resource', 'backup', 'reached'],
      ['session', arn, 'reached'],
      ['data', 'arn:aws:s3:::shop-invoices', 'may'],
      ['data', 'arn:aws:s3:::shop-images', 'reached'],
      ['data', 'orders', 'not'],
      ['data', 'carts', 'reached'],
      ['resource', 'subnet-0abc1234def567890', 'reached'],
      ['resource', 'eni-0a1b2c3d', 'may'],
      ['resource', '10.0.0.5:22', 'may'],
    ].toSorted(),
  );
  expect(radius.edges().find(({ how }) => how === 'role')).toMatchObject({
    from: { id: `arn:aws:iam::${own}:user/mallory`, place: 'identity' },
    to: { id: arn, place: 'session' },
  });
});

test('what answers once is reached, whatever was refused before; a role that was refused is not', async () => {
  const no = did('s3:GetObject', { bucketName: 'shop-images', key: 'a' }, refused);
  const yes = did('s3:GetObject', { bucketName: 'shop-images', key: 'b' });
  const radius = await radiusOf(
    did('iam:CreateUser', { userName: 'x' }),
    no,
    yes,
    did('sts:AssumeRole', role, refused),
  );
  const reached = reachedIn(radius.edges());
  expect(reached.get('arn:aws:s3:::shop-images')?.reach).toBe('reached');
  expect(reached.get(role.roleArn)?.reach).toBe('not');
});

test('who has no label in their thread, and what is normal, is not drawn', async () => {
  const quiet = did('s3:GetObject', { bucketName: 'other', key: 'a' }, { userIdentity: session('web', 'rosa') });
  const chore = did('sts:AssumeRole', role, { userIdentity: service('lambda'), responseElements: taken });
  const radius = await radiusOf(quiet, chore);
  expect(radius.edges().map(({ how }) => how)).toEqual(['flow', 'flow']);
});

test('the page says it in words, as a picture and as a table; more than the picture holds is counted', async () => {
  const writer = graph();
  const many = Array.from({ length: 70 }, (_, n) => did('s3:GetObject', { bucketName: `b-${n}`, key: 'a' }, asRole));
  for (const event of await eventsOf(...theft(), ...many)) writer.event(event);
  const html = String(writer.end?.());
  expect(html).toContain('<strong>may have been reached</strong> (3 places; a flow was let through');
  expect(html).toContain('assumed-role/deploy/x to shop-invoices: may have been reached</title>');
  expect(html.match(/<g class="node/g)).toHaveLength(60);
  expect(html).toMatch(/\d+ connections found no room in the picture/);
  for (let n = 0; n < 70; n++) expect(html).toContain(`arn:aws:s3:::b-${n}<`);
});

test('where nothing is labelled nobody is drawn', () => {
  expect(String(graph().end?.())).toContain(
    'No rule has labelled an event, and no finding names anybody here, so nobody is looked at.',
  );
});

test('the records that say how far somebody came are named, those of the best alone', async () => {
  const no = did('s3:GetObject', { bucketName: 'shop-images', key: 'a' }, refused);
  const yes = did('s3:GetObject', { bucketName: 'shop-images', key: 'b' });
  const radius = await radiusOf(did('iam:CreateUser', { userName: 'x' }), no, yes);
  const { records } = reachedIn(radius.edges()).get('arn:aws:s3:::shop-images') ?? {};
  expect(records?.map(({ line }) => line)).toEqual([3]);
});

const policy = (Resource: string): string =>
  JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 's3:*', Resource },
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ],
  });

test('what a policy in the logs allows is apart from what was seen; of whom none is there it is not known', async () => {
  const grant = did('iam:PutUserPolicy', {
    userName: 'mallory',
    policyName: 'p',
    policyDocument: policy('arn:aws:s3:::shop-*'),
  });
  const radius = await radiusOf(grant, did('iam:CreateUser', { userName: 'x' }), ...theft());
  const { edges, unknown } = radius.could();
  expect(edges.map(({ from, to, how, reach }) => [from.id, to.id, to.place, how, reach])).toEqual([
    [`arn:aws:iam::${own}:user/mallory`, 'arn:aws:s3:::shop-*', 'data', 'could', 'unknown'],
  ]);
  expect(edges[0]?.records).toHaveLength(1);
  expect(unknown.map(({ id }) => id)).toEqual([arn]);
  expect(reachedIn(radius.edges()).has('arn:aws:s3:::shop-*')).toBe(false);
});

test('a policy that was made here counts once it is attached, and to a role for its sessions', async () => {
  const policyArn = `arn:aws:iam::${own}:policy/p`;
  const made = did(
    'iam:CreatePolicy',
    { policyName: 'p', policyDocument: policy('*') },
    { responseElements: { policy: { arn: policyArn } } },
  );
  const attached = did('iam:AttachRolePolicy', { roleName: 'deploy', policyArn });
  const radius = await radiusOf(made, attached, ...theft());
  expect(radius.could().edges.map(({ from, to }) => [from.id, to.id])).toEqual([[arn, '*']]);
  expect((await radiusOf(made, ...theft())).could().edges).toEqual([]);
});

test('the root user has every right, and needs no policy', async () => {
  const radius = await radiusOf(did('iam:CreateUser', { userName: 'x' }, { userIdentity: root }));
  expect(radius.could().edges.map(({ to, records }) => [to.id, records])).toEqual([['*', []]]);
});
