import { expect, test } from 'vitest';
import type { Claim } from '../../lib/domain/claim.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Named } from '../../lib/domain/named.ts';
import { Field } from '../../lib/domain/report/field.ts';
import { withThreads } from '../../lib/timeline/correlate/threads.ts';
import { kinds } from '../../lib/timeline/event.ts';
import { reachedIn } from '../../lib/timeline/graph/radius.ts';
import { Overview } from '../../lib/timeline/output/overview.ts';
import { page } from '../../lib/timeline/output/page.ts';
import { ReportFields } from '../../lib/timeline/output/report.ts';
import { rules } from '../../lib/timeline/rules/every-rule.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { checks } from '../../lib/timeline/vector/checks.ts';
import { hypotheses } from '../../lib/timeline/vector/hypotheses.ts';
import { hostile } from '../fixtures/hostile.ts';
import { call, own, refused, session } from './a-record.ts';
import { lines, timelineOf } from './logs.ts';

type Something = Readonly<Record<string, unknown>>;

let minute = 0;
/** A call some minutes after the one before. */
const did = (action: string, request: unknown = null, more: Something = {}): object => {
  minute++;
  const eventTime = new Date(Date.parse('2026-11-20T10:00:00Z') + minute * 60_000).toISOString().replace('.000', '');
  return call(action, request, {
    eventTime,
    eventID: `00000000-0000-4000-8000-${String(minute).padStart(12, '0')}`,
    requestID: `request-${minute}`,
    ...more,
  });
};

async function vectorOf(records: readonly object[], claims: readonly Claim[] = [], files: Something = {}) {
  const { events } = await timelineOf({ 'a.json': lines(...records), ...(files as Record<string, string>) }, reading());
  const overview = new Overview({ findings: [], claims });
  for (const event of withThreads(events)) overview.add(event);
  return overview.vector();
}

const earlier = { eventTime: '2026-11-20T07:00:00Z' };
const home = { sourceIPAddress: '198.51.100.20', userAgent: 'Boto3/1.40' };
/** Mallory's key is used as ever, and then from elsewhere by something else. */
const theft = (): object[] => [
  did('ec2:DescribeInstances', null, { ...home, ...earlier }),
  did('s3:ListBuckets', null, { ...home, ...earlier }),
  did('sts:GetCallerIdentity'),
  did('iam:CreateUser', { userName: 'backup' }),
  did('iam:CreateAccessKey', { userName: 'backup' }),
];
const checkOf = (data: Awaited<ReturnType<typeof vectorOf>>, id: string) => data.checks.find((one) => one.id === id);

test('a stolen key leads, by signs that can be read, and is never said to be proved', async () => {
  const data = await vectorOf(theft());
  expect(data.firstSign).toMatchObject({ action: 'iam:CreateUser', techniques: ['T1136.003 Cloud Account'] });
  expect(data.leading.leads).toMatchObject({ id: 'key', standing: 'several signs, and nothing against it' });
  expect(data.leading.why).toMatch(/signs for it, 0 of 1 against it.*and no proof/);
  const [key] = data.hypotheses;
  expect(key?.techniques).toEqual([{ id: 'T1078.004', name: 'Cloud Accounts' }]);
  expect(key?.signs.map(({ state, count }) => [state, count])).toEqual([
    ['found', 5],
    ['found', 3],
    ['found', 3],
    ['nothing', 0],
    ['cannot be known', 0],
  ]);
});

test('a record that is written with blanks says the same', async () => {
  const spaced = JSON.stringify({ Records: theft() }, null, 2);
  const { events } = await timelineOf({ 'a.json': spaced }, reading());
  const overview = new Overview({ findings: [], claims: [] });
  for (const event of withThreads(events)) overview.add(event);
  expect(overview.vector().hypotheses[0]?.signs[0]).toMatchObject({ state: 'found', count: 5 });
});

