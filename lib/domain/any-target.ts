import type { Person, RoleSession, User } from './identity.ts';
import { anyInstance, arn, type Instance, type Place } from './resource.ts';

/** What every builder of resource ARNs accepts, whichever kind of target it is written for. */
export type AnyTarget = Instance &
  Omit<User, keyof Instance> &
  Omit<RoleSession, keyof Instance | keyof User> &
  Pick<Person, 'roleName'>;

/** The wildcard stand-in from which a member role is derived: anything of every kind, in any Region of one account. */
export function anyTarget(place: Omit<Place, 'region'>): AnyTarget {
  return {
    ...anyInstance(place),
    arn: arn({ ...place, region: '' }, 'iam', 'user/*'),
    principal: null,
    since: null,
    key: '*',
    keys: [],
    attached: [],
    boundary: null,
    session: '*',
    roleName: '*',
  };
}
