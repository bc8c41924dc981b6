import { BlockList, isIP } from 'node:net';

/** Networks that are nobody's on the internet (IANA IPv4 and IPv6 Special-Purpose Address Registries): a neighbour is no attacker's server. */
const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, bits, 'ipv6');

/** How many of a finding's we keep: each takes two entries of a network ACL, which has room for twenty a direction. */
const most = 5;

/** The addresses on the internet among what a finding names at the other end; names of hosts and neighbours are left out. */
export function internetAddresses(remotes: readonly string[]): string[] {
  const found = remotes.filter((one) => {
    const version = isIP(one);
    // An IPv4 address in the clothes of an IPv6 one would be a rule that never matches.
    return version > 0 && !/^::ffff:/i.test(one) && !inside.check(one, version === 6 ? 'ipv6' : 'ipv4');
  });
  return [...new Set(found)].slice(0, most);
}
