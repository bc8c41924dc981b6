import {
  AssociateAddressCommand,
  CreateSecurityGroupCommand,
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DisassociateAddressCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { Refused } from '../../../lib/domain/errors.ts';
import { changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import type { DryRun } from '../../runtime/check.ts';
import { type LeverJob, type LeverReading, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import type { QuarantineGroups } from '../quarantine-groups.ts';
import { empty, ensureGroups, needingIt, onceFound, ruleCounts } from './groups.ts';
import { beforeStateFrom, groupsFor, planQuarantine, twoPhase, verdictOf } from './plan.ts';
import { type InterfaceStates, Prepared, quarantineInterfaces } from './step.ts';

async function look(target: Instance, session: Session): Promise<InterfaceStates> {
  const ec2 = session.client(EC2Client);
  const Filters = [{ Name: 'attachment.instance-id', Values: [target.id] }];
  const allocations = target.interfaces.flatMap(({ publicAddress }) => publicAddress?.allocation ?? []);
  const [{ NetworkInterfaces = [] }, addresses] = await Promise.all([
    ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
    holdersOf(ec2, allocations),
  ]);
  return {
    addresses,
    interfaces: Object.fromEntries(
      NetworkInterfaces.map((one) => [
        one.NetworkInterfaceId ?? '',
        {
          groups: (one.Groups ?? []).map(({ GroupId = '' }) => GroupId).toSorted(),
          elasticIp: one.Association?.AllocationId
            ? { allocation: one.Association.AllocationId, privateIp: addressOf(one) }
            : null,
        },
      ]),
    ),
  };
}

/** The interface each of these Elastic IPs is on now; null for none. One that is no longer the account's is left out. */
async function holdersOf(ec2: EC2Client, allocations: readonly string[]): Promise<InterfaceStates['addresses']> {
  // Without a filter the call would list every address there is.
  if (allocations.length === 0) return {};
  const Filters = [{ Name: 'allocation-id', Values: [...allocations] }];
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ Filters }));
  return Object.fromEntries(
    Addresses.map(({ AllocationId = '', NetworkInterfaceId }) => [AllocationId, NetworkInterfaceId ?? null]),
  );
}

/** The private address an Elastic IP belongs to: an interface may have several. */
const addressOf = ({ PrivateIpAddresses = [] }: NetworkInterface): string =>
  PrivateIpAddresses.find(({ Association }) => Association)?.PrivateIpAddress ?? '';

type ElasticIp = NonNullable<InterfaceStates['interfaces'][string]['elasticIp']>;

const swap = (ec2: EC2Client, NetworkInterfaceId: string, Groups: readonly string[]) =>
  ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [...Groups] }));

/**
 * Two-phase swap, all interfaces at once: through the open group, so that tracked flows become untracked, into the closed one
 * (EC2 guide, "Connection tracking"). The closed groups are counted for rules meanwhile. An interface that cannot be opened is closed all
 * the same; a throttled first phase is tried again by the state, because closing without it would leave tracked flows alive.
 */
async function apply({ from, to, prepared, session, target }: LeverJob<Instance, InterfaceStates, QuarantineGroups[]>) {
  const ec2 = session.client(EC2Client);
  const todo = Object.entries(to.interfaces).filter(
    ([id, { groups }]) => JSON.stringify(from.interfaces[id]?.groups) !== JSON.stringify(groups),
  );
  const openOf = new Map(prepared?.map(({ closed, open }) => [closed, open]));
  const closedGroups = todo.flatMap(([, { groups }]) => groups);
  const counting = ruleCounts(ec2, closedGroups);
  // Whoever awaits it reports its failure; until then it must not count as unhandled.
  counting.catch(() => {});
  const opened = await all(
    todo.map(([id, { groups }]) => [id, () => onceFound(() => swap(ec2, id, [openOf.get(groups[0] ?? '') ?? '']))]),
  );
  const closed = await all(todo.map(([id, { groups }]) => [id, () => needingIt(() => swap(ec2, id, groups))]));
  const rules = await counting;
  const holes = Object.keys(rules).filter((id) => rules[id] !== 0);
  // Somebody has put a rule into it: a hole in the quarantine is closed, not argued about.
  if (holes.length > 0) await empty(ec2, holes);
  // Also of an interface that an earlier attempt closed and then died: only one that could not be closed keeps its address.
  const left = new Set(closed.failed.map(({ what }) => what));
  const elasticIps = Object.entries(from.interfaces).filter(
    ([id, { elasticIp }]) => elasticIp && to.interfaces[id] && !left.has(id),
  );
  const unplugged = await all(elasticIps.map(([id]) => [`Elastic IP of ${id}`, () => takeAddress(ec2, target, id)]));
  const swaps = closed.done.map((id) => (opened.done.includes(id) ? twoPhase(id) : `${id}: closed group only`));
  return changeOf([...swaps, ...unplugged.done], [...closed.failed, ...unplugged.failed]);
}