test('every question has the query that was asked; of what no log is there nobody can know', async () => {
  const data = await vectorOf(theft());
  const asked = data.checks.flatMap((one) => one.asked);
  expect(asked.filter(({ query }) => query === '')).toEqual([]);
  expect(checkOf(data, 'outbound')?.asked[0]).toMatchObject({
    state: 'cannot be known',
    because: 'No logs of kind network are among these.',
    query: 'label is pool-port or name-refused',
  });
  expect(checkOf(data, 'systems')?.asked[2]).toMatchObject({
    state: 'nothing',
    because: expect.stringContaining('5 of kind audit, 2026-11-20T07:'),
  });
  expect(checkOf(data, 'intelligence')?.asked.map(({ because }) => because)).toEqual([
    'No finding was given.',
    'No finding was given.',
  ]);
  expect(data.logs.filter(({ events }) => events > 0).map(({ kind }) => kind)).toEqual(['audit']);
});

test('ten checks, each with a task for a team, about who and when', async () => {
  const data = await vectorOf(theft());
  expect(data.checks).toHaveLength(10);
  for (const { people } of data.checks) expect(people.length).toBeGreaterThan(0);
  const [mail] = checkOf(data, 'mail')?.people ?? [];
  expect(mail).toMatchObject({ owner: 'mail', does: expect.stringContaining(`arn:aws:iam::${own}:user/mallory`) });
  expect(mail?.does).toContain(data.firstSign?.time);
  expect(mail?.does).not.toMatch(/[{}]/);
});

test('what is new counts only of those of whom earlier acts are known', async () => {
  const stranger = { sourceIPAddress: '203.0.113.200', userAgent: 'curl/8' };
  const data = await vectorOf([...theft(), did('iam:CreateLoginProfile', { userName: 'backup' }, stranger)]);
  const odd = checkOf(data, 'odd')?.asked ?? [];
  expect(odd[1]).toMatchObject({ state: 'found', because: 'New: 203.0.113.77, 203.0.113.200.', count: 4 });
  const fresh = await vectorOf([did('iam:CreateUser', { userName: 'x' })]);
  expect(checkOf(fresh, 'odd')?.asked[1]).toMatchObject({ state: 'cannot be known' });
});

test('where as much speaks for two, or nothing for any, none leads', async () => {
  const both = await vectorOf([
    did(
      's3:DeleteBucketPublicAccessBlock',
      { bucketName: 'a' },
      { userIdentity: session('web', 'rosa'), sourceIPAddress: '10.0.0.5' },
    ),
    did('iam:CreateSAMLProvider', { name: 'x' }, { userIdentity: session('web', 'rosa'), sourceIPAddress: '10.0.0.5' }),
  ]);
  expect(both.leading.leads).toBeNull();
  expect(both.leading.why).toMatch(/None leads, since as much speaks for each of these/);
  const quiet = await vectorOf([did('ec2:DescribeInstances', null, home)]);
  expect(quiet.firstSign).toBeNull();
  expect(quiet.leading.why).toContain('these logs do not say how they came in');
});

test('something against the leading one is said', async () => {
  const mfa = { userIdentity: session('admin', 'rosa') };
  const text = JSON.stringify(did('iam:CreateUser', { userName: 'x' }, mfa)).replace(
    '"mfaAuthenticated":"false"',
    '"mfaAuthenticated":"true"',
  );
  const data = await vectorOf([JSON.parse(text)]);
  const found = data.hypotheses.find(({ id }) => id === 'session');
  expect(found?.standing).toBe('signs for it, and something against it');
});

test('rules, techniques and kinds that queries name are there', () => {
  const queries = [
    ...checks.flatMap(({ asks }) => asks),
    ...hypotheses.flatMap(({ signs, against }) => [...signs, ...against]),
  ];
  const ids = rules.map(({ id }) => id);
  const unknown = queries.flatMap(({ where }) =>
    (where.rules ?? []).filter((one) => !ids.some((id) => (one.endsWith(':') ? id.startsWith(one) : id === one))),
  );
  expect(unknown).toEqual([]);
  for (const { needs } of queries) expect(needs.every((kind) => kinds.includes(kind))).toBe(true);
});

