import { randomBytes } from 'node:crypto';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  GetUserIdCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import {
  CreateAccountAssignmentCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { vi } from 'vitest';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { aboutCredential } from '../../../test/contract/credential.ts';
import { byKey, inlineOf } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { centerOf, makePermissionSet, makePerson } from '../../../test/sandbox/organization.ts';
import type { Person } from './target.ts';

type Where = Pick<Stage, 'client' | 'sandbox'>;

const rights = { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' };
/** As people write it into the console: it has to come back like that. */
const written = JSON.stringify({ Version: '2012-10-17', Statement: [rights] }, null, 2);
const more = JSON.stringify({ Version: '2012-10-17', Statement: [rights, { ...rights, Sid: 'ReadMore' }] });

/** A permission set that the person has as one of a group, without an inline policy. */
async function throughGroup({ client, sandbox }: Where, UserId: string, permissionSet: string): Promise<void> {
  const { instanceArn: InstanceArn, identityStoreId: IdentityStoreId } = await centerOf(sandbox);
  const store = client(IdentitystoreClient, 'hub');
  const DisplayName = `group-${randomBytes(4).toString('hex')}`;
  const { GroupId = '' } = await store.send(new CreateGroupCommand({ IdentityStoreId, DisplayName }));
  await store.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId } }));
  const principal = { PrincipalType: 'GROUP', PrincipalId: GroupId } as const;
  await assign({ client, sandbox }, InstanceArn, permissionSet, principal);
}

async function assign(
  { client, sandbox }: Where,
  InstanceArn: string,
  PermissionSetArn: string,
  principal: { readonly PrincipalType: 'USER' | 'GROUP'; readonly PrincipalId: string },
): Promise<void> {
  const where = { TargetType: 'AWS_ACCOUNT', TargetId: sandbox.accounts.member } as const;
  const command = new CreateAccountAssignmentCommand({ InstanceArn, PermissionSetArn, ...where, ...principal });
  await client(SSOAdminClient, 'hub').send(command);
}

/** A finding about somebody at work in the account, who has one permission set for itself and another by way of a group. */
async function aboutPerson(ground: Ground): Promise<Finding> {
  const { sandbox, client } = ground.deployment;
  const word = randomBytes(4).toString('hex');
  const [own, shared] = await Promise.all([
    makePermissionSet(sandbox, `Developer-${word}`),
    makePermissionSet(sandbox, `Reader-${word}`),
  ]);
  const { instanceArn: InstanceArn } = await centerOf(sandbox);
  const command = { InstanceArn, PermissionSetArn: own, InlinePolicy: written };
  await client(SSOAdminClient, 'hub').send(new PutInlinePolicyToPermissionSetCommand(command));
  const person = await makePerson(sandbox, `eve-${word}@example.com`, own);
  await throughGroup(ground.deployment, person.userId, shared);
  return aboutCredential(ground, {
    accessKeyId: person.credentials.accessKeyId,
    principalId: `AROA${word.toUpperCase()}:${person.userName}`,
    userName: person.roleName,
    userType: 'AssumedRole',
  });
}

interface SetWorld {
  readonly arn: string;
  readonly name: string;
  readonly policy: string;
  /** Accounts whose role is not yet as the permission set says. */
  readonly behind: readonly string[];
}

interface PersonWorld extends Readonly<Record<string, unknown>> {
  readonly sets: Readonly<Record<string, SetWorld>>;
}

async function userIdOf({ client, sandbox }: Stage, { id: AttributeValue }: Person): Promise<string> {
  const { identityStoreId: IdentityStoreId } = await centerOf(sandbox);
  const AlternateIdentifier = { UniqueAttribute: { AttributePath: 'userName', AttributeValue } };
  const command = new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier });
  return (await client(IdentitystoreClient, 'hub').send(command)).UserId ?? '';
}

