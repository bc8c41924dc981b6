/** What rights would have allowed: rulings held against an independent implementation of IAM's rules, and what the blast radius makes of them. */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from 'vitest';
import { radiusWords } from '../../bin/console/timeline/radius-words.ts';
import { withThreads } from '../../lib/timeline/correlate/threads.ts';
import { AccountDetails, AccountRights } from '../../lib/timeline/graph/account-rights.ts';
import { radiusData } from '../../lib/timeline/graph/data.ts';
import { graph } from '../../lib/timeline/graph/page.ts';
import { Radius } from '../../lib/timeline/graph/radius.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { byLabels } from '../../lib/timeline/vector/suspicion.ts';
import { hostile } from '../fixtures/hostile.ts';
import { call, own } from './a-record.ts';
import { lines, timelineOf } from './logs.ts';

type Something = Readonly<Record<string, unknown>>;
const mallory = `arn:aws:iam::${own}:user/staff/mallory`;
const inline = (...Statement: Something[]): Something => ({
  PolicyName: 'own',
  PolicyDocument: { Version: '2012-10-17', Statement },
});
/** The rights of one user, as the command line prints them. */
function rightsOf(UserPolicyList: readonly Something[], more: Something = {}, rest: Something = {}): AccountRights {
  const user = {
    Arn: mallory,
    UserName: 'mallory',
    UserPolicyList,
    GroupList: [],
    AttachedManagedPolicies: [],
    ...more,
  };
  const file = { UserDetailList: [user], GroupDetailList: [], RoleDetailList: [], Policies: [], ...rest };
  return new AccountRights([AccountDetails.parse(file)]);
}
const allow = (Action: unknown, Resource: unknown = '*', more: Something = {}): Something => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

