import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type Instance as Listed,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import type { Named } from '../../../lib/domain/named.ts';
import {
  type Instance,
  type Interface,
  type Place,
  quarantineGroupsAmong,
  quarantineTag,
} from '../../../lib/domain/resource.ts';
import type { Target } from '../../../lib/domain/target.ts';
import { isGone, sentence } from '../../runtime/errors.ts';
import type { Session } from '../../runtime/session.ts';
import { readRole } from './role.ts';

/** What could be learned, and what could not: a fact that is missing turns `auto` into a question, never the other way. */
export interface Facts {
  readonly target: Target;
  /** `gone`: nothing is left to contain. `unread`: we may not look, or do not know how, and a person has to. */
  readonly known: 'read' | 'gone' | 'unread';
  readonly because: string;
}

/** An instance as far as the finding alone tells: enough to address it, not enough to judge it. */
export function instanceNamed(place: Place, { id, profile }: Pick<Named, 'id' | 'profile'>, now: string): Instance {
  return {
    ...place,
    kind: 'instance',
    id,
    seenAt: now,
    interfaces: [],
    volumes: [],
    tags: {},
    profile: profile ? { arn: profile, association: null } : null,
    role: null,
    autoScalingGroup: null,
    quarantineGroups: [],
  };
}

function interfaceFrom(one: NetworkInterface): Interface {
  const { Association, PrivateIpAddresses = [] } = one;
  const privateIp = PrivateIpAddresses.find((address) => address.Association)?.PrivateIpAddress ?? '';
  return {
    id: one.NetworkInterfaceId ?? '',
    vpc: one.VpcId ?? '',
    subnet: one.SubnetId ?? '',
    groups: (one.Groups ?? []).map(({ GroupId = '' }) => GroupId),
    publicAddress: Association
      ? {
          ip: Association.PublicIp ?? '',
          privateIp,
          association: Association.AssociationId ?? null,
          allocation: Association.AllocationId ?? null,
        }
      : null,
  };
}

const volumesOf = ({ BlockDeviceMappings = [] }: Listed): Instance['volumes'] =>
  BlockDeviceMappings.map(({ DeviceName = '', Ebs }) => ({
    id: Ebs?.VolumeId ?? '',
    device: DeviceName,
    deleteOnTermination: Ebs?.DeleteOnTermination ?? false,
  }));

/** Null when the instance no longer exists, or is on its way out. */
async function describe(ec2: EC2Client, id: string): Promise<Listed | null> {
  try {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const listed = Reservations?.[0]?.Instances?.[0];
    return listed && listed.State?.Name !== 'terminated' ? listed : null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function interfacesOf(ec2: EC2Client, id: string): Promise<Interface[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [id] }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return NetworkInterfaces.map(interfaceFrom);
}

async function groupsOf(ec2: EC2Client): Promise<Instance['quarantineGroups']> {
  const Filters = [{ Name: 'tag-key', Values: [quarantineTag] }];
  return quarantineGroupsAmong((await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? []);
}

async function roleOf(iam: IAMClient, profileArn: string | null): Promise<Instance['role']> {
  if (!profileArn) return null;
  const InstanceProfileName = profileArn.split('/').at(-1);
  const asked = iam.send(new GetInstanceProfileCommand({ InstanceProfileName })).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw error;
  });
  const { InstanceProfile } = (await asked) ?? {};
  const role = InstanceProfile?.Roles?.[0];
  return role?.RoleName && role.RoleId && role.Arn ? { name: role.RoleName, id: role.RoleId, arn: role.Arn } : null;
}

/**
 * Reads all fast facts at once, in one round after the role is assumed. Slow ones are for the question, later. `stolen` is the role whose
 * credentials the finding is about.
 */
export async function readInstance(base: Instance, session: Session, stolen: string | null = null): Promise<Facts> {
  const ec2 = session.client(EC2Client);
  const iam = session.client(IAMClient);
  const named = base.profile?.arn ?? null;
  const [listed, interfaces, quarantineGroups, likelyRole] = await Promise.all([
    describe(ec2, base.id),
    interfacesOf(ec2, base.id),
    groupsOf(ec2),
    stolen ? readRole(stolen, session).then((read) => read?.role ?? null) : roleOf(iam, named),
  ]);
  if (!listed) return { target: base, known: 'gone', because: 'the instance no longer exists' };
  const worn = listed.IamInstanceProfile?.Arn ?? null;
  // The finding names the profile of its time; where the instance wears another one now, that one counts.
  // A finding about its credentials names their role, and that one is meant, whatever the instance wears by now.
  const role = worn === named || stolen ? likelyRole : await roleOf(iam, worn);
  const profile = worn ? { arn: worn, association: null } : null;
  const tags = Object.fromEntries((listed.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  // Auto Scaling puts this tag on its instances, and nobody else can: the prefix is AWS's own (Auto Scaling guide, "Tag lifecycle").
  const autoScalingGroup = tags['aws:autoscaling:groupName'] ?? null;
  const facts = { interfaces, quarantineGroups, autoScalingGroup, role, profile, tags, volumes: volumesOf(listed) };
  return { target: { ...base, ...facts }, known: 'read', because: '' };
}

/** Facts that could not be read leave the target as the finding names it, with the reason in words. */
export const unreadable = (base: Target, error: unknown): Facts => ({
  target: base,
  known: 'unread',
  because: sentence(error),
});
