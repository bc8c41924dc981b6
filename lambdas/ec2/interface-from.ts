import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { Interface } from './instance/target.ts';

/** Public addresses, that of the primary private address first: each sits on a private address, not on the interface (EC2 API, NetworkInterfacePrivateIpAddress). */
const addressesOf = ({ PrivateIpAddresses = [] }: NetworkInterface): NonNullable<Interface['publicAddress']>[] =>
  PrivateIpAddresses.toSorted((a, b) => Number(b.Primary ?? false) - Number(a.Primary ?? false)).flatMap(
    ({ Association, PrivateIpAddress: privateIp = '' }) => {
      if (!Association) return [];
      const { PublicIp: ip = '', AssociationId: association = null, AllocationId: allocation = null } = Association;
      return [{ ip, privateIp, association, allocation }];
    },
  );

/** Every address by which others in the VPC know it. */
const ownOf = ({ PrivateIpAddresses = [], Ipv6Addresses = [] }: NetworkInterface): string[] => [
  ...PrivateIpAddresses.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []),
  ...Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
];

/** An interface as EC2 lists it, in our words. */
export function interfaceFrom(one: NetworkInterface): Interface {
  const [publicAddress = null, ...others] = addressesOf(one);
  const own = ownOf(one);
  return {
    id: one.NetworkInterfaceId ?? '',
    vpc: one.VpcId ?? '',
    subnet: one.SubnetId ?? '',
    groups: (one.Groups ?? []).map(({ GroupId = '' }) => GroupId),
    publicAddress,
    ...(others.length > 0 && { others }),
    ...(own.length > 0 && { own }),
  };
}