async function takeAddress(ec2: EC2Client, target: Instance, id: string): Promise<void> {
  const association = target.interfaces.find((one) => one.id === id)?.publicAddress?.association;
  if (association) await ec2.send(new DisassociateAddressCommand({ AssociationId: association }));
}

/** Gives an Elastic IP back, and takes it from nobody: AWS moves one that is in use unless told not to (AssociateAddress). */
async function giveAddress(ec2: EC2Client, id: string, { allocation, privateIp }: ElasticIp): Promise<void> {
  const request = { AllocationId: allocation, NetworkInterfaceId: id, PrivateIpAddress: privateIp };
  await ec2.send(new AssociateAddressCommand({ ...request, AllowReassociation: false })).catch(async (error: Error) => {
    if (error.name !== 'Resource.AlreadyAssociated') throw error;
    const { [allocation]: holder } = await holdersOf(ec2, [allocation]);
    throw new Refused(
      `${allocation} is in use on ${holder ?? 'another interface'} now. Tourniquet does not take it away from there; a person decides.`,
      { cause: error },
    );
  });
}

async function release({ from, to, session }: LeverJob<Instance, InterfaceStates>) {
  const ec2 = session.client(EC2Client);
  // An interface that is gone cannot be released; the diff afterwards says so.
  const still = Object.entries(to.interfaces).filter(([id]) => from.interfaces[id]);
  const groups = await all(still.map(([id, before]) => [id, () => swap(ec2, id, before.groups)]));
  const lost = still.flatMap(([id, { elasticIp }]) =>
    elasticIp && !from.interfaces[id]?.elasticIp ? [{ id, elasticIp }] : [],
  );
  const plugged = await all(
    lost.map(({ id, elasticIp }) => [`Elastic IP of ${id}`, () => giveAddress(ec2, id, elasticIp)]),
  );
  return changeOf([...groups.done, ...plugged.done], [...groups.failed, ...plugged.failed]);
}

/** Interfaces whose subnet routes anywhere but an internet gateway: such flows are always tracked (EC2 guide). */
async function alwaysTracked(target: Instance, ec2: EC2Client): Promise<Set<string>> {
  const vpcs = [...new Set(target.interfaces.map(({ vpc }) => vpc))];
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: vpcs }] }),
  );
  const tracked = target.interfaces.filter(({ vpc, subnet }) => {
    const own = RouteTables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
    const main = RouteTables.find(
      ({ VpcId, Associations = [] }) => VpcId === vpc && Associations.some(({ Main }) => Main),
    );
    const routes = (own ?? main)?.Routes ?? [];
    return !routes.every(({ GatewayId = '' }) => GatewayId === 'local' || GatewayId.startsWith('igw-'));
  });
  return new Set(tracked.map(({ id }) => id));
}

async function verify({ target, stored, applied, now, session }: LeverReading<Instance, InterfaceStates>) {
  const ec2 = session.client(EC2Client);
  const closed = Object.values(stored.ours.interfaces).flatMap(({ groups }) => groups);
  const [rules, tracked] = await Promise.all([ruleCounts(ec2, closed), alwaysTracked(target, ec2)]);
  return verdictOf({ ours: stored.ours, now, applied, rules, alwaysTracked: tracked });
}

/** The swap of each interface into the groups it has, and a group for each VPC. */
function dryRuns({ interfaces }: Instance, session: Session): DryRun[] {
  const ec2 = session.client(EC2Client);
  const DryRun = true;
  const swaps = interfaces.map(({ id: NetworkInterfaceId, groups: Groups }): DryRun => {
    const command = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups, DryRun });
    return ['ec2:ModifyNetworkInterfaceAttribute', () => ec2.send(command)];
  });
  const groups = [...new Set(interfaces.map(({ vpc }) => vpc))].map((VpcId): DryRun => {
    const named = { GroupName: 'tourniquet-check', Description: 'Never made: a dry run', VpcId };
    return ['ec2:CreateSecurityGroup', () => ec2.send(new CreateSecurityGroupCommand({ ...named, DryRun }))];
  });
  return [...swaps, ...groups];
}

export const handler = serveLever(quarantineInterfaces, {
  dryRuns,
  look,
  beforeStateFrom: beforeStateFrom,
  preparedFrom: (target: Instance, handed: unknown) => {
    const parsed = Prepared.safeParse({ groups: handed });
    return groupsFor(target, parsed.success ? parsed.data.groups : target.quarantineGroups);
  },
  prepare: async (target: Instance, session: Session) => {
    const ec2 = session.client(EC2Client);
    return Promise.all([...new Set(target.interfaces.map(({ vpc }) => vpc))].map((vpc) => ensureGroups(ec2, vpc)));
  },
  plan: planQuarantine,
  apply,
  release,
  verify,
});
