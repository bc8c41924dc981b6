import { planBlock, stateOf } from '../acl-rules.ts';
import { known, type Part, together } from '../blast-radius.ts';
import type { Instance } from '../instance/target.ts';
import { type AclFacts, denials, directions } from '../network-acls.ts';

/** Rules that a network ACL takes in each direction, IPv4 and IPv6 apart, unless AWS has raised it, to 40 (VPC guide, "Amazon VPC quotas"). */
const usualRoom = 20;

type About = Pick<Instance, 'id' | 'account' | 'remotes'>;

/** The subnets of a network ACL: its rules bind all of them, not the instance's alone. */
export const subnetsOf = (acl: string, { acls }: AclFacts): string[] =>
  acls
    .filter(({ NetworkAclId }) => NetworkAclId === acl)
    .flatMap(({ Associations = [] }) => Associations.flatMap(({ SubnetId }) => SubnetId ?? []));

/** Interfaces of others in these subnets; null where it could not be read. */
export type Neighbours = ReadonlyMap<string, number | null>;

const counted = (count: number | null | undefined): string =>
  typeof count === 'number' ? `${count} other interfaces` : 'an unknown number of other interfaces';

/** What would be denied in one network ACL, and whom that hits besides. */
function sentenceOf(acl: string, facts: AclFacts, target: About, neighbours: Neighbours): Part {
  const ours = denials(facts, target).meant.filter((one) => one.acl === acl);
  const subnets = subnetsOf(acl, facts).length;
  const at = `Network ACL ${acl} (${subnets} ${subnets === 1 ? 'subnet' : 'subnets'})`;
  const cidrs = (through: 'gateway' | 'home'): string[] =>
    ours.filter(({ gateway }) => (gateway === null) === (through === 'home')).map(({ cidr }) => cidr);
  const [atGateway, atHome] = [cidrs('gateway'), cidrs('home')];
  return known(
    ...(atGateway.length > 0
      ? [`${at}: ${atGateway.join(', ')} is denied before the NAT gateway, and nobody else`]
      : []),
    ...(atHome.length > 0
      ? [`${at}: ${atHome.join(', ')} is denied to ${counted(neighbours.get(acl))} there too`]
      : []),
  );
}

function roomIn(facts: AclFacts, target: About): string[] {
  const { used, meant } = stateOf(facts, target);
  return Object.entries(used).flatMap(([acl, sides]) => {
    const more = meant.filter((one) => one.acl === acl).length;
    const full = directions.filter((direction) => sides[direction].numbers.length + more > usualRoom);
    return full.map(
      (direction) =>
        `${acl} has ${sides[direction].numbers.length} rules ${direction}: AWS takes ${usualRoom}, unless that quota was raised`,
    );
  });
}

/** What the wider lever would do here, in sentences, with why it cannot where that is known. */
export function measured(facts: AclFacts, target: About, neighbours: Neighbours): Part {
  const state = stateOf(facts, target);
  const acls = [...new Set(state.meant.map(({ acl }) => acl))];
  const plan = planBlock(target, state);
  const cannot = 'refused' in plan ? [plan.refused] : state.cannot;
  return together([
    ...('nothing' in plan ? [known(plan.nothing)] : []),
    ...acls.map((acl) => sentenceOf(acl, facts, target, neighbours)),
    known(...cannot.map((because) => `Cannot work: ${because}`), ...roomIn(facts, target)),
  ]);
}
