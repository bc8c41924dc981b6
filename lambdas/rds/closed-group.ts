import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import { quarantineTag } from '../../lib/domain/marks.ts';
import { quarantineGroupName } from '../../lib/domain/quarantine-group.ts';
import type { Session } from '../runtime/session.ts';

const GroupName = quarantineGroupName('closed');

/** Our group without rules in a VPC, the one that quarantined instances get too; a name is unique in its VPC. */
export async function closedGroupIn(vpc: string, session: Session): Promise<SecurityGroup | null> {
  const Filters = [
    { Name: 'vpc-id', Values: [vpc] },
    { Name: 'group-name', Values: [GroupName] },
  ];
  const { SecurityGroups } = await session.client(EC2Client).send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups?.[0] ?? null;
}

export const rulesOf = ({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): number =>
  IpPermissions.length + IpPermissionsEgress.length;

/** A group is born with a rule that lets everything out (VPC user guide, "Security group rules"). */
async function empty(
  { GroupId, IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
  session: Session,
): Promise<void> {
  const ec2 = session.client(EC2Client);
  const unlessGone = (error: Error): void => {
    if (!/^InvalidPermission\.NotFound$/.test(error.name)) throw error;
  };
  if (IpPermissions.length > 0)
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions })).catch(unlessGone);
  const out = { GroupId, IpPermissions: IpPermissionsEgress };
  if (IpPermissionsEgress.length > 0) await ec2.send(new RevokeSecurityGroupEgressCommand(out)).catch(unlessGone);
}

async function made(vpc: string, session: Session): Promise<void> {
  const Tags = [{ Key: quarantineTag, Value: 'closed' }];
  const command = new CreateSecurityGroupCommand({
    GroupName,
    Description: 'Tourniquet quarantine: must have no rule',
    VpcId: vpc,
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  });
  await session
    .client(EC2Client)
    .send(command)
    .catch((error: Error) => {
      // Another run was first.
      if (error.name !== 'InvalidGroup.Duplicate') throw error;
    });
}

/**
 * The id of the group, made where it is missing, and seen without a rule.
 *
 * @throws Refused where somebody has put rules into one that lacks our tag; Transient where EC2 does not show it yet.
 */
export async function ensureClosedGroup(vpc: string, session: Session): Promise<string> {
  if (!(await closedGroupIn(vpc, session))) await made(vpc, session);
  const standing = await closedGroupIn(vpc, session);
  if (!standing?.GroupId) throw new Transient(`The quarantine group of ${vpc} is not visible yet.`);
  if (rulesOf(standing) === 0) return standing.GroupId;
  const { GroupId, Tags = [] } = standing;
  if (!Tags.some(({ Key, Value }) => Key === quarantineTag && Value === 'closed'))
    throw new Refused(
      `${GroupId} in ${vpc} has the name ${GroupName} and rules, and lacks the tag ${quarantineTag}=closed: it may be somebody else's, so it is not emptied. Put the tag on it if it is Tourniquet's, else delete it.`,
    );
  await empty(standing, session);
  const emptied = await closedGroupIn(vpc, session);
  if (!emptied || rulesOf(emptied) > 0) throw new Transient(`There are still rules in ${GroupId}.`);
  return GroupId;
}
