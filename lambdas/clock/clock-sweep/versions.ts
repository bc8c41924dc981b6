import { deployRolesWords, sameRoles, versionWords } from '../../../lib/domain/roles-version.ts';
import type { Detector } from '../../../lib/items/detector.ts';
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

/** What is said of a detector that was on and is off, or is on again: once each. One that never was on is the doctor's to name. */
export function newsOfDetector(before: Detector | null, item: Detector): { item: Detector; says: string | null } {
  const { account, region, seen } = item;
  if (!before || before.seen === seen) return { item, says: null };
  const where = `${account} in ${region}`;
  const how = `tourniquet doctor --account ${account} --region ${region} --only guardduty has the command that enables it.`;
  const says =
    seen === 'off'
      ? `GuardDuty is off in ${where}, and was on at ${before.seenAt}. ${how}`
      : `GuardDuty is on again in ${where}.`;
  return { item, says };
}
