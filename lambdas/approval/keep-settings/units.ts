import {
  OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import type { Settings } from '../../../lib/domain/settings.ts';
import type { Work } from '../../runtime/pipeline.ts';

type Units = Readonly<Record<string, readonly string[]>>;

/** Every account below a parent, with the units on the way that are named, the nearest first. */
async function below(
  client: OrganizationsClient,
  ParentId: string,
  named: ReadonlySet<string>,
  above: readonly string[],
): Promise<[string, readonly string[]][]> {
  const path = named.has(ParentId) ? [ParentId, ...above] : above;
  const found: [string, readonly string[]][] = [];
  for await (const { Accounts = [] } of paginateListAccountsForParent({ client }, { ParentId }))
    found.push(...Accounts.flatMap(({ Id }): [string, readonly string[]][] => (Id ? [[Id, path]] : [])));
  for await (const { OrganizationalUnits = [] } of paginateListOrganizationalUnitsForParent({ client }, { ParentId }))
    for (const { Id = '' } of OrganizationalUnits) found.push(...(await below(client, Id, named, path)));
  return found;
}

/**
 * The units of every account of the organisation, of those that the settings name, the nearest first: findings do not wait for AWS
 * Organizations. Null where the settings name none. A management account may ask, and a delegated administrator (Organizations API
 * reference, ListAccountsForParent).
 */
export async function unitsNow(work: Work, { inUnits }: Settings): Promise<Units | null> {
  const named = Object.keys(inUnits);
  if (named.length === 0) return null;
  const client = work.client(OrganizationsClient);
  const everybody: [string, readonly string[]][] = [];
  for await (const { Accounts = [] } of paginateListAccounts({ client }, {}))
    everybody.push(...Accounts.flatMap(({ Id }): [string, readonly string[]][] => (Id ? [[Id, []]] : [])));
  const inside = await Promise.all(named.map((unit) => below(client, unit, new Set(named), [])));
  // Of a unit below another named one the longer way counts: it has both.
  const byLength = inside.flat().toSorted(([, one], [, other]) => one.length - other.length);
  return Object.fromEntries([...everybody, ...byLength]);
}
