import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import { quarantineGroupName } from '../../../lib/domain/quarantine-group.ts';
import { sentence } from '../../runtime/errors.ts';
import { byOurNames, isMarked, type QuarantineGroups, quarantineGroupsAmong } from '../quarantine-groups.ts';

type Kind = 'closed' | 'open';

/** Everything, IPv4 and IPv6: only flows allowed by such a rule are untracked, and untracked flows end with the rule. */
const everything: readonly { readonly range: string; readonly rule: IpPermission }[] = [
  { range: '0.0.0.0/0', rule: { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] } },
  { range: '::/0', rule: { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] } },
];

const ours = async (ec2: EC2Client, vpc: string): Promise<SecurityGroup[]> => {
  const Filters = [{ Name: 'vpc-id', Values: [vpc] }, byOurNames];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? [];
};

/** Ignores "it is already so": two runs may prepare one VPC at once. */
async function unless(alreadySo: RegExp, doing: Promise<unknown>): Promise<void> {
  await doing.catch((error: Error) => {
    if (!alreadySo.test(error.name)) throw error;
  });
}

/** Milliseconds between turns. A state that fails waits a second at least. */
const waits = [100, 400, 1000];
const notFound = /^Invalid(Group|SecurityGroupID)\.NotFound$/;

/**
 * EC2 is eventually consistent: a group of ours that was made a moment ago may not be found by the next call (EC2 API reference, "Eventual
 * consistency"). Asks again for a little while; whoever is still refused then decides what that means.
 */
export async function onceFound<T>(doing: () => Promise<T>): Promise<T> {
  for (const wait of waits) {
    try {
      return await doing();
    } catch (error) {
      if (!(error instanceof Error && notFound.test(error.name))) throw error;
      await sleep(wait);
    }
  }
  return doing();
}

/** The same where nothing can go on without the group: then the state tries again. */
export async function needingIt<T>(doing: () => Promise<T>): Promise<T> {
  try {
    return await onceFound(doing);
  } catch (error) {
    if (error instanceof Error && notFound.test(error.name)) throw new Transient(sentence(error), { cause: error });
    throw error;
  }
}

async function create(ec2: EC2Client, vpc: string, kind: Kind): Promise<void> {
  const command = new CreateSecurityGroupCommand({
    GroupName: quarantineGroupName(kind),
    Description:
      kind === 'closed' ? 'Tourniquet quarantine: must have no rule' : 'Tourniquet: untracks flows for a moment',
    VpcId: vpc,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: quarantineTag, Value: kind }] }],
  });
  await unless(/^InvalidGroup\.Duplicate$/, ec2.send(command));
}

/** Revokes rules of one group and one direction: all of them, or none where one is not there any more. */
async function revoke(ec2: EC2Client, rules: readonly SecurityGroupRule[]): Promise<void> {
  const { GroupId = '', IsEgress } = rules[0] ?? {};
  const request = { GroupId, SecurityGroupRuleIds: rules.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId) };
  const revoked = IsEgress
    ? ec2.send(new RevokeSecurityGroupEgressCommand(request))
    : ec2.send(new RevokeSecurityGroupIngressCommand(request));
  await unless(/^Invalid(Permission|SecurityGroupRuleId)\.NotFound$/, revoked);
}

/**
 * Takes every rule out of groups, and counts again until there is none: when somebody else was first with one, the call has left the
 * others. A new group is born with allow-all egress (VPC user guide, "Security group rules").
 */
export async function empty(ec2: EC2Client, groups: readonly string[]): Promise<void> {
  const Filters = [{ Name: 'group-id', Values: [...groups] }];
  for (const wait of [...waits, null]) {
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    if (SecurityGroupRules.length === 0) return;
    const calls = Map.groupBy(SecurityGroupRules, ({ GroupId, IsEgress }) => `${GroupId} ${IsEgress}`);
    await Promise.all([...calls.values()].map((rules) => revoke(ec2, rules)));
    if (wait !== null) await sleep(wait);
  }
  throw new Transient(`There are still rules in ${groups.join(', ')}.`);
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

/** Whether flows are allowed by rules that leave them untracked, both ways. */
export const letsEverythingThrough = ({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): boolean =>
  missingFrom(IpPermissions).length + missingFrom(IpPermissionsEgress).length === 0;

/** Lets everything through, both ways, and touches nothing when it does already. */
async function openUp(
  ec2: EC2Client,
  { GroupId, IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
): Promise<void> {
  const [ingress, egress] = [missingFrom(IpPermissions), missingFrom(IpPermissionsEgress)];
  const letIn = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress });
  const letOut = new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress });
  await Promise.all([
    ingress.length && unless(/^InvalidPermission\.Duplicate$/, ec2.send(letIn)),
    egress.length && unless(/^InvalidPermission\.Duplicate$/, ec2.send(letOut)),
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
  if (closed && rulesOf(closed) > 0 && !isMarked(closed, 'closed')) throw new Refused(notOurs(pair));
  await Promise.all([
    closed && rulesOf(closed) > 0 && needingIt(() => empty(ec2, [pair.closed])),
    // One without our tag stays as it is: then it untracks nothing, and that is said.
    open && isMarked(open, 'open') && needingIt(() => openUp(ec2, open)),
  ]);
  return pair;
}

const notOurs = ({ closed, vpc }: QuarantineGroups): string =>
  `${closed} in ${vpc} has the name ${quarantineGroupName('closed')} and rules, and lacks the tag ${quarantineTag}=closed: it may be somebody else's, so it is not emptied. Put the tag on it if it is Tourniquet's, else delete it.`;

export const rulesOf = ({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): number =>
  IpPermissions.length + IpPermissionsEgress.length;

/** Groups as they are now. One that is not found is left out. */
export async function groupsNow(ec2: EC2Client, ids: readonly string[]): Promise<SecurityGroup[]> {
  // Without ids the call would list every group there is.
  if (ids.length === 0) return [];
  const Filters = [{ Name: 'group-id', Values: [...new Set(ids)] }];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? [];
}

/** Rules in each group, both directions: the closed one is good for quarantine only at 0. */
export async function ruleCounts(ec2: EC2Client, ids: readonly string[]): Promise<Record<string, number>> {
  return Object.fromEntries((await groupsNow(ec2, ids)).map((group) => [group.GroupId ?? '', rulesOf(group)]));
}
