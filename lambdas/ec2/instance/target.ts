import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn, every, type Place, Role } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { GroupId, QuarantineGroups } from '../quarantine-groups.ts';

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,32}$`), `should look like ${prefix}-0abc…`);

const InstanceId = id('i');

/** A public address; `allocation` is null for one that was assigned automatically. */
const PublicAddress = z.object({
  ip: z.string(),
  privateIp: z.string(),
  association: z.string().nullable(),
  allocation: z.string().nullable(),
});

/** An elastic network interface as it was seen. */
export const Interface = z.object({
  id: id('eni'),
  vpc: z.string(),
  subnet: z.string(),
  groups: z.array(GroupId),
  publicAddress: PublicAddress.nullable(),
  /** Those on its other private addresses. */
  others: z.array(PublicAddress).optional(),
  /** Its private addresses and its IPv6 ones. */
  own: z.array(z.string()).optional(),
});
export type Interface = z.infer<typeof Interface>;

/** A compromised instance with the fast facts every step needs. Read once, at the door, by open-incident. */
export const Instance = AnyTarget.extend({
  kind: z.literal('instance'),
  id: InstanceId,
  interfaces: z.array(Interface),
  volumes: z.array(z.object({ id: id('vol'), device: z.string(), deleteOnTermination: z.boolean() })),
  profile: z.object({ arn: z.string(), association: z.string().nullable() }).nullable(),
  role: Role.nullable(),
  autoScalingGroup: z.string().nullable(),
  /** The service of AWS that runs it for the account, such as EKS Auto Mode; absent: nobody but the account. */
  managedBy: z.string().optional(),
  /** Why AWS does not stop it: it can only be terminated. */
  unstoppable: z.enum(['spot', 'instance-store']).optional(),
  /** Internet addresses that the finding names at the other end. */
  remotes: z.array(z.string()).optional(),
  quarantineGroups: z.array(QuarantineGroups),
});
export type Instance = z.infer<typeof Instance>;

export const instanceArn = (target: Instance): string => arn(target, 'ec2', `instance/${target.id}`);
export const interfaceArns = (target: Instance): string[] =>
  target.interfaces.map(({ id: one }) => arn(target, 'ec2', `network-interface/${one}`));
export const volumeArns = (target: Instance): string[] =>
  target.volumes.map(({ id: one }) => arn(target, 'ec2', `volume/${one}`));
/** The role by the ARN that IAM gave: it may have a path. */
export const roleArns = ({ role }: Instance): string[] => (role ? [role.arn] : []);

/** Why its network, profile and attributes stay as they are; null for an instance that the account runs itself. */
export const whyRefused = ({ managedBy }: Instance): string | null =>
  managedBy
    ? `${managedBy} runs this instance, and AWS refuses changes to it to everybody, the root user included (EC2 guide, "Amazon EC2 managed instances"). Deny its session, cordon the node, and have the service replace it`
    : null;

const whyUnstoppable = {
  spot: 'AWS stops a Spot Instance only where its request is a persistent one, and terminates it otherwise (EC2 guide, "Spot Instance interruption behavior")',
  'instance-store': 'it boots from instance store: AWS cannot stop it, only terminate it (EC2 guide, "Root volumes")',
} as const;

/** Why AWS would not stop it; null where it would. */
export const whyNotStopped = (target: Instance): string | null =>
  whyRefused(target) ?? (target.unstoppable ? whyUnstoppable[target.unstoppable] : null);

/** Any instance in any Region of one account. */
export const anyInstance = (place: Omit<Place, 'region'>): Instance => ({
  ...place,
  region: '*',
  kind: 'instance',
  id: '*',
  seenAt: '',
  interfaces: [{ id: '*', vpc: '*', subnet: '*', groups: ['*'], publicAddress: null }],
  volumes: [{ id: '*', device: '*', deleteOnTermination: true }],
  tags: {},
  profile: { arn: `arn:${place.partition}:iam::${place.account}:instance-profile/*`, association: null },
  role: { name: '*', id: '*', arn: arn({ ...place, region: '' }, 'iam', 'role/*') },
  autoScalingGroup: '*',
  quarantineGroups: [],
});

export const instance = defineTarget(Instance)({
  kind: 'instance',
  title: 'instance',
  arn: instanceArn,
  from({ kind, id: own, profile }, { place, now }) {
    // An id that EC2 never gave names nothing our steps could work on.
    if (kind !== 'instance' || !InstanceId.safeParse(own).success) return null;
    return {
      ...place,
      kind,
      id: own,
      seenAt: now,
      interfaces: [],
      volumes: [],
      tags: {},
      profile: profile ? { arn: profile, association: null } : null,
      role: null,
      autoScalingGroup: null,
      quarantineGroups: [],
    };
  },
  suspects: roleArns,
  identity: ({ role }) => role?.arn ?? null,
  refuses(target) {
    const because = whyNotStopped(target);
    if (!because) return null;
    const managed = ['quarantine-interfaces', 'swap-instance-profile', 'protect-from-termination'];
    return { levers: ['stop-instance', ...(target.managedBy ? managed : [])], because };
  },
  any: anyInstance,
  reads: [
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeNetworkInterfaces'),
    allow('ec2:DescribeTrunkInterfaceAssociations'),
    allow('ec2:DescribeSecurityGroups'),
    // Any profile: the finding names the one of its time, and the instance may wear another by now.
    allow('iam:GetInstanceProfile', (place) => every(place, 'iam', 'instance-profile')),
    // The role whose credentials were stolen: findings leave its path out.
    allow('iam:GetRole', (place) => every(place, 'iam', 'role')),
    allow('iam:ListRolePolicies', (place) => every(place, 'iam', 'role')),
  ],
});
