import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../../lib/domain/config.ts';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Person } from '../person/target.ts';
import { denies, withDenial } from '../person-policy.ts';
import type { PersonDeny } from './step.ts';

const [hub, management] = ['111122223333', '999988887777'];
let admin: Config['organizationAdmin'];
vi.mock('../../runtime/environment.ts', () => ({ config: () => ({ organizationAdmin: admin }) }));
vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
const { handler } = await import('./handler.ts');
const lever = handler as unknown as LeverCode<Person, PersonDeny>;

const [eve, adam] = ['11111111-aaaa', '22222222-bbbb'];
const target = { id: 'eve@example.com', roleName: 'AWSReservedSSO_a_0123456789abcdef' } as Person;
const arn = (name: string): string => `arn:aws:sso:::permissionSet/ssoins-1/ps-${name}`;
const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';

/** IAM Identity Center as far as the lever talks to it. */
let sets: Map<string, { policy: string; behind: string[] }>;
let assigned: string[];
let user: string | null;
let problems: Record<string, Error>;
let provisioning: { Status: string; FailureReason?: string };
let written: string[];

const problem = (name: string, message = name): Error => Object.assign(new Error(message), { name });
const gone = problem('ResourceNotFoundException');

type Input = Readonly<Record<string, string>>;
const setOf = ({ PermissionSetArn = '' }: Input) => {
  const found = sets.get(PermissionSetArn);
  if (!found) throw gone;
  return found;
};
const put = (input: Input, text: string): object => {
  Object.assign(setOf(input), { policy: text, behind: ['444455556666'] });
  written.push(input.PermissionSetArn ?? '');
  return {};
};
const answers: Readonly<Record<string, (input: Input) => object>> = {
  ListInstances: () => ({
    Instances: [
      { InstanceArn: 'own', IdentityStoreId: 'd-0', OwnerAccountId: '123412341234' },
      { InstanceArn: 'ssoins-1', IdentityStoreId: 'd-1', OwnerAccountId: admin?.management },
    ],
  }),
  GetUserId: () => {
    if (!user) throw gone;
    return { UserId: user };
  },
  ListAccountAssignmentsForPrincipal: () => ({
    AccountAssignments: assigned.map((one) => ({ AccountId: '444455556666', PermissionSetArn: one })),
  }),
  GetInlinePolicyForPermissionSet: (input) => ({ InlinePolicy: setOf(input).policy }),
  DescribePermissionSet: (input) => {
    setOf(input);
    return { PermissionSet: { Name: input.PermissionSetArn?.split('ps-')[1] } };
  },
  PutInlinePolicyToPermissionSet: (input) => put(input, input.InlinePolicy ?? ''),
  DeleteInlinePolicyFromPermissionSet: (input) => put(input, ''),
  ProvisionPermissionSet: (input) => {
    if (provisioning.Status === 'SUCCEEDED') setOf(input).behind = [];
    return { PermissionSetProvisioningStatus: { RequestId: input.PermissionSetArn } };
  },
  DescribePermissionSetProvisioningStatus: () => ({ PermissionSetProvisioningStatus: provisioning }),
  ListAccountsForProvisionedPermissionSet: (input) => ({
    AccountIds: input.ProvisioningStatus ? setOf(input).behind : ['444455556666'],
  }),
  ListPermissionSets: () => ({ PermissionSets: [...sets.keys()] }),
  ListGroupMembershipsForMember: () => ({ GroupMemberships: [{ GroupId: 'builders' }] }),
  // She has one for herself and one through a group; the third is somebody else's.
  ListAccountAssignments: (input) => ({
    AccountAssignments: [
      {
        PrincipalId: { [arn('a')]: eve, [arn('b')]: 'builders' }[input.PermissionSetArn ?? ''] ?? adam,
        PrincipalType: input.PermissionSetArn === arn('a') ? 'USER' : 'GROUP',
      },
    ],
  }),
};

async function send(command: { readonly input: Input }): Promise<object> {
  const { input } = command;
  const name = command.constructor.name.replace(/Command$/, '');
  const wrong = problems[`${name} ${input.PermissionSetArn ?? ''}`] ?? problems[name];
  if (wrong) throw wrong;
  const answer = answers[name];
  if ((input.InstanceArn ?? 'ssoins-1') !== 'ssoins-1') throw gone;
  if (!answer) throw new Error(`Nobody expected ${name}.`);
  return answer(input);
}
const session = {
  client: (Client: new (options: object) => object, region?: string) => {
    expect(region).toBe('eu-central-1');
    expect([SSOAdminClient, IdentitystoreClient]).toContain(Client);
    return Object.assign(new Client({ region, credentials: { accessKeyId: 'a', secretAccessKey: 's' } }), { send });
  },
} as unknown as Session;

