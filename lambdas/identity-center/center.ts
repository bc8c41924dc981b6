import {
  GetUserIdCommand,
  IdentitystoreClient,
  paginateListGroupMembershipsForMember,
} from '@aws-sdk/client-identitystore';
import {
  ListInstancesCommand,
  paginateListAccountAssignments,
  paginateListAccountAssignmentsForPrincipal,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListPermissionSets,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { Refused } from '../../lib/domain/errors.ts';
import { config } from '../runtime/environment.ts';
import { isDenied, isGone, sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';

/** The organisation's instance of IAM Identity Center. It is in one Region, whatever the Region of a finding. */
export interface Center {
  readonly sso: SSOAdminClient;
  readonly store: IdentitystoreClient;
  readonly instance: string;
  readonly directory: string;
  /** Its APIs together take 20 calls a second (IAM Identity Center user guide, "Quotas"), and a call takes about a tenth of one. */
  readonly oneOfFew: <R>(job: () => Promise<R>) => Promise<R>;
}

const atOnce = 2;

/** Lets so many jobs run side by side; the others wait for their turn. */
function gate(width: number): Center['oneOfFew'] {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (job) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

const onlyThere =
  'IAM Identity Center refused: only the management account may do this. Set organizationAdmin.account to it';

/**
 * For `.catch` of a call that an account to which IAM Identity Center was delegated may not make, such as one on a permission set that the
 * management account has too (IAM Identity Center user guide, "Delegated administration"): Refused, in words for a person.
 */
export function refusedThere(error: unknown): never {
  const { account, management } = config().organizationAdmin ?? {};
  if (!isDenied(error) || account === management) throw error;
  throw new Refused(`${onlyThere}, or do it there by hand. (${sentence(error)})`, { cause: error });
}

/** Finds the instance. Throws Refused where the configuration does not name its Region, or there is none of the organisation's. */
export async function centerOf(session: Session): Promise<Center> {
  const { identityCenter: region, management } = config().organizationAdmin ?? {};
  if (!region)
    throw new Refused(
      'Tourniquet: the configuration does not name the Region of IAM Identity Center. Set organizationAdmin.identityCenter.',
    );
  const sso = session.client(SSOAdminClient, region);
  // An account may see one of its own besides the organisation's (ListInstances API); they are ten at most, one page.
  const { Instances = [] } = await sso.send(new ListInstancesCommand({}));
  const found = Instances.find(({ OwnerAccountId }) => OwnerAccountId === management);
  const { InstanceArn: instance, IdentityStoreId: directory } = found ?? {};
  if (!instance || !directory)
    throw new Refused(
      `The organisation has no IAM Identity Center in ${region}: check organizationAdmin.identityCenter and .management.`,
    );
  const store = session.client(IdentitystoreClient, region);
  return { sso, store, instance, directory, oneOfFew: gate(atOnce) };
}

/** The person's id in the directory, by the name they log in with; null where it knows no such person. */
export async function userIdOf({ store, directory }: Center, userName: string): Promise<string | null> {
  const UniqueAttribute = { AttributePath: 'userName', AttributeValue: userName };
  try {
    const command = new GetUserIdCommand({ IdentityStoreId: directory, AlternateIdentifier: { UniqueAttribute } });
    return (await store.send(command)).UserId ?? null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

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
async function inOneCall({ sso, instance }: Center, userId: string): Promise<Assignment[]> {
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
  inOneCall(center, userId)
    .catch((error: unknown) => {
      if (!isDenied(error)) throw error;
      return oneByOne(center, userId);
    })
    .catch(refusedThere);

/** The permission sets among assignments, each once. */
export const setsIn = (assignments: readonly Assignment[]): string[] =>
  [...new Set(assignments.map(({ permissionSet }) => permissionSet))].toSorted();
