import * as z from 'zod';
import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import type { Place } from '../../lib/domain/resource.ts';

/**
 * Who else may use a snapshot or an image, by what AWS calls them: an account's id, `all`, or the ARN of an organisation or of a unit in one. Each
 * stands for itself, so that whoever is added or taken off meanwhile is asked about alone.
 */
export const Shares = z.object({ shares: z.record(z.string(), z.literal('shared')) });
export type Shares = z.infer<typeof Shares>;

/** One entry of a list, as both calls take it; snapshots know accounts and `all` only. */
export interface Permission {
  readonly UserId?: string | undefined;
  readonly Group?: 'all' | undefined;
  readonly OrganizationArn?: string | undefined;
  readonly OrganizationalUnitArn?: string | undefined;
}

export const nobody: Shares = { shares: {} };

export function sharesIn(permissions: readonly Permission[]): Shares {
  const names = permissions.flatMap(
    ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
      UserId ?? Group ?? OrganizationArn ?? OrganizationalUnitArn ?? [],
  );
  return { shares: Object.fromEntries(names.toSorted().map((name) => [name, 'shared'] as const)) };
}

/** The entry that names them. */
export function permissionFor(name: string): Permission {
  if (name === 'all') return { Group: 'all' };
  if (/^\d{12}$/.test(name)) return { UserId: name };
  return name.includes(':ou/') ? { OrganizationalUnitArn: name } : { OrganizationArn: name };
}

/** What it takes from one list to another. */
export function between({ shares: here }: Shares, { shares: meant }: Shares): { add: string[]; remove: string[] } {
  return {
    add: Object.keys(meant).filter((name) => !Object.hasOwn(here, name)),
    remove: Object.keys(here).filter((name) => !Object.hasOwn(meant, name)),
  };
}

/** What has an owner, who need not be the account in which it was found. */
export interface Owned extends Pick<Place, 'account'> {
  /** An account's id; null where it was not read. */
  readonly owner: string | null;
}

/** Why nobody here can change who uses it; null for what belongs to the account. */
export const whyForeign = ({ owner, account }: Owned): string | null =>
  owner && owner !== account
    ? `it belongs to ${owner}, and its owner alone decides who may use it. Tell them, and delete what was made of it here`
    : null;

/** Shared with nobody. */
export function planUnshare(target: Owned, { shares }: Shares): LeverPlan<Shares> {
  const refused = whyForeign(target);
  if (refused) return { refused };
  return Object.keys(shares).length > 0 ? { ours: nobody } : { nothing: 'it is shared with nobody' };
}

/** Its ARN as permissions name it: without an account (Service Authorization Reference, Amazon EC2, "Resource types"). */
export const withoutAccount = ({ partition, region }: Place, path: string): string =>
  `arn:${partition}:ec2:${region}::${path}`;
