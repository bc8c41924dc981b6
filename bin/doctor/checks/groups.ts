import { EC2Client, paginateDescribeSecurityGroups, type SecurityGroup } from '@aws-sdk/client-ec2';
import { quarantineGroupName } from '../../../lib/domain/quarantine-group.ts';
import { type At, aws, type Check, fail, list, ok, type Verdict, warn } from '../check.ts';
import { inAccount } from '../mends.ts';

const concerns = { role: 'contain', action: 'ec2:CreateSecurityGroup' };

async function groupsOf({ client }: At): Promise<SecurityGroup[]> {
  const found: SecurityGroup[] = [];
  // As many a page as there may be (EC2 API reference, DescribeSecurityGroups).
  const pages = paginateDescribeSecurityGroups({ client: client(EC2Client), pageSize: 1000 }, {});
  for await (const { SecurityGroups = [] } of pages) found.push(...SecurityGroups);
  return found;
}

const hasRules = ({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): boolean =>
  IpPermissions.length + IpPermissionsEgress.length > 0;

const closed: Check = {
  id: 'quarantine-groups',
  about: 'region',
  title: 'No quarantine group has a rule that lets traffic through',
  asks: ['ec2:DescribeSecurityGroups'],
  concerns: { role: 'contain', action: 'ec2:ModifyNetworkInterfaceAttribute' },
  async run(at) {
    const ours = (await groupsOf(at)).filter(({ GroupName }) => GroupName === quarantineGroupName('closed'));
    const leaky = ours.filter(hasRules).map(({ GroupId = '' }) => GroupId);
    if (leaky.length === 0) return ok(`${ours.length} groups, none has a rule`);
    const look = `ec2 describe-security-group-rules --filters Name=group-id,Values=${leaky.join(',')}`;
    return fail(`With rules: ${list(leaky)}; revoke them`, ...inAccount(at.account, at.patient, aws(at.region, look)));
  },
};

/** Security groups a Region takes unless more were asked for (VPC user guide, "Amazon VPC quotas"). */
const usual = 2500;
/** Two for each of a few VPCs that have none yet. */
const room = 50;

/** Whether there is room for the two groups of a VPC. */
export function roomVerdict(region: string, groups: number): Verdict {
  const found = `${groups} security groups`;
  if (groups + room <= usual) return ok(found);
  const quota = 'service-quotas get-service-quota --service-code vpc --quota-code L-E79EC296';
  return warn(`${found}; unless the quota was raised, ${usual} is the most`, aws(region, quota));
}

const quota: Check = {
  id: 'groups-quota',
  about: 'region',
  title: 'There is room for the two quarantine groups of a VPC',
  asks: ['ec2:DescribeSecurityGroups'],
  concerns,
  run: async (at) => roomVerdict(at.region, (await groupsOf(at)).length),
};

export const groups: readonly Check[] = [closed, quota];