const statements: readonly Something[] = [
  allow('s3:GetObject', 'arn:aws:s3:::shop-*/*'),
  allow(['s3:Get*', 'dynamodb:*']),
  allow('*'),
  allow('S3:getobject', ['arn:aws:s3:::other/*', 'arn:aws:s3:::shop-images/a?c']),
  { Effect: 'Allow', NotAction: 's3:*', Resource: '*' },
  { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::shop-images/*' },
  { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop-images/*' },
  { Effect: 'Deny', NotAction: ['dynamodb:*'], Resource: '*' },
  { Effect: 'Deny', Action: 'dynamodb:DeleteTable', NotResource: `arn:aws:dynamodb:eu-central-1:${own}:table/o*` },
];
const acts = [
  ['s3:GetObject', 'arn:aws:s3:::shop-images/abc'],
  ['s3:GetObject', 'arn:aws:s3:::other/abc'],
  ['s3:PutObject', 'arn:aws:s3:::shop-images/abc'],
  ['dynamodb:DeleteTable', `arn:aws:dynamodb:eu-central-1:${own}:table/orders`],
  ['dynamodb:DeleteTable', `arn:aws:dynamodb:eu-central-1:${own}:table/carts`],
] as const;

test('rulings are those of an independent implementation, one statement and two together', async () => {
  const pairs = statements.flatMap((one, at) => [[one], ...statements.slice(at + 1).map((other) => [one, other])]);
  const found: Record<string, number> = {};
  for (const pair of pairs) {
    const rights = rightsOf([inline(...pair)]);
    for (const [action, resource] of acts) {
      const { says } = rights.answer(mallory, action, resource);
      const simulated = await runSimulation(
        {
          request: { principal: mallory, action, resource: { resource, accountId: own }, contextVariables: {} },
          identityPolicies: [{ name: 'own', policy: { Version: '2012-10-17', Statement: pair } }],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        {},
      );
      const theirs = simulated.resultType === 'error' ? JSON.stringify(simulated.errors) : simulated.overallResult;
      const same = { Allowed: 'allowed', ExplicitlyDenied: 'denied', ImplicitlyDenied: 'no right' } as const;
      expect({ pair, action, resource, says }).toEqual({ pair, action, resource, says: same[theirs as 'Allowed'] });
      found[says] = (found[says] ?? 0) + 1;
    }
  }
  expect(Object.keys(found).toSorted()).toEqual(['allowed', 'denied', 'no right']);
});

const get = ['s3:GetObject', 'arn:aws:s3:::shop-images/*'] as const;
const policy = (name: string): string => `arn:aws:iam::${own}:policy/${name}`;
const managed = (name: string, ...Statement: Something[]): Something => {
  const old = { VersionId: 'v1', IsDefaultVersion: false, Document: { Statement: [allow('*')] } };
  const text = encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement }));
  return { Arn: policy(name), PolicyVersionList: [old, { VersionId: 'v2', IsDefaultVersion: true, Document: text }] };
};
const attached = (name: string) => ({ AttachedManagedPolicies: [{ PolicyName: name, PolicyArn: policy(name) }] });
const boundary = { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: policy('edge') } };

test.each<[string, AccountRights, string, RegExp]>([
  ['a condition', rightsOf([inline(allow('s3:*', '*', { Condition: { Bool: {} } }))]), 'unknown', /conditions/],
  [
    'a denial under a condition',
    rightsOf([inline(allow('*'), { ...allow('*', '*', { Condition: { Bool: {} } }), Effect: 'Deny' })]),
    'unknown',
    /conditions/,
  ],
  [
    'a part of the bucket',
    rightsOf([inline(allow('s3:GetObject', 'arn:aws:s3:::shop-images/a/*'))]),
    'unknown',
    /which part/,
  ],
  [
    'a variable',
    rightsOf([inline(allow('s3:GetObject', `arn:aws:s3:::${'$'}{aws:username}-images/*`))]),
    'unknown',
    /conditions/,
  ],
  [
    'a managed policy, by its default version',
    rightsOf([], attached('p'), { Policies: [managed('p', allow('s3:*'))] }),
    'allowed',
    /allows it/,
  ],
  [
    'the same of another version',
    rightsOf([], attached('p'), { Policies: [managed('p', allow('ec2:*'))] }),
    'no right',
    /none of their/,
  ],
  ['a managed policy that is not there', rightsOf([], attached('p')), 'unknown', /policy\/p is not at hand/],
  [
    'a boundary',
    rightsOf([inline(allow('*'))], boundary, { Policies: [managed('edge', allow('ec2:*'))] }),
    'no right',
    /boundary/,
  ],
  [
    'a boundary that allows',
    rightsOf([inline(allow('*'))], boundary, { Policies: [managed('edge', allow('s3:*'))] }),
    'allowed',
    /allows/,
  ],
  ['a boundary that is not there', rightsOf([inline(allow('*'))], boundary), 'unknown', /policy\/edge is not at hand/],
  [
    'a group',
    rightsOf(
      [],
      { GroupList: ['g'] },
      { GroupDetailList: [{ GroupName: 'g', GroupPolicyList: [inline(allow('s3:*'))] }] },
    ),
    'allowed',
    /allows/,
  ],
  ['a policy that is none', rightsOf([{ PolicyName: 'odd', PolicyDocument: '{' }]), 'unknown', /odd is not at hand/],
])('%s', (_, rights, says, because) => {
  expect(rights.answer(mallory, ...get)).toMatchObject({ says, because: expect.stringMatching(because) });
});

let minute = 0;
const did = (action: string, request: unknown): object => {
  minute++;
  const eventTime = new Date(Date.parse('2026-11-20T10:00:00Z') + minute * 60_000).toISOString().replace('.000', '');
  return call(action, request, { eventTime, eventID: `00000000-0000-4000-8000-${String(minute).padStart(12, '0')}` });
};
const theft = (): object[] => [
  did('iam:CreateUser', { userName: 'backup' }),
  did('s3:GetBucketPolicy', { bucketName: 'shop-images' }),
  did('s3:GetBucketPolicy', { bucketName: 'shop-secret' }),
  did('s3:GetBucketPolicy', { bucketName: 'other' }),
  did('s3:PutBucketPolicy', { bucketName: 'shop-open', bucketPolicy: {} }),
];
const rights = rightsOf([
  inline(allow('s3:*', ['arn:aws:s3:::shop-*', 'arn:aws:s3:::shop-*/*']), {
    Effect: 'Deny',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::shop-secret', 'arn:aws:s3:::shop-secret/*'],
  }),
]);

async function eventsOf(...records: readonly object[]) {
  return [...withThreads((await timelineOf({ 'a.json': lines(...records) }, reading())).events)];
}

test('the four words, over the stores that the timeline names, in data, text, table and picture', async () => {
  const radius = new Radius(byLabels, rights);
  const page = graph({ findings: [], rights });
  for (const event of await eventsOf(...theft())) {
    radius.add(event);
    page.event(event);
  }
  const held = radius.could().edges.filter(({ how }) => how === 'held');
  const ofStores = held.filter(({ to }) => to.place === 'data').map(({ to, reach }) => [to.id.slice(13), reach]);
  expect(ofStores).toEqual([
    ['shop-open', 'reached'],
    ['shop-images', 'may'],
    ['other', 'unknown'],
    ['shop-secret', 'not'],
  ]);
  expect(radius.could().unknown).toEqual([]);
  const data = radiusData(radius);
  expect(data.couldHave.connections.find(({ to }) => to.endsWith('other'))).toMatchObject({
    how: 'held',
    reach: 'unknown',
    because: 'none of their policies allows it; whether a policy on it does is not in the file',
  });
  const html = String(page.end?.());
  for (const words of [await radiusWords(data), html])
    for (const word of ['reached', 'may have been reached', 'cannot be known', 'not reached'])
      expect(words).toContain(word);
  const [, could = ''] = html.split('<section id="could"');
  for (const look of ['reached', 'may', 'unknown', 'not'])
    expect(could).toContain(`<path class="edge ${look}" marker-end="url(#could-tip)"`);
  expect(could).toContain('Rights from a file are those of when it was made');
});

test('of whom the file says nothing it is not known, and what it says of names is text', async () => {
  const stranger = new AccountRights([
    AccountDetails.parse({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }),
  ]);
  const evil = rightsOf([], { AttachedManagedPolicies: [{ PolicyName: 'x', PolicyArn: hostile }] });
  const events = await eventsOf(...theft());
  const unknown = new Radius(byLabels, stranger);
  const page = graph({ findings: [], rights: evil });
  for (const event of events) {
    unknown.add(event);
    page.event(event);
  }
  expect(unknown.could().unknown.map(({ id }) => id)).toEqual([`arn:aws:iam::${own}:user/mallory`]);
  expect(String(page.end?.())).not.toMatch(/<script|<img|<svg onload/);
});
