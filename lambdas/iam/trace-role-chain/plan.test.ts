import { describe, expect, it } from 'vitest';
import { Instance } from '../../ec2/instance/target.ts';
import { RoleSession } from '../role-session/target.ts';
import { User } from '../user/target.ts';
import { type Asking, askingBy, type Handing, handingIn, nameOf, ownOf, type Session, whyLeft } from './plan.ts';
import { resultOf, sorted } from './targets.ts';
import { mostFollowed, mostSessions, walk } from './walk.ts';

const [account, other] = ['111122223333', '444455556666'];
const region = 'eu-central-1';
const now = '2026-06-01T12:00:00.000Z';
const later = Date.parse('2026-06-01T12:30:00.000Z');
const common = { partition: 'aws', account, region, seenAt: now, tags: {}, since: null, key: null };
const session = RoleSession.parse({
  ...common,
  kind: 'role-session',
  id: 'a/s1',
  arn: `arn:aws:sts::${account}:assumed-role/a/s1`,
  session: 's1',
  role: null,
  principal: { kind: 'role-session', name: 'a', id: null, session: 's1' },
});
const user = User.parse({
  ...common,
  kind: 'user',
  id: 'alice',
  arn: `arn:aws:iam::${account}:user/alice`,
  principal: null,
  keys: [],
  attached: [],
  boundary: null,
});
const role = { name: 'web', id: 'AROAWEB', arn: `arn:aws:iam::${account}:role/web` };
const instance = Instance.parse({
  partition: 'aws',
  account,
  region,
  kind: 'instance',
  id: 'i-0123456789abcdef0',
  seenAt: now,
  tags: {},
  role,
  interfaces: [],
  volumes: [],
  profile: null,
  autoScalingGroup: null,
  quarantineGroups: [],
});

let numbered = 0;
/** A record of STS; what is not said is as AWS writes it. */
function event(eventName: string, more: object = {}) {
  numbered += 1;
  const record = {
    eventSource: 'sts.amazonaws.com',
    eventName,
    awsRegion: region,
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAA:s1',
      sessionContext: { sessionIssuer: { userName: 'a' } },
    },
    requestParameters: { roleArn: `arn:aws:iam::${account}:role/path/b`, roleSessionName: 'x' },
    responseElements: {
      credentials: { accessKeyId: 'ASIAB', sessionToken: 'blob', expiration: 'Jun 1, 2026, 12:30:00 PM' },
      assumedRoleUser: { assumedRoleId: 'AROAB:x', arn: `arn:aws:sts::${account}:assumed-role/b/x` },
    },
    ...more,
  };
  return {
    EventId: `e${numbered}`,
    EventTime: new Date('2026-06-01T11:30:00Z'),
    CloudTrailEvent: JSON.stringify(record),
  };
}

describe('a record', () => {
  it('of AssumeRole gives the session, its role with the path, its key and its end', () => {
    const handed = handingIn(event('AssumeRole'), region);
    expect(handed).toMatchObject({ at: '2026-06-01T11:30:00.000Z', caller: { name: 'a', session: 's1' } });
    expect(handed?.to).toEqual({
      kind: 'role',
      role: 'b',
      session: 'x',
      roleId: 'AROAB',
      roleArn: `arn:aws:iam::${account}:role/path/b`,
      account,
      key: 'ASIAB',
      until: later,
    });
  });

  it.each(['Jun 1, 2026 12:30:00 PM', 'Jun 1, 2026, 12:30:00\u202fPM', '2026-06-01T12:30:00Z'])(
    'may write its end as %s',
    (expiration) => {
      const responseElements = { credentials: { accessKeyId: 'ASIAB', expiration } };
      expect(handingIn(event('AssumeRole', { responseElements }), region)?.to.until).toBe(later);
    },
  );

  it('without an answer is read by what was asked for, and its end is not known', () => {
    const requestParameters = { roleArn: `arn:aws:iam::${other}:role/deploy`, roleSessionName: 'y' };
    const handed = handingIn(event('AssumeRole', { responseElements: null, requestParameters }), region);
    expect(handed?.to).toMatchObject({ role: 'deploy', session: 'y', account: other, key: null, until: null });
  });

  it('of a user own session, of a federated user and of AssumeRoot says whom it acts as', () => {
    const responseElements = { credentials: { accessKeyId: 'ASIAU' } };
    const made = (name: string, requestParameters: object) =>
      handingIn(event(name, { responseElements, requestParameters }), region)?.to;
    expect(made('GetSessionToken', {})).toMatchObject({ kind: 'user', key: 'ASIAU' });
    expect(made('GetFederationToken', { name: 'helper' })).toMatchObject({ kind: 'user', role: 'helper' });
    expect(made('AssumeRoot', { targetPrincipal: other })).toMatchObject({ kind: 'root', account: other });
  });

  it('of a refused call, of another service, of another call, and what is no record, gives none', () => {
    const wrong = [
      event('AssumeRole', { errorCode: 'AccessDenied', responseElements: null }),
      event('AssumeRole', { eventSource: 'sso.amazonaws.com' }),
      event('GetCallerIdentity'),
      { EventId: 'e', CloudTrailEvent: '{' },
      {},
    ];
    expect(wrong.map((one) => handingIn(one, region))).toEqual(wrong.map(() => null));
  });
});