const about = { who: 'Rosa, network team', when: '2026-11-20T16:00:00Z', said: 'that was our scanner' };
const mallory = `arn:aws:iam::${own}:user/mallory`;

test.for<[string, Pick<Claim, 'about' | 'holds'>, string, RegExp]>([
  [
    'all who came from there',
    { about: { address: '203.0.113.0/24' }, holds: { identity: mallory } },
    'supported',
    /^3 events support it/,
  ],
  [
    'another than that came from there',
    { about: { address: '203.0.113.0/24' }, holds: { identity: '*:role/scanner' } },
    'contradicted',
    /^3 events contradict/,
  ],
  [
    'what it did was reading',
    { about: { identity: 'mallory' }, holds: { action: '*:Get*' } },
    'contradicted',
    /^4 events contradict it, 1 event support/,
  ],
  [
    'no record is about it',
    { about: { identity: 'nobody' }, holds: { outcome: 'success' } },
    'cannot be known',
    /No record is about it/,
  ],
  ['that nothing was done', { about: { identity: 'mallory' }, holds: 'never' }, 'contradicted', /5 events contradict/],
  [
    'that nothing was done, and nothing is there',
    { about: { identity: 'mallory', to: '2020-01-01T00:00:00Z' }, holds: 'never' },
    'cannot be known',
    /proves nothing/,
  ],
  [
    'that all that is labelled was theirs',
    { about: { technique: '*' }, holds: { identity: mallory } },
    'supported',
    /^2 events support/,
  ],
  ['words that name no event', {}, 'cannot be known', /^It names no event/],
  [
    'of what the record does not say',
    { about: { action: 'sts:GetCallerIdentity' }, holds: { resource: 'x' } },
    'cannot be known',
    /does not say/,
  ],
])('a claim is held against the record: %s', async ([, claim, verdict, because]) => {
  const [held] = (await vectorOf(theft(), [{ ...about, ...claim } as Claim])).claims;
  expect(held).toMatchObject({ verdict, because: expect.stringMatching(because) });
  if (verdict === 'contradicted')
    expect(held?.contradicting?.records[0]).toMatchObject({ file: expect.stringMatching(/a\.json$/) });
});