const look = () => lever.look(target, session);
const job = (from: PersonDeny, to: PersonDeny) => ({ target, from, to, prepared: null, session, run: {} }) as never;
async function denied(): Promise<{ before: PersonDeny; ours: PersonDeny }> {
  const before = await look();
  const plan = lever.plan(target, before, null);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  await lever.apply(job(before, plan.ours));
  return { before, ours: plan.ours };
}
const standing = (): string[] => [...sets.values()].map((one) => one.policy);
const stored = ({ before, ours }: { before: PersonDeny; ours: PersonDeny }) => ({
  before,
  ours,
  takenAt: '',
  releasedAt: null,
});
const verdict = async (held: { before: PersonDeny; ours: PersonDeny }) =>
  lever.verify?.({ target, stored: stored(held), applied: null, now: await look(), session });

beforeEach(() => {
  admin = { account: hub, management: hub, identityCenter: 'eu-central-1' };
  sets = new Map(['a', 'b'].map((name) => [arn(name), { policy: name === 'a' ? policy : '', behind: [] }]));
  assigned = [arn('a'), arn('b'), arn('a')];
  user = eve;
  problems = {};
  provisioning = { Status: 'SUCCEEDED' };
  written = [];
});

describe('looking', () => {
  it('needs to know the Region, and says which key to set', async () => {
    admin = { account: hub, management: hub };
    await expect(look()).rejects.toThrow(/Set organizationAdmin.identityCenter/);
  });

  it("takes the organisation's instance for its own, and no other", async () => {
    admin = { account: hub, management: '000000000000', identityCenter: 'eu-central-1' };
    expect(Object.keys((await look()).sets)).toEqual([arn('a'), arn('b')]);
    vi.spyOn(answers, 'ListInstances').mockReturnValueOnce({ Instances: [{ OwnerAccountId: '123412341234' }] });
    await expect(look()).rejects.toThrow(/no IAM Identity Center in eu-central-1/);
  });

  it('of somebody who is not in the directory any more is no failure', async () => {
    user = null;
    expect(await look()).toEqual({ userId: null, sets: {} });
  });

  it('asks by permission set and account where it may not ask for the person, as an account to which it was delegated', async () => {
    admin = { account: hub, management, identityCenter: 'eu-central-1' };
    sets.set(arn('c'), { policy, behind: [] });
    problems = { ListAccountAssignmentsForPrincipal: problem('AccessDeniedException', 'not you') };
    expect(Object.keys((await look()).sets)).toEqual([arn('a'), arn('b')]);
    for (let n = 0; n < 150; n++) sets.set(arn(`more-${n}`), { policy, behind: [] });
    await expect(look()).rejects.toMatchObject({
      name: 'Refused',
      message: expect.stringMatching(
        /^There are 153 permission sets, .* Set organizationAdmin.account to the management/,
      ),
    });
  });

  it('leaves to people what only the management account may ask', async () => {
    const denied = problem('AccessDeniedException', 'not you');
    problems = { ListAccountAssignmentsForPrincipal: denied, ListPermissionSets: denied };
    await expect(look()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    admin = { account: hub, management, identityCenter: 'eu-central-1' };
    await expect(look()).rejects.toMatchObject({
      name: 'Refused',
      message: expect.stringMatching(/only the management account .*\(AccessDeniedEx.*not you\)/),
    });
  });
});

describe('denying', () => {
  it('writes each permission set once and sends it to the accounts', async () => {
    const held = await denied();
    expect(standing().map((one) => denies(one, eve))).toEqual([true, true]);
    expect(written).toEqual([arn('a'), arn('b')]);
    expect(await verdict(held)).toMatchObject({ outcome: 'verified' });
    expect(await lever.apply(job(await look(), held.ours))).toEqual({ outcome: 'already-applied' });
    expect(written).toHaveLength(2);
  });

  it('finishes what an earlier attempt put and did not send', async () => {
    const { before, ours } = await denied();
    for (const one of sets.values()) one.behind = ['444455556666'];
    expect(await lever.apply(job(before, ours))).toMatchObject({ outcome: 'applied' });
    expect([...sets.values()].flatMap(({ behind }) => behind)).toEqual([]);
    expect(written).toHaveLength(2);
  });

  it('goes on with the others where one fails, and says which', async () => {
    problems = { [`PutInlinePolicyToPermissionSet ${arn('a')}`]: problem('AccessDeniedException', 'not there') };
    admin = { account: hub, management, identityCenter: 'eu-central-1' };
    const before = await look();
    const plan = lever.plan(target, before, null);
    const change = 'ours' in plan ? await lever.apply(job(before, plan.ours)) : plan;
    expect(change).toMatchObject({
      outcome: 'partly-applied',
      changed: [expect.stringContaining('ps-b')],
      failed: [{ what: 'permission set ps-a', error: expect.stringContaining('only the management account') }],
    });
    expect(standing().map((one) => denies(one, eve))).toEqual([false, true]);
  });

  it('says where IAM Identity Center could not take it', async () => {
    provisioning = { Status: 'FAILED', FailureReason: 'the account is suspended' };
    const before = await look();
    const plan = lever.plan(target, before, null);
    const change = 'ours' in plan ? await lever.apply(job(before, plan.ours)) : plan;
    expect(JSON.stringify(change)).toContain('the account is suspended');
    expect(change).toMatchObject({ outcome: 'partly-applied', changed: [] });
  });

  it('does not wait for ever where it takes long, and reading back tells', async () => {
    provisioning = { Status: 'IN_PROGRESS' };
    const held = await denied();
    expect(await verdict(held)).toMatchObject({
      outcome: 'not-verified',
      because: expect.stringContaining('444455556666'),
    });
  });

  it('is tried again where a write before it is on its way', async () => {
    problems = { PutInlinePolicyToPermissionSet: problem('ConflictException') };
    await expect(denied()).rejects.toMatchObject({ name: 'Transient' });
  });
});

describe('reading back', () => {
  it('looks at permission sets that the person has lost or was given since', async () => {
    const held = await denied();
    assigned = [arn('a')];
    expect(await verdict(held)).toMatchObject({ outcome: 'verified', seen: [/^a denies/, /^b denies/].map(matching) });
    sets.set(arn('c'), { policy: '', behind: [] });
    assigned = [arn('a'), arn('c')];
    expect(await verdict(held)).toMatchObject({
      outcome: 'not-verified',
      because: matching(/^the permission set c does/),
    });
    sets.delete(arn('c'));
    sets.delete(arn('b'));
    assigned = [arn('a')];
    expect(await verdict(held)).toMatchObject({ outcome: 'verified', seen: [matching(/^a denies/)] });
  });
});

const matching = (words: RegExp) => expect.stringMatching(words);

describe('letting go', () => {
  it('puts every policy back as it was', async () => {
    const held = await denied();
    const now = await look();
    await lever.release(job(now, held.before));
    expect(standing()).toEqual([policy, '']);
    expect(lever.left?.(held.before, await look())).toEqual([]);
  });

  it.each([
    ['of somebody who was taken out of the directory', null],
    ['of somebody who has lost the permission sets', eve],
  ])('%s takes our statement out, and leaves what others wrote meanwhile', async (_, known) => {
    const held = await denied();
    [user, assigned] = [known, []];
    const theirs = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' };
    const more = JSON.parse(sets.get(arn('b'))?.policy ?? '');
    sets.set(arn('b'), { policy: JSON.stringify({ ...more, Statement: [...more.Statement, theirs] }), behind: [] });
    await lever.release(job(await look(), held.before));
    expect(standing()[0]).toBe(policy);
    expect(JSON.parse(standing()[1] ?? '').Statement).toEqual([theirs]);
    expect(lever.left?.(held.before, await look())).toEqual([]);
  });

  it('leaves a colleague denied', async () => {
    const held = await denied();
    const a = sets.get(arn('a'));
    if (a) a.policy = withDenial(a.policy, adam);
    await lever.release(job(await look(), held.before));
    expect(standing().map((one) => [denies(one, eve), denies(one, adam)])).toEqual([
      [false, true],
      [false, false],
    ]);
  });

  it('of a permission set that is no more has nothing to do; of one it cannot write, it fails aloud', async () => {
    const held = await denied();
    assigned = [];
    sets.delete(arn('b'));
    problems = { [`PutInlinePolicyToPermissionSet ${arn('a')}`]: problem('ValidationException', 'no') };
    await expect(lever.release(job(await look(), held.before))).rejects.toMatchObject({
      name: 'Refused',
      message: expect.stringMatching(/^Our deny is still in place: permission set ps-a \(Val/),
    });
    problems = {};
    await lever.release(job(await look(), held.before));
    expect(standing()).toEqual([policy]);
  });
});