describe('what CloudTrail is asked', () => {
  const by = (target: Parameters<typeof askingBy>[0]) => askingBy(target) as Asking;
  it('is by the key, else by the name, of an instance by that of its session', () => {
    expect(by({ ...session, key: 'ASIAA' })).toMatchObject({ key: 'AccessKeyId', value: 'ASIAA' });
    expect(by(session)).toMatchObject({ key: 'Username', value: 's1' });
    expect(by(user)).toMatchObject({ key: 'Username', value: 'alice' });
    expect(by({ ...instance })).toMatchObject({ key: 'Username', value: instance.id });
  });

  it('leaves out what another role or a user of that name did', () => {
    const from = (userIdentity: object) => handingIn(event('AssumeRole', { userIdentity }), region) as Handing;
    const [own, foreign] = ['a', 'z'].map((userName) =>
      from({ type: 'AssumedRole', principalId: 'AROA:s1', sessionContext: { sessionIssuer: { userName } } }),
    );
    const alice = from({ type: 'IAMUser', userName: 'alice' });
    expect([own, foreign].map((one) => one && by(session).mine(one))).toEqual([true, false]);
    expect([own, alice].map((one) => one && by(user).mine(one))).toEqual([false, true]);
    expect([own, alice].map((one) => one && by(instance).mine(one))).toEqual([true, false]);
  });

  it('is nothing where there is no role, or no name', () => {
    expect(askingBy({ ...instance, role: null })).toEqual({ nothing: 'the instance has no role' });
    expect(askingBy({ ...session, session: null })).toHaveProperty('nothing');
  });
});

const to = (name: string, more: Partial<Session> = {}): Session => {
  const [role = '', own = ''] = name.split('/');
  const key = `ASIA${name}`;
  return { kind: 'role', role, roleArn: '', roleId: null, session: own, account, key, until: null, ...more };
};
const handing = (name: string, more: Partial<Session> = {}, at = '2026-06-01T11:00:00.000Z'): Handing => {
  numbered += 1;
  return { id: `h${numbered}`, at, caller: null, to: to(name, more), raw: '{}' };
};

/** Walks a map from key to what was handed out with it, and notes the keys in the order in which they were looked up. */
async function walking(map: Readonly<Record<string, readonly Handing[]>>, first: readonly Handing[], depth = 0) {
  const asked: string[] = [];
  const walked = await walk(first, { account, depth, keys: ['ASIAFIRST'] }, async (key) => {
    asked.push(key);
    return map[key] ?? [];
  });
  return { ...walked, asked, names: walked.found.map(nameOf), depths: walked.found.map((one) => one.depth) };
}
const named = (...names: string[]): string[] => names.map((name) => `${account} ${name}`);

describe('the walk', () => {
  it('goes breadth first, and looks each key up once', async () => {
    const map = { 'ASIAb/x': [handing('d/z')], 'ASIAc/y': [handing('d/z'), handing('e/w')] };
    const { names, depths, asked } = await walking(map, [handing('b/x'), handing('c/y')]);
    expect(names).toEqual(named('b/x', 'c/y', 'd/z', 'e/w'));
    expect(depths).toEqual([1, 1, 2, 2]);
    expect(asked).toEqual(['ASIAb/x', 'ASIAc/y', 'ASIAd/z', 'ASIAe/w']);
  });

  it('survives circles: of the same keys, of the same names under new keys, and of the key it began with', async () => {
    const map = {
      'ASIAb/x': [handing('a/s1', { key: 'ASIA2' }), handing('a/s1', { key: 'ASIAFIRST' })],
      ASIA2: [handing('b/x'), handing('c/y')],
    };
    const { names, asked } = await walking(map, [handing('b/x')]);
    expect(names).toEqual(named('b/x', 'a/s1', 'c/y'));
    expect(asked).toEqual(['ASIAb/x', 'ASIA2', 'ASIAc/y']);
  });

  it('goes five deep from the finding, wherever it begins, and says what it left', async () => {
    const chain = Object.fromEntries(
      [...'bcdefgh'].map((at, index) => [`ASIA${at}/x`, [handing(`${'cdefghi'[index]}/x`)]]),
    );
    const whole = await walking(chain, [handing('b/x')]);
    expect(whole.depths).toEqual([1, 2, 3, 4, 5]);
    expect(whole.unknown).toEqual(["What 1 sessions did next: they are 5 from the finding's own"]);
    expect((await walking(chain, [handing('b/x')], 3)).depths).toEqual([4, 5]);
  });

  it(`looks up ${mostFollowed} keys at most, the newest first, and says how many it did not`, async () => {
    const at = (index: number) => new Date(Date.parse(now) + index * 1000).toISOString();
    const many = Array.from({ length: mostFollowed + 5 }, (_, index) => handing(`b/x${index}`, {}, at(index)));
    const { asked, unknown, found } = await walking({}, many);
    expect(asked).toHaveLength(mostFollowed);
    expect(asked[0]).toBe(`ASIAb/x${mostFollowed + 4}`);
    expect(unknown).toEqual([`What 5 sessions did next: more than ${mostFollowed} were issued`]);
    expect(found).toHaveLength(many.length);
  });

  it('does not look here for what was done in another account', async () => {
    const { asked, names } = await walking({}, [handing('b/x', { account: other })]);
    expect(asked).toEqual([]);
    expect(names).toEqual([`${other} b/x`]);
  });

  it('takes a session for alive as long as one of its keys is', async () => {
    const [past, future] = [Date.parse(now) - 1, later];
    const ends = async (...untils: (number | null)[]) =>
      (
        await walking(
          {},
          untils.map((until, index) => handing('b/x', { until, key: `ASIA${index}` })),
        )
      ).found[0]?.until;
    expect(await ends(past, future)).toBe(future);
    expect(await ends(past, null)).toBe(null);
  });
});

