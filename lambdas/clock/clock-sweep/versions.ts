import { deployRolesWords, sameRoles, versionWords } from '../../../lib/domain/roles-version.ts';
import type { MemberRoles } from '../../../lib/items/member-roles.ts';

/** What was read of one account, and what is said of it: null where people know, and where it is as it should be. */
export interface RolesNews {
  readonly item: MemberRoles;
  readonly says: string | null;
}

/**
 * What people are to be told of the roles of an account, once for each two versions.
 *
 * @param before what was read the last time; null where nothing was
 */
export function newsOfRoles(
  before: MemberRoles | null,
  item: MemberRoles,
  config: Parameters<typeof deployRolesWords>[0],
): RolesNews {
  const { account, version, needed, because } = item;
  const isKnown = before?.version === version && before.needed === needed && before.because === because;
  if (sameRoles(version, needed) || isKnown) return { item, says: null };
  const how = `Deploy them: ${deployRolesWords(config, account)}.`;
  const says = because
    ? `The roles in ${account} could not be read: ${because}. ${how}`
    : `${account} has ${versionWords(version)}, and the hub needs ${needed}: what is new is refused there. ${how}`;
  return { item, says };
}
