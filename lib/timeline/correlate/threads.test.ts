import { expect, test } from 'vitest';
import { another, asked, call, own, service, session, stranger } from '../../../test/timeline/a-record.ts';
import type { PrintedEvent } from '../event.ts';
import { threads } from './threads.ts';

type Something = Readonly<Record<string, unknown>>;
const mallory = `arn:aws:iam::${own}:user/mallory`;

let requests = 0;

/** A record of CloudTrail as it is printed. */
function printed(second: number, given: Something): PrintedEvent {
  // AWS gives each request a number of its own.
  const record = given.requestID === call('x:y').requestID ? { ...given, requestID: `request-${++requests}` } : given;
  const who = record.userIdentity as Something;
  return {
    time: `2026-11-20T14:00:${String(second).padStart(2, '0')}Z`,
    kind: 'audit',
    source: { file: 'a.json', line: 1 },
    actor: { kind: String(who.type), id: String(who.arn ?? who.invokedBy ?? who.principalId), account: own },
    action: `${String(record.eventSource).replace('.amazonaws.com', '')}:${record.eventName}`,
    resources: [],
    address: String(record.sourceIPAddress),
    outcome: record.errorCode ? 'failure' : 'success',
    labels: [],
    normal: null,
    raw: JSON.stringify(record),
  };
}

const as = (key: string, role: string, name: string, more: Something = {}): Something => ({
  userIdentity: { ...session(role, name), accessKeyId: key, ...more },
});
const assumes = (role: string, name: string, key: string, by: Something = {}): Something =>
  call(
    'sts:AssumeRole',
    { roleArn: `arn:aws:iam::${own}:role/${role}`, roleSessionName: name },
    {
      ...by,
      responseElements: {
        credentials: { accessKeyId: key, expiration: 'Nov 20, 2026, 3:00:00 PM' },
        assumedRoleUser: { assumedRoleId: `AROA:${name}`, arn: `arn:aws:sts::${own}:assumed-role/${role}/${name}` },
      },
    },
  );
const threadsOf = (...events: PrintedEvent[]) => [...threads(events)].map(({ thread, via }) => [thread, via]);

test('a chain of roles is one thread, by the credentials that each step got', () => {
  const found = threadsOf(
    printed(1, assumes('deploy', 'x', 'ASIAONE')),
    printed(2, assumes('admin', 'y', 'ASIATWO', as('ASIAONE', 'deploy', 'x'))),
    printed(3, call('s3:ListBuckets', null, as('ASIATWO', 'admin', 'y'))),
    printed(4, call('s3:ListBuckets', null, as('ASIAOTHER', 'admin', 'rosa'))),
  );
  expect(found).toEqual([
    [mallory, null],
    [mallory, 'credential'],
    [mallory, 'credential'],
    [`arn:aws:sts::${own}:assumed-role/admin/rosa`, null],
  ]);
});

test('what was made in a second may be used in it, and before it in the file', () => {
  const found = threadsOf(
    printed(1, call('s3:ListBuckets', null, as('ASIAONE', 'deploy', 'x'))),
    printed(1, assumes('deploy', 'x', 'ASIAONE')),
  );
  expect(found.map(([thread]) => thread)).toEqual([mallory, mallory]);
});

test('keys, users and instances that somebody made go on with them', () => {
  const made = (responseElements: Something) => ({ responseElements });
  const backup = `arn:aws:iam::${own}:user/backup`;
  const user = (key: string) => ({ userIdentity: { type: 'IAMUser', arn: backup, accessKeyId: key } });
  const found = threadsOf(
    printed(1, call('iam:CreateUser', {}, made({ user: { arn: backup, userName: 'backup' } }))),
    printed(2, call('iam:CreateAccessKey', {}, made({ accessKey: { accessKeyId: 'AKIANEW', userName: 'backup' } }))),
    printed(
      3,
      call('ec2:RunInstances', {}, made({ instancesSet: { items: [{ instanceId: 'i-0abc1234def567890' }] } })),
    ),
    printed(4, call('s3:ListBuckets', null, user('AKIANEW'))),
    printed(5, call('s3:ListBuckets', null, user(''))),
    printed(6, call('s3:ListBuckets', null, as('ASIAINSTANCE', 'web', 'i-0abc1234def567890'))),
  );
  expect(found.slice(3)).toEqual([
    [mallory, 'credential'],
    [mallory, 'principal'],
    [mallory, 'session'],
  ]);
});

test('what was refused made nothing', () => {
  const refused = { ...assumes('deploy', 'x', 'ASIAONE'), errorCode: 'AccessDenied' };
  const found = threadsOf(printed(1, refused), printed(2, call('s3:ListBuckets', null, as('ASIAONE', 'deploy', 'x'))));
  expect(found[1]).toEqual([`arn:aws:sts::${own}:assumed-role/deploy/x`, null]);
});

