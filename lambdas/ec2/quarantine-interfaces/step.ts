import * as z from 'zod';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance, instanceArn, interfaceArns } from '../instance/target.ts';
import { QuarantineGroups } from '../quarantine-groups.ts';

const ElasticIp = z.object({ allocation: z.string(), privateIp: z.string() });
export type ElasticIp = z.infer<typeof ElasticIp>;

const Interfaces = z.record(
  z.string(),
  z.object({
    groups: z.array(z.string()),
    elasticIp: ElasticIp.nullable(),
    /** Those on its other private addresses, where it has any. */
    more: z.array(ElasticIp).optional(),
  }),
);

/** Each interface with its groups as they were, and the Elastic IP to give back. Keyed by interface id. */
const Current = z.strictObject({
  interfaces: Interfaces,
  /** The interface each Elastic IP of the instance is on, whosever; null where it is on none. One that is not listed was given back to AWS. */
  addresses: z.record(z.string(), z.string().nullable()),
});

/** Before addresses were looked at by themselves, what was on record of them was which interface each was to go back to. */
const withoutAddresses = z.strictObject({ interfaces: Interfaces }).transform(({ interfaces }) => ({
  interfaces,
  addresses: Object.fromEntries(
    Object.entries(interfaces).flatMap(([id, { elasticIp }]) => (elasticIp ? [[elasticIp.allocation, id]] : [])),
  ),
}));

export const InterfaceStates = z.union([Current, withoutAddresses]);
export type InterfaceStates = z.infer<typeof InterfaceStates>;

/** What prepare leaves for apply: the groups of every VPC the instance has an interface in. */
export const Prepared = z.object({ groups: z.array(QuarantineGroups) });

const securityGroups = (target: Instance): string[] => every(target, 'ec2', 'security-group');
/** In a shared subnet the VPC, and groups that its owner shares, have the owner's account in their ARNs (VPC guide, "Share your VPC subnets"). */
const ofAnyOwner = (target: Instance, kind: 'vpc' | 'security-group'): string[] =>
  every({ ...target, account: '*' }, 'ec2', kind);
/** A tag alone, or a name alone, makes no group ours. */
const marked = { StringEquals: { [`aws:ResourceTag/${quarantineTag}`]: ['closed', 'open'] } };
const addresses = (target: Instance): string[] => [...every(target, 'ec2', 'elastic-ip'), ...interfaceArns(target)];
const swap = allow('ec2:ModifyNetworkInterfaceAttribute', (target: Instance) => [
  instanceArn(target),
  ...interfaceArns(target),
  ...ofAnyOwner(target, 'security-group'),
]);
const findAddresses = allow<Instance>('ec2:DescribeAddresses');
const readGroups = allow<Instance>('ec2:DescribeSecurityGroups');
const makeGroups = [
  readGroups,
  allow('ec2:CreateSecurityGroup', (target: Instance) => [...securityGroups(target), ...ofAnyOwner(target, 'vpc')]),
  allow('ec2:CreateTags', securityGroups, { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } }),
  allow('ec2:AuthorizeSecurityGroupIngress', securityGroups, marked),
  allow('ec2:AuthorizeSecurityGroupEgress', securityGroups, marked),
  allow('ec2:DescribeSecurityGroupRules'),
  allow('ec2:RevokeSecurityGroupEgress', securityGroups, marked),
  allow('ec2:RevokeSecurityGroupIngress', securityGroups, marked),
];

export const quarantineInterfaces = defineLever({
  name: 'quarantine-interfaces',
  title: 'Quarantine every network interface',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'No traffic in or out on any interface, IPv4 or IPv6; everybody who uses the instance loses it. DNS and metadata still answer.',
  undo: 'Every interface gets its own groups and Elastic IP back; an auto-assigned address and cut connections do not return.',
  stands: { held: 'network isolated', open: 'network still open' },
  target: Instance,
  beforeState: InterfaceStates,
  look: [allow('ec2:DescribeNetworkInterfaces'), allow('ec2:DescribeTrunkInterfaceAssociations'), findAddresses],
  prepare: { permissions: makeGroups, within: 60 },
  apply: { permissions: [...makeGroups, swap, allow('ec2:DisassociateAddress', addresses)], within: 60 },
  verify: [readGroups, allow('ec2:DescribeRouteTables')],
  release: {
    permissions: [swap, findAddresses, allow('ec2:AssociateAddress', addresses), allow('ec2:DescribeInstances')],
    within: 60,
  },
});
