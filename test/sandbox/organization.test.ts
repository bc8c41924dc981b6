/** The organisation and its service control policies, by attack: before a deny, under it, after it. */
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateServiceLinkedRoleCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribeOrganizationCommand,
  DetachPolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anything, nothing, outcome, sessionOf, tries, userWith } from './attack.ts';
import { type Credentials, clients } from './deployment.ts';
import { control, lift, type Organization, organizationOf, policyOf } from './organization.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let organization: Organization;
let member: string;
let hub: OrganizationsClient;

const SCP = 'SERVICE_CONTROL_POLICY';
const root = (): Credentials => ({ accessKeyId: member, secretAccessKey: 'x' });
beforeAll(async () => {
  sandbox = await startSandbox();
  member = sandbox.accounts.member;
  hub = clients(sandbox)(OrganizationsClient, 'hub');
  organization = await organizationOf(sandbox);
  await sandbox.post('/_sandbox/enforce', { on: true });
}, 180_000);
afterAll(() => sandbox?.stop());

describe('the organisation', () => {
  test('holds the member account in Workloads and is administered from the hub alone', async () => {
    expect(organization.id).toBe('o-tourniquet1');
    const { Parents } = await hub.send(new ListParentsCommand({ ChildId: member }));
    expect(Parents).toEqual([{ Id: organization.workloads, Type: 'ORGANIZATIONAL_UNIT' }]);
    const attached = async (TargetId: string) =>
      (await hub.send(new ListPoliciesForTargetCommand({ TargetId, Filter: SCP }))).Policies?.map(({ Name }) => Name);
    expect(await attached(member)).toEqual(['FullAWSAccess']);
    expect(await attached(organization.quarantine)).toEqual(['FullAWSAccess', 'Quarantine']);
    const outside = clients(sandbox)(OrganizationsClient, 'member');
    expect((await outside.send(new DescribeOrganizationCommand({}))).Organization?.Id).toBe('o-tourniquet1');
    await expect(outside.send(new ListRootsCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('refuses what AWS refuses: names taken, attached twice, ten at most, the last one, in use', async () => {
    const make = (Name: string, Content = policyOf({ ...nothing, Action: 's3:DeleteBucket' })) =>
      hub.send(new CreatePolicyCommand({ Name, Description: '', Type: SCP, Content }));
    const ids = await Promise.all(Array.from({ length: 10 }, (_, index) => make(`p${index}`)));
    const [first = '', ...others] = ids.map(({ Policy }) => Policy?.PolicySummary?.Id ?? '');
    const attach = (PolicyId: string) =>
      hub.send(new AttachPolicyCommand({ PolicyId, TargetId: organization.workloads }));
    expect(await outcome(make('p0'))).toBe('DuplicatePolicyException');
    expect(await outcome(make('big', policyOf({ ...nothing, Sid: 'x'.repeat(10_240) })))).toBe(
      'ConstraintViolationException',
    );
    expect(await outcome(make('who', policyOf({ ...nothing, Principal: '*' })))).toBe(
      'MalformedPolicyDocumentException',
    );
    await attach(first);
    expect(await outcome(attach(first))).toBe('DuplicatePolicyAttachmentException');
    expect(await outcome(hub.send(new DeletePolicyCommand({ PolicyId: first })))).toBe('PolicyInUseException');
    for (const id of others.slice(0, 8)) await attach(id);
    await expect(attach(others[8] ?? '')).rejects.toMatchObject({
      name: 'ConstraintViolationException',
      Reason: 'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    });
    expect(await outcome(lift(sandbox, member, 'p-FullAWSAccess'))).toBe('ConstraintViolationException');
    for (const id of [first, ...others.slice(0, 8)]) await lift(sandbox, organization.workloads, id);
    expect(await outcome(lift(sandbox, member, first))).toBe('PolicyNotAttachedException');
  });

  test('checks a call on the policy and on the target it names', async () => {
    const policy = `arn:aws:organizations::${sandbox.accounts.hub}:policy/${organization.id}/service_control_policy/*`;
    const target = `arn:aws:organizations::${sandbox.accounts.hub}:account/${organization.id}/${member}`;
    const Action = ['organizations:AttachPolicy', 'organizations:CreatePolicy', 'organizations:ListParents'];
    const half = await userWith(sandbox, 'hub', 'half', { Effect: 'Allow', Action, Resource: policy });
    const whole = await userWith(sandbox, 'hub', 'whole', { Effect: 'Allow', Action, Resource: [policy, target] });
    const as = (keys: Credentials) => clients(sandbox)(OrganizationsClient, 'hub', keys);
    const harmless = {
      Description: '',
      Type: SCP,
      Content: policyOf({ ...nothing, Action: 's3:DeleteBucket' }),
    } as const;
    const { Policy } = await as(half).send(new CreatePolicyCommand({ Name: 'harmless', ...harmless }));
    const PolicyId = Policy?.PolicySummary?.Id ?? '';
    const attach = new AttachPolicyCommand({ PolicyId, TargetId: member });
    expect(await outcome(as(half).send(attach))).toBe('AccessDeniedException');
    expect(await outcome(as(half).send(new ListParentsCommand({ ChildId: member })))).toBe('AccessDeniedException');
    expect(await outcome(as(whole).send(attach))).toBe('allowed');
    await lift(sandbox, member, PolicyId);
  });
});

describe('service control policies', () => {
  let bob: Credentials;
  let deploy: Credentials;
  const everybody = async () => Promise.all([bob, deploy, root()].map((one) => tries(sandbox, one)));

  beforeAll(async () => {
    bob = await userWith(sandbox, 'member', 'bob', anything);
    deploy = await sessionOf(sandbox, 'deploy', 'pipeline', '/shop/');
  });

  test('bind users, roles and root of the account until detached, and say so; the hub is never bound', async () => {
    expect(await everybody()).toEqual(['allowed', 'allowed', 'allowed']);
    const id = await control(sandbox, organization.root, 'stop', nothing);
    expect(await everybody()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    const vpcs = clients(sandbox)(EC2Client, 'member', bob).send(new DescribeVpcsCommand({}));
    await expect(vpcs).rejects.toThrow(/ec2:DescribeVpcs .* with an explicit deny in a service control policy/);
    const identity = await clients(sandbox)(STSClient, 'member', bob).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:iam::${member}:user/bob`);
    expect(await outcome(clients(sandbox)(IAMClient, 'hub').send(new ListUsersCommand({})))).toBe('allowed');
    await lift(sandbox, organization.root, id);
    expect(await everybody()).toEqual(['allowed', 'allowed', 'allowed']);
  });

  test.each([
    [['AccessDenied', 'allowed', 'allowed'], 'aws:PrincipalArn', 'arn:aws:iam::*:user/bob'],
    [['allowed', 'AccessDenied', 'allowed'], 'aws:PrincipalArn', 'arn:aws:iam::*:role/shop/deploy'],
    [['allowed', 'AccessDenied', 'allowed'], 'aws:userid', '*:pipeline'],
    [['allowed', 'allowed', 'AccessDenied'], 'aws:PrincipalArn', 'arn:aws:iam::*:root'],
  ])('with a condition stop %j: %s like %s', async (seen, key, value) => {
    const id = await control(sandbox, organization.workloads, 'some', {
      ...nothing,
      Condition: { StringLike: { [key]: value } },
    });
    expect(await everybody()).toEqual(seen);
    await lift(sandbox, organization.workloads, id);
    expect(await everybody()).toEqual(['allowed', 'allowed', 'allowed']);
  });

  test('without FullAWSAccess allow only what they list', async () => {
    const id = await control(sandbox, member, 'only', { ...anything, Action: ['ec2:*', 'organizations:*'] });
    await hub.send(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: member }));
    expect(await everybody()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    expect(await outcome(clients(sandbox)(EC2Client, 'member', bob).send(new DescribeVpcsCommand({})))).toBe('allowed');
    await hub.send(new AttachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: member }));
    await lift(sandbox, member, id);
    expect(await tries(sandbox, bob)).toBe('allowed');
  });

  test('leave service-linked roles alone', async () => {
    const iam = clients(sandbox)(IAMClient, 'member');
    const { Role } = await iam.send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: 'autoscaling.amazonaws.com' }),
    );
    const linked = await sandbox.post<Credentials>('/_sandbox/role-session', { account: member, role: Role?.RoleName });
    const id = await control(sandbox, member, 'stop', nothing);
    const lists = clients(sandbox)(IAMClient, 'member', linked).send(new ListUsersCommand({}));
    // The sandbox gives such a role no policy, so it is refused either way: by what, the message says.
    await expect(lists).rejects.toThrow(/no identity-based policy allows/);
    await lift(sandbox, member, id);
  });

  test('quarantine an account that is moved: only the responder acts in it', async () => {
    const responder = await sessionOf(sandbox, 'tourniquet-contain', 'x');
    const { workloads, quarantine } = organization;
    const move = (SourceParentId: string, DestinationParentId: string) =>
      hub.send(new MoveAccountCommand({ AccountId: member, SourceParentId, DestinationParentId }));
    expect(await outcome(move(quarantine, workloads))).toBe('SourceParentNotFoundException');
    expect(await outcome(move(workloads, workloads))).toBe('DuplicateAccountException');
    await move(workloads, quarantine);
    expect(await everybody()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    expect(await tries(sandbox, responder)).toBe('allowed');
    await move(quarantine, workloads);
    expect(await everybody()).toEqual(['allowed', 'allowed', 'allowed']);
  });
});
