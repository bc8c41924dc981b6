import {
  AssociateAddressCommand,
  CreateSecurityGroupCommand,
  DescribeAddressesCommand,
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
import { alwaysTracked } from '../always-tracked.ts';
import type { Instance } from '../instance/target.ts';
import { networkInterfacesOf } from '../network-interfaces.ts';
import { isMarked, type QuarantineGroups } from '../quarantine-groups.ts';
import { whyAbsent } from '../terminated.ts';
import {
  empty,
  ensureGroups,
  groupsNow,
  letsEverythingThrough,
  needingIt,
  onceFound,
  ruleCounts,
  rulesOf,
} from './groups.ts';
import {
  beforeStateFrom,
  elasticIpsIn,
  groupsFor,
  interfaceState,
  planQuarantine,
  twoPhase,
  verdictOf,
} from './plan.ts';
import { type ElasticIp, type InterfaceStates, Prepared, quarantineInterfaces } from './step.ts';

async function look(target: Instance, session: Session): Promise<InterfaceStates> {
  const ec2 = session.client(EC2Client);
  const allocations = addressesOf(target).flatMap(({ allocation }) => allocation ?? []);
  const [interfaces, addresses] = await Promise.all([
    networkInterfacesOf(session, target.id),
    holdersOf(ec2, allocations),
  ]);
  return {
    addresses,
    interfaces: Object.fromEntries(
      interfaces.map((one) => [
        one.NetworkInterfaceId ?? '',
        interfaceState(
          (one.Groups ?? []).map(({ GroupId = '' }) => GroupId),
          elasticIpsOn(one),
        ),
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

/** An Elastic IP belongs to a private address, and an interface may have several of both. */
const elasticIpsOn = ({ PrivateIpAddresses = [] }: NetworkInterface): ElasticIp[] =>
  PrivateIpAddresses.toSorted((a, b) => Number(b.Primary ?? false) - Number(a.Primary ?? false)).flatMap(
    ({ Association, PrivateIpAddress: privateIp = '' }) =>
      Association?.AllocationId ? [{ allocation: Association.AllocationId, privateIp }] : [],
  );

const addressesOf = ({ interfaces }: Pick<Instance, 'interfaces'>) =>
  interfaces.flatMap(({ publicAddress, others = [] }) => (publicAddress ? [publicAddress, ...others] : others));

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
  const openFor = (groups: readonly string[]): string => openOf.get(groups[0] ?? '') ?? '';
  const reading = groupsNow(ec2, [...closedGroups, ...todo.flatMap(([, { groups }]) => openFor(groups) || [])]);
  // Whoever awaits it reports its failure; until then it must not count as unhandled.
  reading.catch(() => {});
  const opened = await all(
    todo.map(([id, { groups }]) => [id, () => onceFound(() => swap(ec2, id, [openFor(groups)]))]),
  );
  const closed = await all(todo.map(([id, { groups }]) => [id, () => needingIt(() => swap(ec2, id, groups))]));
  const read = await reading;
  // Somebody has put a rule into it: a hole in the quarantine is closed, not argued about. One that lost our tag is not ours to empty.
  const holes = read.filter(
    (one) => closedGroups.includes(one.GroupId ?? '') && rulesOf(one) > 0 && isMarked(one, 'closed'),
  );
  if (holes.length > 0)
    await empty(
      ec2,
      holes.map(({ GroupId = '' }) => GroupId),
    );
  // What strips rules that let everybody in may have stripped this one: then nothing became untracked by it.
  const untracking = new Set(read.filter(letsEverythingThrough).map(({ GroupId }) => GroupId));
  const untracked = (id: string): boolean =>
    opened.done.includes(id) && untracking.has(openFor(to.interfaces[id]?.groups ?? []));
  // Also of an interface that an earlier attempt closed and then died: only one that could not be closed keeps its address.
  const left = new Set(closed.failed.map(({ what }) => what));
  const elasticIps = Object.entries(from.interfaces).flatMap(([id, now]) =>
    to.interfaces[id] && !left.has(id)
      ? elasticIpsIn(now).map((one) => [nameOf(id, one, now), () => takeAddress(ec2, target, one)] as const)
      : [],
  );
  const unplugged = await all(elasticIps.map(([name, take]) => [name, take]));
  const swaps = closed.done.map((id) => (untracked(id) ? twoPhase(id) : `${id}: closed group only`));
  return changeOf([...swaps, ...unplugged.done], [...closed.failed, ...unplugged.failed]);
}

/** Which address it is: that of the primary private address by its interface alone. */
const nameOf = (id: string, { privateIp }: ElasticIp, { more = [] }: InterfaceStates['interfaces'][string]): string =>
  more.some((other) => other.privateIp === privateIp) ? `Elastic IP of ${id} at ${privateIp}` : `Elastic IP of ${id}`;

async function takeAddress(ec2: EC2Client, target: Instance, { allocation }: ElasticIp): Promise<void> {
  const association = addressesOf(target).find((one) => one.allocation === allocation)?.association;
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
  const lost = still.flatMap(([id, before]) => {
    const there = from.interfaces[id];
    const has = there ? elasticIpsIn(there).map(({ allocation }) => allocation) : [];
    return elasticIpsIn(before).flatMap((one) =>
      has.includes(one.allocation) ? [] : [[nameOf(id, one, before), () => giveAddress(ec2, id, one)] as const],
    );
  });
  const plugged = await all(lost.map(([name, give]) => [name, give]));
  return changeOf([...groups.done, ...plugged.done], [...groups.failed, ...plugged.failed]);
}

async function verify({ target, stored, applied, now, session }: LeverReading<Instance, InterfaceStates>) {
  const ec2 = session.client(EC2Client);
  const closed = Object.values(stored.ours.interfaces).flatMap(({ groups }) => groups);
  const [rules, tracked] = await Promise.all([ruleCounts(ec2, closed), alwaysTracked(target, session)]);
  return verdictOf({ ours: stored.ours, now, applied, rules, alwaysTracked: new Set(tracked.keys()) });
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
  absent: whyAbsent,
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