async function setWorld({ client, sandbox }: Stage, PermissionSetArn: string): Promise<SetWorld> {
  const sso = client(SSOAdminClient, 'hub');
  const which = { InstanceArn: (await centerOf(sandbox)).instanceArn, PermissionSetArn };
  const late = { ...which, ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' } as const;
  const [{ PermissionSet }, { InlinePolicy = '' }, { AccountIds = [] }] = await Promise.all([
    sso.send(new DescribePermissionSetCommand(which)),
    sso.send(new GetInlinePolicyForPermissionSetCommand(which)),
    sso.send(new ListAccountsForProvisionedPermissionSetCommand(late)),
  ]);
  return { arn: PermissionSetArn, name: PermissionSet?.Name ?? '', policy: InlinePolicy, behind: AccountIds };
}

/** The permission sets of a person, and what the roles they are in the account may do. */
async function personWorld(stage: Stage, target: Person): Promise<PersonWorld> {
  const { client, sandbox } = stage;
  const { instanceArn: InstanceArn } = await centerOf(sandbox);
  const principal = { InstanceArn, PrincipalType: 'USER', PrincipalId: await userIdOf(stage, target) } as const;
  const [{ AccountAssignments = [] }, { Roles = [] }] = await Promise.all([
    client(SSOAdminClient, 'hub').send(new ListAccountAssignmentsForPrincipalCommand(principal)),
    client(IAMClient, 'member').send(new ListRolesCommand({ PathPrefix: '/aws-reserved/sso.amazonaws.com/' })),
  ]);
  const sets = await Promise.all(
    AccountAssignments.map(({ PermissionSetArn = '' }) => setWorld(stage, PermissionSetArn)),
  );
  const own = Roles.flatMap(({ RoleName = '' }) => (sets.some(({ name }) => RoleName.includes(name)) ? RoleName : []));
  const inline = own.map(async (role) => [role, await inlineOf(stage, role)] as const);
  return { sets: byKey(sets.map((one) => [one.arn, one])), roles: byKey(await Promise.all(inline)) };
}

/** Puts a policy and waits until the accounts have it. */
async function put(stage: Stage, PermissionSetArn: string, InlinePolicy: string): Promise<void> {
  const sso = stage.client(SSOAdminClient, 'hub');
  const which = { InstanceArn: (await centerOf(stage.sandbox)).instanceArn, PermissionSetArn };
  if (InlinePolicy === '') await sso.send(new DeleteInlinePolicyFromPermissionSetCommand(which));
  else await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...which, InlinePolicy }));
  await sso.send(new ProvisionPermissionSetCommand({ ...which, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }));
  await vi.waitUntil(async () => (await setWorld(stage, PermissionSetArn)).behind.length === 0, { timeout: 5000 });
}

/** Somebody else's work on a person we hold: other policies in the permission sets, and one more of them. */
async function meddleWithPerson(stage: Stage, target: Person): Promise<void> {
  const { sets } = await personWorld(stage, target);
  await Promise.all(Object.values(sets).map(({ arn }) => put(stage, arn, more)));
  const { instanceArn } = await centerOf(stage.sandbox);
  const third = await makePermissionSet(stage.sandbox, `Third-${randomBytes(4).toString('hex')}`, rights);
  const principal = { PrincipalType: 'USER', PrincipalId: await userIdOf(stage, target) } as const;
  await assign(stage, instanceArn, third, principal);
}

/** Makes the permission sets what they are now, later: what somebody does who administers IAM Identity Center. */
async function undoingOnPerson(stage: Stage, target: Person): Promise<() => Promise<void>> {
  const before = await personWorld(stage, target);
  return async () => {
    const { sets } = await personWorld(stage, target);
    const changed = Object.values(before.sets).filter(({ arn, policy }) => sets[arn]?.policy !== policy);
    await Promise.all(changed.map(({ arn, policy }) => put(stage, arn, policy)));
  };
}

export const world: World<Person> = {
  shapes: { 'a person of Identity Center': aboutPerson },
  look: personWorld,
  meddle: meddleWithPerson,
  undoing: undoingOnPerson,
};
