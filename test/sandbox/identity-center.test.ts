/** People of IAM Identity Center and the roles their permission sets are in the accounts, by attack. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DeleteRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeUserCommand, GetUserIdCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import {
  DeleteAccountAssignmentCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DescribePermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  GetInlinePolicyForPermissionSetCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ListInstancesCommand,
  type ProvisioningStatus,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { anything, nothing, outcome, tries, userWith } from './attack.ts';
import { type Credentials, clients } from './deployment.ts';
import {
  type Center,
  centerOf,
  control,
  lift,
  makePermissionSet,
  makePerson,
  type PortalUser,
  policyOf,
  signIn,
} from './organization.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let center: Center;
let member: string;
let sso: SSOAdminClient;
let eve: PortalUser;
let adam: PortalUser;

const both = () => Promise.all([eve, adam].map(({ credentials }) => tries(sandbox, credentials)));
const target = () => ({ InstanceArn: center.instanceArn, PermissionSetArn: eve.permissionSetArn });
const putPolicy = (...statements: object[]) =>
  sso.send(new PutInlinePolicyToPermissionSetCommand({ ...target(), InlinePolicy: policyOf(...statements) }));
const accounts = async (ProvisioningStatus: ProvisioningStatus) => {
  const command = new ListAccountsForProvisionedPermissionSetCommand({ ...target(), ProvisioningStatus });
  return (await sso.send(command)).AccountIds;
};

async function provision(where: { TargetId?: string; TargetType: 'AWS_ACCOUNT' | 'ALL_PROVISIONED_ACCOUNTS' }) {
  const { PermissionSetProvisioningStatus: asked } = await sso.send(
    new ProvisionPermissionSetCommand({ ...target(), ...where }),
  );
  expect(asked).toMatchObject({ Status: 'IN_PROGRESS', PermissionSetArn: eve.permissionSetArn });
  const request = { InstanceArn: center.instanceArn, ProvisionPermissionSetRequestId: asked?.RequestId };
  await vi.waitFor(
    async () => {
      const { PermissionSetProvisioningStatus: now } = await sso.send(
        new DescribePermissionSetProvisioningStatusCommand(request),
      );
      expect(now?.Status).toBe('SUCCEEDED');
    },
    { timeout: 60_000, interval: 100 },
  );
}

beforeAll(async () => {
  sandbox = await startSandbox();
  member = sandbox.accounts.member;
  sso = clients(sandbox)(SSOAdminClient, 'hub');
  center = await centerOf(sandbox);
  const developer = await makePermissionSet(sandbox, 'Developer', anything);
  eve = await makePerson(sandbox, 'eve', developer);
  adam = await makePerson(sandbox, 'adam', developer);
  await sandbox.post('/_sandbox/enforce', { on: true });
}, 180_000);
afterAll(() => sandbox?.stop());

test('a person is found by name, and its permission sets by the person', async () => {
  const store = clients(sandbox)(IdentitystoreClient, 'hub');
  const IdentityStoreId = center.identityStoreId;
  const UniqueAttribute = { AttributePath: 'userName', AttributeValue: 'eve' };
  const { UserId } = await store.send(
    new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute } }),
  );
  expect(UserId).toBe(eve.userId);
  expect(IdentityStoreId).toMatch(/^d-[0-9a-f]{10}$/);
  expect((await store.send(new DescribeUserCommand({ IdentityStoreId, UserId }))).UserName).toBe('eve');
  const principal = { InstanceArn: center.instanceArn, PrincipalId: UserId, PrincipalType: 'USER' } as const;
  const { AccountAssignments } = await sso.send(new ListAccountAssignmentsForPrincipalCommand(principal));
  expect(AccountAssignments).toEqual([
    { AccountId: member, PermissionSetArn: eve.permissionSetArn, PrincipalId: UserId, PrincipalType: 'USER' },
  ]);
  const { PermissionSet } = await sso.send(new DescribePermissionSetCommand(target()));
  expect(PermissionSet).toMatchObject({ Name: 'Developer', SessionDuration: 'PT1H' });
});

test('the role in the account is the permission set, and nobody but the service changes it', async () => {
  expect(eve.roleName).toMatch(/^AWSReservedSSO_Developer_[0-9a-f]{16}$/);
  expect(adam.roleName).toBe(eve.roleName);
  const iam = clients(sandbox)(IAMClient, 'member');
  const RoleName = eve.roleName;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  expect(Role?.Path).toBe(`/aws-reserved/sso.amazonaws.com/${sandbox.region}/`);
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'AwsSSOInlinePolicy' }));
  expect(decodeURIComponent(PolicyDocument ?? '')).toBe(policyOf(anything));
  const trust = { RoleName, PolicyDocument: policyOf(anything) };
  const writes = [
    new PutRolePolicyCommand({ RoleName, PolicyName: 'AwsSSOInlinePolicy', PolicyDocument: policyOf(nothing) }),
    new UpdateAssumeRolePolicyCommand(trust),
    new DeleteRoleCommand({ RoleName }),
  ];
  for (const write of writes)
    await expect(iam.send(write as PutRolePolicyCommand)).rejects.toThrow(/only modifiable by AWS/);
});

test('a deny in the permission set stops one person in the accounts once it is provisioned, until it is taken out', async () => {
  expect(await both()).toEqual(['allowed', 'allowed']);
  const deny = { ...nothing, Condition: { StringEquals: { 'identitystore:UserId': eve.userId } } };
  await putPolicy(anything, deny);
  expect(await both()).toEqual(['allowed', 'allowed']);
  expect(await accounts('LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([member]);
  await provision({ TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
  expect(await both()).toEqual(['AccessDenied', 'allowed']);
  expect(await accounts('LATEST_PERMISSION_SET_NOT_PROVISIONED')).toEqual([]);
  expect(await accounts('LATEST_PERMISSION_SET_PROVISIONED')).toEqual([member]);
  expect(await tries(sandbox, await signIn(sandbox, 'eve', 'Developer'))).toBe('AccessDenied');
  await putPolicy(anything);
  await provision({ TargetType: 'AWS_ACCOUNT', TargetId: member });
  expect(await both()).toEqual(['allowed', 'allowed']);
});

test('without an inline policy the answer is empty, and the role has none', async () => {
  await sso.send(new DeleteInlinePolicyFromPermissionSetCommand(target()));
  expect((await sso.send(new GetInlinePolicyForPermissionSetCommand(target()))).InlinePolicy).toBe('');
  await provision({ TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
  expect(await both()).toEqual(['AccessDenied', 'AccessDenied']);
  await putPolicy(anything);
  await provision({ TargetType: 'ALL_PROVISIONED_ACCOUNTS' });
  expect(await both()).toEqual(['allowed', 'allowed']);
});

test.each([
  ['identitystore:UserId', () => eve.userId, ['AccessDenied', 'allowed']],
  ['aws:userid', () => '*:adam', ['allowed', 'AccessDenied']],
  ['aws:PrincipalArn', () => 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*', ['AccessDenied', 'AccessDenied']],
])('a service control policy on %s stops whom it means', async (key, value, seen) => {
  const PolicyId = await control(sandbox, member, 'people', {
    ...nothing,
    Condition: { StringLike: { [key]: value() } },
  });
  expect(await both()).toEqual(seen);
  await lift(sandbox, member, PolicyId);
  expect(await both()).toEqual(['allowed', 'allowed']);
});

test('it is administered from the hub, in its Region, on the resources a policy names', async () => {
  const list = new ListInstancesCommand({});
  expect((await clients(sandbox)(SSOAdminClient, 'member').send(list)).Instances).toHaveLength(1);
  const elsewhere = clients({ ...sandbox, region: 'us-east-1' })(SSOAdminClient, 'hub');
  expect((await elsewhere.send(list)).Instances).toEqual([]);
  const read = new GetInlinePolicyForPermissionSetCommand(target());
  expect(await outcome(clients(sandbox)(SSOAdminClient, 'member').send(read))).toBe('AccessDeniedException');
  const Action = 'sso:GetInlinePolicyForPermissionSet';
  const half = await userWith(sandbox, 'hub', 'half', { ...anything, Action, Resource: center.instanceArn });
  const whole = await userWith(sandbox, 'hub', 'whole', { ...anything, Action, Resource: Object.values(target()) });
  const as = (keys: Credentials) => outcome(clients(sandbox)(SSOAdminClient, 'hub', keys).send(read));
  expect([await as(half), await as(whole)]).toEqual(['AccessDeniedException', 'allowed']);
});

test('CloudTrail has who, what and what came of it', async () => {
  const trail = clients(sandbox)(CloudTrailClient, 'hub');
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'ProvisionPermissionSet' }];
  const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes }));
  expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '{}')).toMatchObject({
    eventSource: 'sso.amazonaws.com',
    readOnly: false,
    requestParameters: { permissionSetArn: eve.permissionSetArn },
    responseElements: { permissionSetProvisioningStatus: { permissionSetArn: eve.permissionSetArn } },
  });
});

test('the last assignment takes the role with it, and the way in at the portal', async () => {
  const principal = { TargetType: 'AWS_ACCOUNT', TargetId: member, PrincipalType: 'USER' } as const;
  const leave = ({ userId: PrincipalId }: PortalUser) =>
    sso.send(new DeleteAccountAssignmentCommand({ ...target(), ...principal, PrincipalId }));
  await leave(adam);
  expect(await tries(sandbox, eve.credentials)).toBe('allowed');
  await leave(eve);
  expect(await tries(sandbox, eve.credentials)).toBe('AccessDenied');
  await expect(signIn(sandbox, 'eve', 'Developer')).rejects.toThrow(/eve has no Developer/);
});
