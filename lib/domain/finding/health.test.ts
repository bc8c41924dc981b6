import { describe, expect, it } from 'vitest';
import { claimsOf, Finding, holderOf, subjectsOf } from './finding.ts';
import { readHealth } from './health.ts';
import type { Envelope } from './reader.ts';
import { Unreadable } from './value.ts';

const envelope: Envelope = {
  source: 'aws.health',
  'detail-type': 'AWS Health Event',
  id: 'e',
  account: '999988887777',
  region: 'us-west-2',
  time: '2026-11-20T08:15:00Z',
  resources: [],
  detail: {},
};
const key = 'AKIAMADEUPFORTESTS01';
const arn = 'arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/AWS_RISK_CREDENTIALS_EXPOSED_MADE_UP';

const event = (changes: object = {}) => ({
  eventArn: arn,
  service: 'RISK',
  eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
  eventTypeCategory: 'issue',
  eventScopeCode: 'ACCOUNT_SPECIFIC',
  communicationId: '0a1b2c-1',
  eventRegion: 'us-east-1',
  statusCode: 'open',
  startTime: 'Fri, 20 Nov 2026 07:00:00 GMT',
  lastUpdatedTime: 'Fri, 20 Nov 2026 08:00:00 GMT',
  eventDescription: [
    { language: 'de_DE', latestDescription: 'Ein Schlüssel liegt offen.' },
    { language: 'en_US', latestDescription: 'A key of yours is public.\nIt was found in a repository.' },
  ],
  affectedEntities: [{ entityValue: key, status: 'IMPAIRED' }],
  page: '1',
  totalPages: '1',
  backupEvent: 'false',
  affectedAccount: '111122223333',
  ...changes,
});

