import { paginateListGroupMembershipsForMember } from '@aws-sdk/client-identitystore';
import {
  paginateListAccountAssignments,
  paginateListAccountAssignmentsForPrincipal,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListPermissionSets,
} from '@aws-sdk/client-sso-admin';
import { Refused } from '../../lib/domain/errors.ts';
import { isDenied } from '../runtime/errors.ts';
import { type Center, refusedThere } from './center.ts';

/** A permission set in an account. */
export interface Assignment {
  readonly account: string;
  readonly permissionSet: string;
  readonly through: 'a group' | 'the person';
}

/** Pairs of permission set and account that are asked about one by one: at twenty calls a second it takes ten seconds. */
const mostPairs = 150;

const throughOf = (type: string | undefined): Assignment['through'] => (type === 'GROUP' ? 'a group' : 'the person');

/** By way of the person's groups too (ListAccountAssignmentsForPrincipal API: all "that the principal has access to"). */
async function atOnce({ sso, instance }: Center, userId: string): Promise<Assignment[]> {
  const asked = { InstanceArn: instance, PrincipalId: userId, PrincipalType: 'USER' } as const;
  const found: Assignment[] = [];
  for await (const page of paginateListAccountAssignmentsForPrincipal({ client: sso }, asked))
    for (const {
      AccountId: account = '',
      PermissionSetArn: permissionSet = '',
      PrincipalType,
    } of page.AccountAssignments ?? [])
      found.push({ account, permissionSet, through: throughOf(PrincipalType) });
  return found;
}

async function groupsOf({ store, directory }: Center, UserId: string): Promise<Set<string>> {
  const asked = { IdentityStoreId: directory, MemberId: { UserId } };
  const found = new Set<string>();
  for await (const { GroupMemberships = [] } of paginateListGroupMembershipsForMember({ client: store }, asked))
    for (const { GroupId = '' } of GroupMemberships) found.add(GroupId);
  return found;
}

async function setsOf({ sso, instance }: Center): Promise<string[]> {
  const found: string[] = [];
  for await (const { PermissionSets = [] } of paginateListPermissionSets({ client: sso }, { InstanceArn: instance }))
    found.push(...PermissionSets);
  return found;
}

async function accountsOf({ sso, instance, oneOfFew }: Center, set: string): Promise<[set: string, account: string][]> {
  const asked = { InstanceArn: instance, PermissionSetArn: set };
  return oneOfFew(async () => {
    const found: [string, string][] = [];
    for await (const { AccountIds = [] } of paginateListAccountsForProvisionedPermissionSet({ client: sso }, asked))
      for (const account of AccountIds) found.push([set, account]);
    return found;
  });
}

const few = (count: number, what: string): void => {
  if (count > mostPairs)
    throw new Refused(
      `There are ${count} ${what}, and an account to which IAM Identity Center was delegated has to ask about each by itself; ${mostPairs} are asked about at most. Set organizationAdmin.account to the management account.`,
    );
};

/** The same by what is left to an account to which IAM Identity Center was delegated. */
async function oneByOne(center: Center, userId: string): Promise<Assignment[]> {
  const { sso, instance, oneOfFew } = center;
  const [groups, sets] = await Promise.all([groupsOf(center, userId), setsOf(center)]);
  few(sets.length, 'permission sets');
  const pairs = (await Promise.all(sets.map((set) => accountsOf(center, set)))).flat();
  few(pairs.length, 'permission sets in accounts');
  const found = pairs.map(([permissionSet, account]) =>
    oneOfFew(async () => {
      const asked = { InstanceArn: instance, PermissionSetArn: permissionSet, AccountId: account };
      const own: Assignment[] = [];
      for await (const { AccountAssignments = [] } of paginateListAccountAssignments({ client: sso }, asked))
        for (const { PrincipalId = '', PrincipalType } of AccountAssignments)
          if (PrincipalId === userId || groups.has(PrincipalId))
            own.push({ account, permissionSet, through: throughOf(PrincipalType) });
      return own;
    }),
  );
  return (await Promise.all(found)).flat();
}

/** What a person may enter. Throws Refused where an account to which IAM Identity Center was delegated cannot ask, in words for a person. */
export const assignmentsOf = (center: Center, userId: string): Promise<Assignment[]> =>
  atOnce(center, userId)
    .catch((error: unknown) => {
      if (!isDenied(error)) throw error;
      return oneByOne(center, userId);
    })
    .catch(refusedThere);

/** The permission sets among assignments, each once. */
export const setsIn = (assignments: readonly Assignment[]): string[] =>
  [...new Set(assignments.map(({ permissionSet }) => permissionSet))].toSorted();
