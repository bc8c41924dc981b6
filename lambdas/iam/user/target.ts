import * as z from 'zod';
import { anybody, holderIn, Identity, itself } from '../../../lib/domain/identity.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { every, type Place } from '../../../lib/domain/resource.ts';
import { defineTarget } from '../../../lib/domain/target.ts';

export const KeyStatus = z.enum(['Active', 'Inactive']);
export type KeyStatus = z.infer<typeof KeyStatus>;

/** A long-term access key, as IAM lists it. */
export const AccessKey = z.object({ id: z.string(), status: KeyStatus, createdAt: z.string() });
export type AccessKey = z.infer<typeof AccessKey>;

/** An IAM user with the fast facts its levers need. `id` is the user's name. */
export const User = Identity.extend({
  kind: z.literal('user'),
  keys: z.array(AccessKey),
  /** ARNs of the managed policies attached to it. */
  attached: z.array(z.string()),
  boundary: z.string().nullable(),
});
export type User = z.infer<typeof User>;

export const userArns = ({ arn: own }: User): string[] => [own];

/**
 * The keys to switch off: the one the finding names, and those made since it began, which the thief may have made; all of them where the
 * finding names none, for then nobody knows which one it was.
 */
export function suspectKeys({ keys, key, since }: Pick<User, 'keys' | 'key' | 'since'>): string[] {
  if (!key || !keys.some(({ id }) => id === key)) return keys.map(({ id }) => id);
  // IAM gives whole seconds, a finding may give milliseconds: a key of the same second counts.
  const second = (at: string): number => Math.floor(Date.parse(at) / 1000);
  const made = (createdAt: string): boolean => since !== null && second(createdAt) >= second(since);
  return keys.filter(({ id, createdAt }) => id === key || made(createdAt)).map(({ id }) => id);
}

const nothingRead = { keys: [], attached: [], boundary: null };

// Any user: findings leave their paths out.
const users = (place: Place): string[] => every(place, 'iam', 'user');

export const user = defineTarget(User)({
  kind: 'user',
  title: 'IAM user',
  arn: ({ arn: own }) => own,
  from(named, sight) {
    const { principal } = named;
    if (principal?.kind !== 'iam-user' || !principal.name) return null;
    return { ...holderIn(named, sight), ...nothingRead, kind: 'user', id: principal.name };
  },
  // A key that nobody gave a name to, as AWS Health reports it: IAM is asked whose it is. A federated session: CloudTrail, who issued it.
  turnsOut: ({ kind, principal }) =>
    principal?.kind === 'federated-user' ||
    (kind === 'access-key' && (!principal || (principal.kind === 'iam-user' && !principal.name))),
  suspects: itself,
  identity: ({ arn: own }) => own,
  any: (place) => ({ ...anybody(place, 'user/*'), ...nothingRead, kind: 'user' }),
  reads: [
    allow('iam:GetAccessKeyLastUsed', users),
    allow('iam:GetUser', users),
    allow('iam:ListAccessKeys', users),
    allow('iam:ListAttachedUserPolicies', users),
    allow('cloudtrail:LookupEvents'),
  ],
});
