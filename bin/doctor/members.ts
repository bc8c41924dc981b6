import {
  type OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import type { Patient } from './check.ts';

type Account = { readonly Id?: string | undefined; readonly State?: string | undefined };

/** An account that is closed or not yet begun has nothing to examine. */
const active = (accounts: readonly Account[] = []): string[] =>
  accounts.flatMap(({ Id, State = 'ACTIVE' }) => (Id && State === 'ACTIVE' ? [Id] : []));

async function below(client: OrganizationsClient, ParentId: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { Accounts } of paginateListAccountsForParent({ client }, { ParentId }))
    found.push(...active(Accounts));
  for await (const { OrganizationalUnits = [] } of paginateListOrganizationalUnitsForParent({ client }, { ParentId })) {
    for (const { Id = '' } of OrganizationalUnits) found.push(...(await below(client, Id)));
  }
  return found;
}

async function all(client: OrganizationsClient): Promise<string[]> {
  const found: string[] = [];
  for await (const { Accounts } of paginateListAccounts({ client }, {})) found.push(...active(Accounts));
  return found;
}

/** The accounts besides the hub in which a deployment responds: those listed, else those of its organisation as AWS knows them. */
export async function membersOf(
  { config: { members, organization }, home }: Pick<Patient, 'config' | 'home'>,
  client: OrganizationsClient,
): Promise<string[]> {
  if (members.length > 0 || !organization) return members.filter((member) => member !== home.account);
  const { include, exclude = [] } = organization;
  const found = include ? (await Promise.all(include.map((unit) => below(client, unit)))).flat() : await all(client);
  return [...new Set(found)].filter((account) => account !== home.account && !exclude.includes(account)).toSorted();
}

/** The same, none where the organisation cannot be asked: the check `members` asks again and says why. */
export const membersKnown = (
  patient: Pick<Patient, 'config' | 'home'>,
  client: OrganizationsClient,
): Promise<string[]> => membersOf(patient, client).catch(() => []);
