import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { Transient } from '../../../lib/domain/errors.ts';
import { type QuarantineGroups, quarantineGroupsAmong, quarantineTag } from '../../../lib/domain/resource.ts';

type Kind = 'closed' | 'open';

/** Everything, IPv4 and IPv6: only flows allowed by such a rule are untracked, and untracked flows end with the rule. */
const everything: readonly { readonly range: string; readonly rule: IpPermission }[] = [
  { range: '0.0.0.0/0', rule: { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] } },
  { range: '::/0', rule: { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] } },
];

const ours = async (ec2: EC2Client, vpc: string): Promise<SecurityGroup[]> => {
  const Filters = [
    { Name: 'vpc-id', Values: [vpc] },
    { Name: 'tag-key', Values: [quarantineTag] },
  ];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? [];
};

/** Ignores "it is already so": two runs may prepare one VPC at once. */
async function unless(alreadySo: string, doing: Promise<unknown>): Promise<void> {
  await doing.catch((error: Error) => {
    if (error.name !== alreadySo) throw error;
  });
}

async function create(ec2: EC2Client, vpc: string, kind: Kind): Promise<void> {
  const command = new CreateSecurityGroupCommand({
    GroupName: `tourniquet-quarantine-${kind}`,
    Description:
      kind === 'closed' ? 'Tourniquet quarantine: must have no rule' : 'Tourniquet: untracks flows for a moment',
    VpcId: vpc,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: quarantineTag, Value: kind }] }],
  });
  await unless('InvalidGroup.Duplicate', ec2.send(command));
}

/** Takes every rule out of a group. A new group is born with allow-all egress (VPC user guide, "Security group rules"). */
async function empty(
  ec2: EC2Client,
  { GroupId, IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
): Promise<void> {
  const egress = new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: IpPermissionsEgress });
  const ingress = new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions });
  await Promise.all([IpPermissionsEgress.length && ec2.send(egress), IpPermissions.length && ec2.send(ingress)]);
}

/** What a direction lacks to let everything through. A new group lets IPv4 out by itself. */
function missingFrom(rules: readonly IpPermission[]): IpPermission[] {
  const ranges = rules
    .filter(({ IpProtocol }) => IpProtocol === '-1')
    .flatMap(({ IpRanges = [], Ipv6Ranges = [] }) => [
      ...IpRanges.map(({ CidrIp }) => CidrIp),
      ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
    ]);
  return everything.filter(({ range }) => !ranges.includes(range)).map(({ rule }) => rule);
}

/** Lets everything through, both ways, and touches nothing when it does already. */
async function openUp(
  ec2: EC2Client,
  { GroupId, IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
): Promise<void> {
  const [ingress, egress] = [missingFrom(IpPermissions), missingFrom(IpPermissionsEgress)];
  const letIn = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress });
  const letOut = new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress });
  await Promise.all([
    ingress.length && unless('InvalidPermission.Duplicate', ec2.send(letIn)),
    egress.length && unless('InvalidPermission.Duplicate', ec2.send(letOut)),
  ]);
}

/** The pair of groups of one VPC, made when it is missing, and proven empty and open before it is handed out. */
export async function ensureGroups(ec2: EC2Client, vpc: string): Promise<QuarantineGroups> {
  let standing = await ours(ec2, vpc);
  if (quarantineGroupsAmong(standing).length === 0) {
    await Promise.all([create(ec2, vpc, 'closed'), create(ec2, vpc, 'open')]);
    standing = await ours(ec2, vpc);
  }
  const [pair] = quarantineGroupsAmong(standing);
  // EC2 is eventually consistent: a group created a moment ago may not be listed yet.
  if (!pair) throw new Transient(`The quarantine groups of ${vpc} are not visible yet.`);
  const named = (id: string) => standing.find(({ GroupId }) => GroupId === id);
  const [closed, open] = [named(pair.closed), named(pair.open)];
  await Promise.all([closed && empty(ec2, closed), open && openUp(ec2, open)]);
  return pair;
}

/** Rules in each group, both directions: the closed one is good for quarantine only at 0. */
export async function ruleCounts(ec2: EC2Client, ids: readonly string[]): Promise<Record<string, number>> {
  // Without ids the call would list every group there is.
  if (ids.length === 0) return {};
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [...new Set(ids)] }));
  return Object.fromEntries(
    SecurityGroups.map(({ GroupId = '', IpPermissions = [], IpPermissionsEgress = [] }) => [
      GroupId,
      IpPermissions.length + IpPermissionsEgress.length,
    ]),
  );
}

/** Empties groups that somebody has put a rule into: a hole in the quarantine is closed, not argued about. */
export async function emptyAgain(ec2: EC2Client, ids: readonly string[]): Promise<void> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [...ids] }));
  await Promise.all(SecurityGroups.map((group) => empty(ec2, group)));
}