test('a service of AWS, which takes on roles for everybody, joins nobody', () => {
  const lambda = { userIdentity: service('lambda') };
  const found = threadsOf(
    printed(1, assumes('one', 'a', 'ASIAONE', lambda)),
    printed(2, assumes('two', 'b', 'ASIATWO', lambda)),
    printed(3, call('s3:ListBuckets', null, as('ASIAONE', 'one', 'a'))),
    printed(4, call('s3:ListBuckets', null, as('ASIATWO', 'two', 'b'))),
  );
  expect(found.map(([thread]) => thread)).toEqual([
    null,
    null,
    `arn:aws:sts::${own}:assumed-role/one/a`,
    `arn:aws:sts::${own}:assumed-role/two/b`,
  ]);
});

test('a name of a session that somebody else had first does not take what they did', () => {
  const found = threadsOf(
    printed(1, call('s3:ListBuckets', null, as('ASIAOWN', 'deploy', 'ci'))),
    printed(2, assumes('deploy', 'ci', 'ASIATHIEF')),
    printed(3, call('s3:ListBuckets', null, as('ASIATHIEF', 'deploy', 'ci'))),
    printed(4, call('s3:ListBuckets', null, as('ASIAOWN', 'deploy', 'ci'))),
  );
  const ci = `arn:aws:sts::${own}:assumed-role/deploy/ci`;
  expect(found.map(([thread]) => thread)).toEqual([ci, mallory, mallory, ci]);
});

test('two accounts write one act down, by the number that they share; a cluster knows the session; a source identity stays', () => {
  const shared = { sharedEventID: '5f3c' };
  const cluster = asked('list', 'secrets', { user: { username: 'ops', extra: { accessKeyId: ['ASIAONE'] } } });
  const found = threadsOf(
    printed(1, { ...assumes('deploy', 'x', 'ASIAONE'), ...shared }),
    printed(2, call('sts:AssumeRole', {}, { ...shared, userIdentity: another, recipientAccountId: stranger })),
    {
      ...printed(3, call('x:y')),
      actor: { kind: 'kubernetes-user', id: 'ops', account: null },
      raw: JSON.stringify(cluster),
    },
    printed(
      4,
      call('s3:ListBuckets', null, as('ASIAONE', 'deploy', 'x', { sessionContext: { sourceIdentity: 'mal' } })),
    ),
    printed(
      5,
      call('s3:ListBuckets', null, as('ASIALATER', 'else', 'z', { sessionContext: { sourceIdentity: 'mal' } })),
    ),
  );
  expect(found.map(([, via]) => via)).toEqual([null, 'shared event', 'credential', 'credential', 'source identity']);
  expect(new Set(found.map(([thread]) => thread))).toEqual(new Set([mallory]));
});

test('a line of a bucket’s log goes with the call that has its number', () => {
  const line: PrintedEvent = {
    ...printed(2, call('x:y')),
    actor: null,
    raw: 'owner shop [20/Nov/2026:14:00:02 +0000] 203.0.113.7 - 3E57427F3EXAMPL1 REST.GET.OBJECT a "GET /a HTTP/1.1" 200',
  };
  const found = threadsOf(printed(1, call('s3:GetObject', {}, { requestID: '3E57427F3EXAMPL1' })), line);
  expect(found[1]).toEqual([mallory, 'request']);
});

test('addresses and resources are links, and join nobody', () => {
  const events = [
    printed(1, call('s3:ListBuckets')),
    printed(2, call('s3:ListBuckets', null, as('ASIAOTHER', 'deploy', 'ci'))),
  ];
  const found = [...threads(events.map((event) => ({ ...event, resources: ['shop'] })))];
  expect(found.map(({ links }) => links)).toEqual(Array(2).fill(['address:203.0.113.77', 'resource:shop']));
  expect(new Set(found.map(({ thread }) => thread)).size).toBe(2);
});

test('what is remembered does not grow: the name that was quiet longest is forgotten', () => {
  const others = Array.from({ length: 20 }, (_, index) =>
    printed(2 + index, call('s3:ListBuckets', null, as(`ASIA${index}`, `role${index}`, 'x'))),
  );
  const late = printed(50, call('s3:ListBuckets', null, as('ASIAONE', 'deploy', 'x')));
  const run = (most: number) =>
    [...threads([printed(1, assumes('deploy', 'x', 'ASIAONE')), ...others, late], most)].at(-1)?.thread;
  expect(run(100)).toBe(mallory);
  expect(run(10)).toBe(`arn:aws:sts::${own}:assumed-role/deploy/x`);
});