test('names that an attacker chose are text in the page, claims included', async () => {
  const evil = {
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${own}:user/${hostile}`, accountId: own },
    userAgent: hostile,
  };
  const { events } = await timelineOf(
    {
      'a.json': lines(
        did('iam:CreateUser', { userName: hostile }, evil),
        did('iam:GetUser', null, { ...evil, ...refused }),
      ),
    },
    reading(),
  );
  const writer = page({
    findings: [],
    claims: [{ ...about, who: hostile, said: hostile, about: { identity: '*' }, holds: 'never' }],
  });
  for (const event of withThreads(events)) writer.event(event);
  const html = String(writer.end?.());
  expect(html).not.toMatch(/<script|<img|<svg onload|<a href="javascript/);
  expect(html).toContain('id="claims"');
  expect(html).toContain('&lt;script&gt;');
});

test('fields of a report are drafted, each with its sources, and none is an answer yet', async () => {
  const { events } = await timelineOf({ 'a.json': lines(...theft()) }, reading());
  const found = new ReportFields({ findings: [], claims: [] });
  for (const event of withThreads(events)) found.add(event);
  const fields = new Map(found.fields('2026-11-21T00:00:00.000Z').map((field) => [field.name, Field.parse(field)]));
  expect([...fields.values()].every(({ status }) => status === 'machine-draft')).toBe(true);
  expect(fields.get('technique')?.value).toContain('T1136.003 Cloud Account');
  expect(fields.get('scope.identities')?.value).toContain(mallory);
  expect(fields.get('compromise.type')?.value).toMatch(/^suspected: A long-lived access key/);
  for (const name of ['technique', 'times.occurredFrom', 'scope.resources', 'scope.identities'])
    expect(fields.get(name)?.sources[0]).toMatch(/a\.json:\d+$/);
  expect(fields.get('times.occurredFrom')?.value).toMatch(/^2026-11-20T1\d:/);
});

const finding = (change: Partial<Finding>): Finding =>
  ({
    nature: 'attack',
    type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
    arn: 'arn:f',
    id: 'f',
    targets: [],
    remotes: [],
    firstSeen: null,
    lastSeen: null,
    ...change,
  }) as Finding;
const principal = { kind: 'iam-user', name: 'mallory', id: null, session: null } as const;
const named = (more: Partial<Named>): Named => ({
  kind: 'principal',
  id: 'x',
  account: own,
  region: null,
  arn: null,
  principal: null,
  inside: null,
  version: null,
  profile: null,
  user: null,
  ...more,
});
const instance = 'i-0123456789abcdef0';

test.for<[string, Partial<Finding>, Something]>([
  ['a user', { targets: [named({ principal })] }, {}],
  ['a key', { targets: [named({ kind: 'access-key', id: 'AKIAEXAMPLEMALLORY00' })] }, {}],
  ['an instance', { targets: [named({ kind: 'instance', id: instance })] }, { userIdentity: session('web', instance) }],
  ['an address', { remotes: ['203.0.113.77'] }, {}],
])('whom a finding names is looked at, though nothing has a label: %s', async ([, change, more]) => {
  const records = lines(
    did('s3:GetObject', { bucketName: 'shop', key: 'a' }, more),
    did(
      's3:GetObject',
      { bucketName: 'other', key: 'a' },
      {
        userIdentity: { ...session('web', 'rosa'), accessKeyId: 'ASIAEXAMPLEOTHER0000' },
        sourceIPAddress: '198.51.100.9',
      },
    ),
  );
  const { events } = await timelineOf({ 'a.json': records }, reading());
  const overview = new Overview({ findings: [finding(change)], claims: [] });
  for (const event of withThreads(events)) overview.add(event);
  expect(overview.vector().firstSign).toMatchObject({
    finding: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
    techniques: [],
  });
  expect([...reachedIn(overview.radius.edges()).keys()]).toEqual(['arn:aws:s3:::shop']);
});

test('what was long before a finding, or is a weakness alone, makes nobody a suspect', async () => {
  const { events } = await timelineOf(
    { 'a.json': lines(did('s3:GetObject', { bucketName: 'shop', key: 'a' })) },
    reading(),
  );
  const target = { targets: [named({ principal })] };
  for (const change of [
    { ...target, nature: 'weakness' as const },
    { ...target, firstSeen: '2027-01-01T00:00:00Z' },
  ]) {
    const overview = new Overview({ findings: [finding(change)], claims: [] });
    for (const event of withThreads(events)) overview.add(event);
    expect(overview.vector().firstSign).toBeNull();
  }
});

test.for<[type: string, id: string]>([
  ['UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS', 'instance'],
  ['UnauthorizedAccess:IAMUser/MaliciousIPCaller', 'key'],
  ['UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B', 'password'],
  ['CryptoCurrency:EC2/BitcoinTool.B', 'application'],
  ['Policy:S3/BucketAnonymousAccessGranted', 'exposed'],
  ['Execution:Kubernetes/ExecInKubeSystemPod', 'cluster'],
])('a finding of type %s is a sign of one hypothesis: %s', async ([type, id]) => {
  const overview = new Overview({ findings: [finding({ type })], claims: [] });
  const signs = overview.vector().hypotheses.filter((one) => one.signs.some(({ state }) => state === 'found'));
  expect(signs.map((one) => one.id)).toEqual([id]);
});
