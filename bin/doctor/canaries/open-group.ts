import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { type Canary, canaryTag } from '../canary.ts';
import { fail, notProven, ok } from '../check.ts';

/** All traffic, as the open quarantine group lets it through. */
const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] }];

export const openGroup: Canary = {
  id: 'canary-open-group',
  title: 'A security group that lets everything through may be made',
  asks: [
    'ec2:DescribeVpcs',
    'ec2:CreateSecurityGroup',
    'ec2:CreateTags',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeSecurityGroups',
    'ec2:DeleteSecurityGroup',
  ],
  concerns: { role: 'contain', action: 'ec2:AuthorizeSecurityGroupIngress' },
  async use({ hub }, name) {
    const ec2 = hub(EC2Client);
    const { Vpcs: [{ VpcId } = {}] = [] } = await ec2.send(new DescribeVpcsCommand());
    if (!VpcId) return notProven('Not tried: no VPC is here');
    const Tags = [{ Key: canaryTag, Value: name }];
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: 'Made and removed by tourniquet doctor --canary; nothing is in it',
        VpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags }],
      }),
    );
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: everything }));
    const Filters = [{ Name: 'group-id', Values: [GroupId ?? ''] }];
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    const open = SecurityGroupRules.filter(({ IsEgress, IpProtocol }) => IsEgress === false && IpProtocol === '-1');
    return open.length === 2
      ? ok(`${GroupId} in ${VpcId} was filled and read back`)
      : fail(
          `${GroupId} was filled, and ${open.length} of 2 rules are in it: something strips it`,
          '# exempt groups named tourniquet-* from Config, Firewall Manager and whatever else removes open rules',
        );
  },
  async sweep({ hub }, goes) {
    const ec2 = hub(EC2Client);
    const Filters = [{ Name: 'tag-key', Values: [canaryTag] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    for (const { GroupId, GroupName = '' } of SecurityGroups)
      if (goes(GroupName)) await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  },
};
