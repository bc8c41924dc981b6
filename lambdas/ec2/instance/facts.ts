import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type Instance as Listed,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { readRole } from '../../iam/read-role.ts';
import { type Facts, type FactsReader, gone, orGone, read, tagsOf } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import { interfaceFrom } from '../interface-from.ts';
import { internetAddresses } from '../internet-addresses.ts';
import { networkInterfacesOf } from '../network-interfaces.ts';
import { byOurNames, quarantineGroupsAmong } from '../quarantine-groups.ts';
import type { Instance, Interface } from './target.ts';

const volumesOf = ({ BlockDeviceMappings = [] }: Listed): Instance['volumes'] =>
  BlockDeviceMappings.map(({ DeviceName = '', Ebs }) => ({
    id: Ebs?.VolumeId ?? '',
    device: DeviceName,
    deleteOnTermination: Ebs?.DeleteOnTermination ?? false,
  }));

const unstoppableOf = ({ InstanceLifecycle, RootDeviceType }: Listed): Pick<Instance, 'unstoppable'> => {
  if (InstanceLifecycle === 'spot') return { unstoppable: 'spot' };
  return RootDeviceType === 'instance-store' ? { unstoppable: 'instance-store' } : {};
};

/** Null when the instance no longer exists, or is on its way out. */
async function describe(ec2: EC2Client, id: string): Promise<Listed | null> {
  const { Reservations } = (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })).catch(orGone)) ?? {};
  const listed = Reservations?.[0]?.Instances?.[0];
  return listed && listed.State?.Name !== 'terminated' ? listed : null;
}

async function interfacesOf(session: Session, id: string): Promise<Interface[]> {
  return (await networkInterfacesOf(session, id)).map(interfaceFrom);
}

async function groupsOf(ec2: EC2Client): Promise<Instance['quarantineGroups']> {
  const Filters = [byOurNames];
  return quarantineGroupsAmong((await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? []);
}

async function roleOf(iam: IAMClient, profileArn: string | null): Promise<Instance['role']> {
  if (!profileArn) return null;
  const InstanceProfileName = profileArn.split('/').at(-1);
  const asked = iam.send(new GetInstanceProfileCommand({ InstanceProfileName })).catch(orGone);
  const { InstanceProfile } = (await asked) ?? {};
  const role = InstanceProfile?.Roles?.[0];
  return role?.RoleName && role.RoleId && role.Arn ? { name: role.RoleName, id: role.RoleId, arn: role.Arn } : null;
}

/** The role whose stolen credentials a finding is about, when it names it beside the instance. */
export function stolenRole({ targets: [first, ...rest] }: Pick<Finding, 'targets'>): string | null {
  const session = rest.find(({ principal }) => principal?.kind === 'role-session' && principal.session === first?.id);
  return session?.principal?.name ?? null;
}

/** Reads all fast facts at once, in one round after the role is assumed. Slow ones are for the question, later. */
async function readInstance(base: Instance, session: Session, finding: Finding): Promise<Facts<Instance>> {
  const ec2 = session.client(EC2Client);
  const iam = session.client(IAMClient);
  const named = base.profile?.arn ?? null;
  const stolen = stolenRole(finding);
  const [listed, interfaces, quarantineGroups, likelyRole] = await Promise.all([
    describe(ec2, base.id),
    interfacesOf(session, base.id),
    groupsOf(ec2),
    stolen ? readRole(stolen, session).then((found) => found?.role ?? null) : roleOf(iam, named),
  ]);
  // What was stolen from an instance works until it expires, for hours after the instance is gone: its session is still to be denied.
  if (!listed) return stolen && likelyRole ? read({ ...base, role: likelyRole }) : gone(base, 'the instance');
  const worn = listed.IamInstanceProfile?.Arn ?? null;
  // The finding names the profile of its time; where the instance wears another one now, that one counts.
  // A finding about its credentials names their role, and that one is meant, whatever the instance wears by now.
  const role = worn === named || stolen ? likelyRole : await roleOf(iam, worn);
  const profile = worn ? { arn: worn, association: null } : null;
  const tags = tagsOf(listed.Tags);
  // Auto Scaling puts this tag on its instances, and nobody else can: the prefix is AWS's own (Auto Scaling guide, "Tag lifecycle").
  const autoScalingGroup = tags['aws:autoscaling:groupName'] ?? null;
  const facts = { interfaces, quarantineGroups, autoScalingGroup, role, profile, tags, volumes: volumesOf(listed) };
  const { Managed, Principal: managedBy = 'AWS' } = listed.Operator ?? {};
  const remotes = internetAddresses(finding.remotes);
  const more = { ...unstoppableOf(listed), ...(Managed && { managedBy }), ...(remotes.length > 0 && { remotes }) };
  return read({ ...base, ...facts, ...more });
}

export const instanceFacts: FactsReader<Instance> = { read: readInstance };