const rules = {
  name: 'tourniquet',
  breakGlass: [`arn:aws:iam::${account}:role/emergency/glass`],
  ours: (one: string) => one === account,
};

describe('a session', () => {
  it.each([
    ['of our own role', to('tourniquet-contain/x'), /own roles/],
    ['of the way in for emergencies', to('glass/x', { roleArn: rules.breakGlass[0] ?? '' }), /break-glass/],
    ['of an AWS service', to('r/x', { roleArn: `arn:aws:iam::${account}:role/aws-service-role/r` }), /AWS service/],
    ['of a person', to('AWSReservedSSO_Admin_0123456789abcdef/jane'), /Identity Center/],
    ['in an account that is not ours', to('b/x', { account: other }), /does not respond in account/],
    ['nobody knows where', to('b/x', { account: null }), /in which account/],
    ['of a root user', to('root/', { kind: 'root' }), /a person has to check/],
  ])('%s has to be done by hand', (_, one, because) => {
    expect(whyLeft(one, rules)).toMatch(because);
  });

  it('of any other role becomes a target, a role that only looks like ours included', () => {
    expect(whyLeft(to('b/x'), rules)).toBe(null);
    expect(whyLeft(to('tourniquet-contain-not/x'), rules)).toBe(null);
    expect(whyLeft(to('b/x', { account: other }), { ...rules, ours: () => true })).toBe(null);
  });
});

describe('the targets', () => {
  const beside = { ...rules, origin: ownOf(session), now };
  const sortedFrom = async (...first: Handing[]) => sorted(await walking({}, first), beside);
  it('are neither the session of the finding itself, nor what has ended, nor what a user got as itself', async () => {
    const past = Date.parse(now) - 1;
    const ours = [handing('a/s1'), handing('b/old', { until: past }), handing('u/', { kind: 'user' }), handing('b/x')];
    const { targets, ended, own } = await sortedFrom(...ours);
    expect([targets, ended, own].map((all) => all.map(({ role, session: name }) => `${role}/${name}`))).toEqual([
      ['b/x'],
      ['b/old'],
      ['u/'],
    ]);
  });

  it(`are ${mostSessions} at most; the others are left to people, by name`, async () => {
    const many = Array.from({ length: mostSessions + 2 }, (_, index) => handing(`b/x${index}`));
    const { targets, left } = await sortedFrom(...many);
    expect(targets).toHaveLength(mostSessions);
    expect(left.map(({ because }) => because)).toEqual([
      expect.stringMatching(/more than 20/),
      expect.stringMatching(/more than 20/),
    ]);
  });

  const said = async (
    first: readonly Handing[],
    gaps: readonly { region: string; reason: string; because: string }[],
  ) => {
    const walked = await walking({}, first);
    const parts = { gaps, unknown: [], mode: 'respond' as const, evidence: [] };
    return resultOf({ walked, sorted: sorted(walked, beside), ...parts });
  };
  it('are told in words, with what is left and what was not read', async () => {
    const whole = await said([handing('b/x')], []);
    expect(whole).toMatchObject({ outcome: 'traced', because: expect.stringContaining('1 further session') });
    expect(whole.facts.join()).toMatch(/role b as session x.*15 minutes late/);
    const denied = { reason: 'AccessDenied', because: 'no' };
    const partly = await said(
      [handing('tourniquet-contain/x')],
      [
        { region, ...denied },
        { region: 'us-east-1', ...denied },
      ],
    );
    expect(partly).toMatchObject({ outcome: 'partly-traced', sessions: [{ outcome: 'left' }] });
    expect(partly.because).toMatch(/own roles; eu-central-1, us-east-1: no$/);
  });
});
