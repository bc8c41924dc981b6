import * as z from 'zod';
import { anybody, holderIn, Identity, itself } from '../../../lib/domain/identity.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { arn, every, type Place, Role } from '../../../lib/domain/resource.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import { defineTarget } from '../../../lib/domain/target.ts';

/** A session of an IAM role. `id` is `role/session`. */
export const RoleSession = Identity.extend({
  kind: z.literal('role-session'),
  role: Role.nullable(),
  session: z.string().nullable(),
});
export type RoleSession = z.infer<typeof RoleSession>;

export const sessionRoleArns = ({ role }: RoleSession): string[] => (role ? [role.arn] : []);

// Any role: findings leave their paths out.
const roles = (place: Place): string[] => every(place, 'iam', 'role');

export const roleSession = defineTarget(RoleSession)({
  kind: 'role-session',
  title: 'role session',
  arn: ({ arn: own }) => own,
  from(named, sight) {
    const { principal } = named;
    if (principal?.kind !== 'role-session' || !principal.name) return null;
    const { name, session } = principal;
    const id = session ? `${name}/${session}` : name;
    return { ...holderIn(named, sight), kind: 'role-session', id, role: null, session };
  },
  suspects: itself,
  identity: ({ role }) => role?.arn ?? null,
  untouchable: ({ role }) => role && whyNotOurs(role),
  any: (place) => ({
    ...anybody(place, 'role/*'),
    kind: 'role-session',
    role: { name: '*', id: '*', arn: arn(place, 'iam', 'role/*') },
    session: '*',
  }),
  reads: [
    allow('iam:GetRole', roles),
    allow('iam:ListRolePolicies', roles),
    // Of a session that is named after an instance: whether it is that instance's own.
    allow('ec2:DescribeInstances'),
    allow('iam:GetInstanceProfile', (place) => every(place, 'iam', 'instance-profile')),
  ],
});