describe('readHealth', () => {
  it('reads a leaked key: in the account and the Region it is about, not where the event was delivered', () => {
    const finding = readHealth(event(), envelope);
    expect(Finding.parse(finding)).toEqual(finding);
    expect(finding).toMatchObject({
      source: 'health',
      product: 'AWS Health',
      nature: 'attack',
      type: 'AWS_RISK_CREDENTIALS_EXPOSED',
      arn,
      id: '0a1b2c-1',
      key: 'health:0a1b2c-1:111122223333',
      title: 'A key of yours is public.',
      account: '111122223333',
      region: 'us-east-1',
      severity: null,
      drill: false,
      firstSeen: '2026-11-20T07:00:00.000Z',
      lastSeen: '2026-11-20T08:00:00.000Z',
      targets: [{ kind: 'access-key', id: key, account: '111122223333', principal: null }],
      missing: [`holder of access key ${key}`],
    });
  });

  it('a copy delivered to a second Region has the same key', () => {
    const copy = readHealth(event({ backupEvent: 'true' }), {
      ...envelope,
      region: 'us-east-1',
      account: '111122223333',
    });
    expect(copy.key).toBe(readHealth(event(), envelope).key);
  });

  it.each([
    ['metadata of the entity', { affectedEntities: [{ entityValue: key, entityMetadata: { userName: 'ada' } }] }],
    ['metadata of the event', { eventMetadata: { 'user-name': 'x', user_name: 'ada' } }],
    [
      'the description',
      {
        eventDescription: [
          { language: 'en', latestDescription: `The key ${key}, belonging to IAM user ada, is public.` },
        ],
      },
    ],
    [
      'the end of a sentence',
      { eventDescription: { latestDescription: 'It is a key belonging to the IAM user "ada".' } },
    ],
  ])('finds the user in %s', (_, changes) => {
    const finding = readHealth(event(changes), envelope);
    expect(finding.targets[0]).toMatchObject({ kind: 'access-key', principal: { kind: 'iam-user', name: 'ada' } });
    expect(finding.missing).toEqual([]);
    expect(holderOf(finding)).toBe('user');
  });

  const keys = (...users: readonly string[]) =>
    users.map((userName, at) => ({ entityValue: `AKIAMADEUPFORTESTS0${at + 1}`, entityMetadata: { userName } }));

  it('is about each key that is exposed: all are subjects, and all are claimed', () => {
    const finding = readHealth(event({ affectedEntities: keys('alice', 'bob') }), envelope);
    expect(subjectsOf(finding).map(({ principal }) => principal?.name)).toEqual(['alice', 'bob']);
    expect(claimsOf(finding)).toEqual([
      'arn:aws:iam::111122223333:user/alice',
      'arn:aws:iam::111122223333:user/bob',
      'arn:aws:iam::111122223333:access-key/AKIAMADEUPFORTESTS01',
      'arn:aws:iam::111122223333:access-key/AKIAMADEUPFORTESTS02',
    ]);
    const bare = [{ entityValue: 'AKIAMADEUPFORTESTS01' }, { entityValue: 'AKIAMADEUPFORTESTS02' }];
    expect(claimsOf(readHealth(event({ affectedEntities: bare }), envelope))).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['its name', { affectedEntities: keys('root') }],
    ['its name in a list of users', { affectedEntities: keys('<root_account>') }],
    ['its ARN', { affectedEntities: [{ entityValue: 'arn:aws:iam::111122223333:root' }] }],
    ['words', { eventDescription: [{ latestDescription: 'The key AKIA…, belonging to the root user, is public.' }] }],
  ])('knows the root user by %s', (_, changes) => {
    const finding = readHealth(event(changes), envelope);
    expect(holderOf(finding)).toBe('root');
    expect(claimsOf(finding)).toEqual(['arn:aws:iam::111122223333:root']);
  });

  it('does not give one user to two keys', () => {
    const two = [{ entityValue: key }, { entityValue: 'AKIAMADEUPFORTESTS02' }];
    const { targets } = readHealth(event({ affectedEntities: two, eventMetadata: { userName: 'ada' } }), envelope);
    expect(targets.map(({ principal }) => principal)).toEqual([null, null]);
  });

  it.each(['a b', 'x'.repeat(65), '****', 'a/b', ''])(
    'takes no user whose name IAM would not allow: %j',
    (userName) => {
      expect(readHealth(event({ eventMetadata: { userName } }), envelope).targets[0]?.principal).toBeNull();
    },
  );

  it('reads what else is affected, keys first, each once, from the envelope too', () => {
    const entities = [
      'i-0123456789abcdef0',
      'arn:aws:s3:::uploads',
      '',
      '****',
      'something',
      'arn:aws:iam::111122223333:user/ada',
      key,
    ];
    const affectedEntities = entities.map((entityValue) => ({ entityValue, entityMetadata: { userName: 'eve' } }));
    const { targets } = readHealth(event({ affectedEntities }), {
      ...envelope,
      resources: ['i-0123456789abcdef0', 'i-0fedcba9876543210'],
    });
    expect(targets.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      `access-key ${key}`,
      'instance i-0123456789abcdef0',
      'bucket uploads',
      'resource something',
      'principal ada',
      'instance i-0fedcba9876543210',
    ]);
    expect(targets.map(({ principal }) => principal?.name ?? null)).toEqual(['eve', null, null, null, 'ada', null]);
  });

  it('reads the shape of 2016: no communication id, no affected account, the envelope is at home', () => {
    const { communicationId, affectedAccount, eventRegion, lastUpdatedTime, ...old } = event();
    expect(readHealth(old, { ...envelope, account: '111122223333', region: 'eu-central-1' })).toMatchObject({
      key: `health:${arn}:111122223333`,
      account: '111122223333',
      region: 'eu-central-1',
      id: arn,
      lastSeen: '2026-11-20T08:15:00.000Z',
    });
  });

  it('reads an event as the API answers: arn, region, seconds since 1970', () => {
    const { eventArn, eventRegion, communicationId, ...rest } = event({
      arn,
      region: 'us-east-1',
      startTime: 1795158000,
    });
    expect(readHealth(rest, null)).toMatchObject({ arn, region: 'us-east-1', firstSeen: '2026-11-20T07:00:00.000Z' });
  });

  it('does not put another account in the place of one that is none', () => {
    const finding = readHealth(event({ affectedAccount: '1111', eventRegion: 'global' }), envelope);
    expect(finding).toMatchObject({ account: null, region: null, key: 'health:0a1b2c-1:unknown' });
    expect(finding.missing.slice(0, 2)).toEqual([
      'account (1111 is no 12-digit account id)',
      'region (global is no Region)',
    ]);
  });

  it('bounds the title, splits it at a written-out line break, and falls back to the type', () => {
    const described = (latestDescription: unknown) =>
      readHealth(event({ eventDescription: [{ latestDescription }] }), envelope);
    expect(described('x'.repeat(5000)).title).toHaveLength(300);
    expect(described('One.\\nTwo.').title).toBe('One.');
    expect(described('').title).toBe('AWS_RISK_CREDENTIALS_EXPOSED');
    expect(described('[DRILL] A key').drill).toBe(true);
  });

  it.each(['AWS_RISK_IAM_QUARANTINE', 'AWS_ABUSE_DOS_REPORT'])('%s is an attack', (eventTypeCode) => {
    expect(readHealth(event({ eventTypeCode }), envelope).nature).toBe('attack');
  });

  it('says so when nothing is named', () => {
    expect(readHealth(event({ affectedEntities: null }), envelope)).toMatchObject({
      targets: [],
      missing: ['affected resources'],
    });
  });

  it.each([
    [
      event({ eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE' }),
      'An AWS Health event AWS_EC2_OPERATIONAL_ISSUE is operational news, not a security finding.',
    ],
    [event({ eventTypeCode: 'X_AWS_RISK_' }), 'is operational news'],
    [event({ eventTypeCode: null }), 'has no eventTypeCode'],
    [event({ eventArn: '', communicationId: 3 }), 'neither a communicationId nor an eventArn'],
  ])('cannot be read: %j', (fields, says) => {
    expect(() => readHealth(fields, envelope)).toThrow(Unreadable);
    expect(() => readHealth(fields, envelope)).toThrow(says);
  });
});
