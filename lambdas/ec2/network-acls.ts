/** What to deny in which network ACL so that open flows of an instance end: pure, from what EC2 shows. */
import { isIPv6 } from 'node:net';
import { allow } from '../../lib/domain/permission.ts';
import type { Instance, Interface } from './instance/target.ts';

type Maybe<T> = T | undefined;

/** A rule of a network ACL, a network ACL, a table, a gateway and a subnet as EC2 lists them, as far as they matter here. */
export interface Entry {
  readonly RuleNumber?: Maybe<number>;
  readonly Egress?: Maybe<boolean>;
  readonly RuleAction?: Maybe<string>;
  readonly Protocol?: Maybe<string>;
  readonly CidrBlock?: Maybe<string>;
  readonly Ipv6CidrBlock?: Maybe<string>;
}
interface Association {
  readonly SubnetId?: Maybe<string>;
  readonly Main?: Maybe<boolean>;
}
interface Acl {
  readonly NetworkAclId?: Maybe<string>;
  readonly Entries?: Maybe<readonly Entry[]>;
  readonly Associations?: Maybe<readonly Association[]>;
}
interface Route {
  readonly DestinationCidrBlock?: Maybe<string>;
  readonly NatGatewayId?: Maybe<string>;
}
interface Table {
  readonly VpcId?: Maybe<string>;
  readonly Associations?: Maybe<readonly Association[]>;
  readonly Routes?: Maybe<readonly Route[]>;
}
interface Gateway {
  readonly NatGatewayId?: Maybe<string>;
  readonly SubnetId?: Maybe<string>;
  readonly AvailabilityMode?: Maybe<string>;
}
interface Subnet {
  readonly SubnetId?: Maybe<string>;
  readonly OwnerId?: Maybe<string>;
}

export interface AclFacts {
  readonly interfaces: readonly Interface[];
  readonly acls: readonly Acl[];
  readonly tables: readonly Table[];
  readonly gateways: readonly Gateway[];
  readonly subnets: readonly Subnet[];
}

/** What is to be denied in a network ACL, both ways, and the NAT gateway in front of which it is; null where it is the instance's own subnet. */
export interface Denial {
  readonly acl: string;
  readonly cidr: string;
  readonly gateway: string | null;
}

export interface Denials {
  readonly meant: readonly Denial[];
  /** Why flows of an interface cannot be cut so, a sentence each. */
  readonly cannot: readonly string[];
}

/** What `readAcls` calls. */
export const readingAcls = [
  allow('ec2:DescribeNetworkInterfaces'),
  allow('ec2:DescribeTrunkInterfaceAssociations'),
  allow('ec2:DescribeNetworkAcls'),
  allow('ec2:DescribeRouteTables'),
  allow('ec2:DescribeNatGateways'),
  allow('ec2:DescribeSubnets'),
];

const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];

/** One address as a network. */
export const only = (address: string): string => `${address}/${isIPv6(address) ? 128 : 32}`;

const aclOf = (subnet: string | undefined, { acls }: AclFacts): string | undefined =>
  acls.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet))?.NetworkAclId;

/**
 * The NAT gateway that an interface's flows to the internet go through, where a network ACL can tell them there: a zonal one, in a subnet the
 * instance is not in itself (VPC guide, "NAT gateways": a regional one is in no subnet).
 */
function gatewayOf({ vpc, subnet }: Interface, { tables, gateways, interfaces }: AclFacts): Gateway | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
  const main = tables.find(({ VpcId, Associations = [] }) => VpcId === vpc && Associations.some(({ Main }) => Main));
  const out = (own ?? main)?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  const gateway = gateways.find(({ NatGatewayId }) => NatGatewayId && NatGatewayId === out?.NatGatewayId);
  const beside = interfaces.some((one) => one.subnet === gateway?.SubnetId);
  return gateway?.SubnetId && gateway.AvailabilityMode !== 'regional' && !beside ? gateway : undefined;
}

function denialsOf(one: Interface, facts: AclFacts, remotes: readonly string[]): Denials {
  const gateway = gatewayOf(one, facts);
  const { NatGatewayId = null, SubnetId } = gateway ?? {};
  // Through a NAT gateway the instance's own address tells its flows from everybody else's; IPv6 passes none.
  const atGateway = gateway ? (one.own ?? []).filter((address) => !isIPv6(address)) : [];
  const atHome = remotes.filter((address) => !gateway || isIPv6(address));
  const where = [
    ...atGateway.map((address) => ({ address, subnet: SubnetId, gateway: NatGatewayId })),
    ...atHome.map((address) => ({ address, subnet: one.subnet, gateway: null })),
  ];
  if (where.length === 0) {
    const because = 'the finding names no internet address, and no NAT gateway in another subnet stands before it';
    return { meant: [], cannot: [`${one.id}: ${because}`] };
  }
  const found = where.map((each) => ({ ...each, acl: aclOf(each.subnet, facts) }));
  const unread = unique(
    found.flatMap(({ acl, subnet }) => (acl ? [] : [`${one.id}: no network ACL of ${subnet} is shown`])),
  );
  const meant = found.flatMap(({ acl, address, gateway: through }) =>
    acl ? [{ acl, cidr: only(address), gateway: through }] : [],
  );
  return { meant, cannot: unread };
}

/** What to deny so that open flows end: packets are looked at one by one, whatever is tracked (VPC guide, "Network ACLs"). */
export function denials(facts: AclFacts, { account, remotes = [] }: Pick<Instance, 'account' | 'remotes'>): Denials {
  const each = facts.interfaces.map((one): Denials => {
    const owner = facts.subnets.find(({ SubnetId }) => SubnetId === one.subnet)?.OwnerId ?? account;
    // A participant may see its rules and change none (VPC guide, "Responsibilities and permissions for owners and participants").
    if (owner !== account)
      return {
        meant: [],
        cannot: [`${one.id}: account ${owner} shares ${one.subnet}, and its network ACL is that account's alone`],
      };
    return denialsOf(one, facts, remotes);
  });
  const meant = new Map(each.flatMap((one) => one.meant).map((one) => [`${one.acl} ${one.cidr}`, one] as const));
  return { meant: [...meant.values()], cannot: unique(each.flatMap(({ cannot }) => cannot)) };
}

export const directions = ['in', 'out'] as const;
export type Direction = (typeof directions)[number];

export const entriesOf = ({ Entries = [] }: Acl, direction: Direction): Entry[] =>
  Entries.filter(({ Egress }) => Egress === (direction === 'out'));

/** The rule that ends each list is nobody's to change (VPC guide, "Network ACL rules"). */
export const lastRule = 32_766;

/** Rules of a direction: their numbers, and the first that lets anything through. */
export function sideOf(acl: Acl, direction: Direction) {
  const rules = entriesOf(acl, direction).filter(({ RuleNumber = 0 }) => RuleNumber <= lastRule);
  const numbers = (all: readonly Entry[]): number[] =>
    all.map(({ RuleNumber = 0 }) => RuleNumber).toSorted((a, b) => a - b);
  const [firstAllow = null] = numbers(rules.filter(({ RuleAction }) => RuleAction === 'allow'));
  return { numbers: numbers(rules), firstAllow };
}
