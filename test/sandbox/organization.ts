/** The organisation the sandbox's accounts are in, people of its IAM Identity Center, and an account's root user. */
import { CreateAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribeOrganizationCommand,
  DetachPolicyCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  ListInstancesCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Credentials, clients } from './deployment.ts';
import type { Sandbox } from './sandbox.ts';

export interface Organization {
  readonly id: string;
  readonly root: string;
  /** The unit the member account is in. */
  readonly workloads: string;
  /** The unit in which nobody but roles named tourniquet-* may act; empty at first. */
  readonly quarantine: string;
}

/** The organisation, its root and its two units, by their ids. */
export async function organizationOf(sandbox: Sandbox): Promise<Organization> {
  const organizations = clients(sandbox)(OrganizationsClient, 'hub');
  const [{ Organization }, { Roots = [] }] = await Promise.all([
    organizations.send(new DescribeOrganizationCommand({})),
    organizations.send(new ListRootsCommand({})),
  ]);
  const root = Roots[0]?.Id ?? '';
  const units = await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: root }));
  const unit = (name: string) => units.OrganizationalUnits?.find(({ Name }) => Name === name)?.Id ?? '';
  return { id: Organization?.Id ?? '', root, workloads: unit('Workloads'), quarantine: unit('Quarantine') };
}

/** A policy document of these statements, as JSON. */
export const policyOf = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** Makes a service control policy and attaches it to a root, unit or account; returns its id. */
export async function control(sandbox: Sandbox, target: string, Name: string, ...Statement: object[]): Promise<string> {
  const organizations = clients(sandbox)(OrganizationsClient, 'hub');
  const policy = { Name, Description: Name, Type: 'SERVICE_CONTROL_POLICY', Content: policyOf(...Statement) } as const;
  const { Policy } = await organizations.send(new CreatePolicyCommand(policy));
  const PolicyId = Policy?.PolicySummary?.Id ?? '';
  await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: target }));
  return PolicyId;
}

/** Detaches a service control policy and deletes it. */
export async function lift(sandbox: Sandbox, TargetId: string, PolicyId: string): Promise<void> {
  const organizations = clients(sandbox)(OrganizationsClient, 'hub');
  await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId }));
  await organizations.send(new DeletePolicyCommand({ PolicyId }));
}

export interface Center {
  readonly instanceArn: string;
  readonly identityStoreId: string;
}

/** The instance of IAM Identity Center, in the hub's Region. */
export async function centerOf(sandbox: Sandbox): Promise<Center> {
  const { Instances } = await clients(sandbox)(SSOAdminClient, 'hub').send(new ListInstancesCommand({}));
  return { instanceArn: Instances?.[0]?.InstanceArn ?? '', identityStoreId: Instances?.[0]?.IdentityStoreId ?? '' };
}

/** Makes a permission set with an inline policy of these statements; with none it has no policy. Returns its ARN. */
export async function makePermissionSet(sandbox: Sandbox, Name: string, ...Statement: object[]): Promise<string> {
  const sso = clients(sandbox)(SSOAdminClient, 'hub');
  const { instanceArn: InstanceArn } = await centerOf(sandbox);
  const { PermissionSet } = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name }));
  const PermissionSetArn = PermissionSet?.PermissionSetArn ?? '';
  if (Statement.length > 0) {
    const InlinePolicy = policyOf(...Statement);
    await sso.send(new PutInlinePolicyToPermissionSetCommand({ InstanceArn, PermissionSetArn, InlinePolicy }));
  }
  return PermissionSetArn;
}

export interface PortalUser {
  readonly userName: string;
  readonly userId: string;
  readonly permissionSetArn: string;
  /** Of the role in the member account: AWSReservedSSO_<permission set>_<16 hex digits>. */
  readonly roleName: string;
  /** A session of that role, one hour long. */
  readonly credentials: Credentials;
}

/** Somebody who signs in at the access portal and has a permission set in the member account. */
export async function makePerson(sandbox: Sandbox, userName: string, permissionSetArn: string): Promise<PortalUser> {
  const { member } = sandbox.accounts;
  const { instanceArn, identityStoreId } = await centerOf(sandbox);
  const named = { UserName: userName, DisplayName: userName, Name: { GivenName: userName, FamilyName: 'Example' } };
  const created = new CreateUserCommand({ IdentityStoreId: identityStoreId, ...named });
  const { UserId = '' } = await clients(sandbox)(IdentitystoreClient, 'hub').send(created);
  const who = { PrincipalType: 'USER', PrincipalId: UserId } as const;
  const where = { TargetType: 'AWS_ACCOUNT', TargetId: member } as const;
  const assignment = { InstanceArn: instanceArn, PermissionSetArn: permissionSetArn, ...who, ...where };
  await clients(sandbox)(SSOAdminClient, 'hub').send(new CreateAccountAssignmentCommand(assignment));
  const credentials = await signIn(sandbox, userName, permissionSetArn);
  return { userName, userId: UserId, permissionSetArn, roleName: await roleOf(sandbox, credentials), credentials };
}

/** A session from the access portal. Rejects where the person has no such permission set in the member account. */
export const signIn = (sandbox: Sandbox, userName: string, permissionSet: string): Promise<Credentials> =>
  sandbox.post('/_sandbox/portal-session', { account: sandbox.accounts.member, userName, permissionSet });

/** The name of the role a session is of. STS tells it even to whom everything is denied. */
async function roleOf(sandbox: Sandbox, credentials: Credentials): Promise<string> {
  const sts = clients(sandbox)(STSClient, 'member', credentials);
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn.split('/')[1] ?? '';
}

/** Makes an access key of an account's root user, as a thief would who signed in as root. */
export async function rootKey(sandbox: Sandbox, account: 'hub' | 'member'): Promise<Credentials> {
  const { AccessKey } = await clients(sandbox)(IAMClient, account).send(new CreateAccessKeyCommand({}));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}
