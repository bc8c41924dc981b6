import { type Custody, copyFailed } from '../../../lib/domain/custody.ts';
import { arn } from '../../../lib/domain/resource.ts';
import type { Instance } from '../instance/target.ts';
import type { OnDisk, SnapshotsTaken } from './step.ts';

/** The instance whose volumes are copied, by its id, and those that are known. */
export type Copied = Pick<Instance, 'partition' | 'account' | 'region' | 'id' | 'volumes'>;

/** Of the host of a task or a pod nothing but its id is known: EC2 is asked by that. */
export function copiesOf(target: OnDisk): Copied[] {
  if (target.kind === 'instance') return [target];
  const hosts = target.kind === 'ecs-task' ? [target.host].flatMap((host) => host ?? []) : target.hosts;
  return hosts.map((id) => ({ ...target, id, volumes: [] }));
}

/** A snapshot as EC2 answers with it, whether just made or found. */
export interface Listed {
  readonly SnapshotId?: string | undefined;
  readonly VolumeId?: string | undefined;
  readonly StartTime?: Date | undefined;
  readonly State?: string | undefined;
}

export interface Taken {
  readonly id: string;
  readonly volume: string;
  readonly acquiredAt: string;
}

const day = 86_400_000;
export const daysAfter = (from: string, days: number): string => new Date(Date.parse(from) + days * day).toISOString();

/** What became of a lock. */
export type Lock = { readonly until: string } | { readonly error: string };

/**
 * Why there is nothing to copy, or null. An instance has at least one interface: one that shows neither interface nor volume was not
 * read, and then EC2 is asked by the instance's id alone.
 */
export function nothingToCopy(target: OnDisk): string | null {
  if (target.kind === 'ecs-task')
    return target.host ? null : 'the task runs on no EC2 instance of this account: there is no volume to copy';
  if (target.kind === 'eks-workload')
    return target.hosts.length > 0
      ? null
      : 'its pods are on no node known to be an EC2 instance: there is no volume to copy';
  const { interfaces, volumes } = target;
  return interfaces.length > 0 && volumes.length === 0
    ? 'no EBS volume is attached; instance store is not captured by snapshots'
    : null;
}

/** The set an earlier attempt of this incident made, or null. A set with a failed copy does not stand. */
export function standingSet(found: readonly Listed[]): readonly Listed[] | null {
  return found.length > 0 && found.every(({ State }) => State !== 'error') ? found : null;
}

export const takenFrom = (set: readonly Listed[], now: string): Taken[] =>
  set
    .map(({ SnapshotId = '', VolumeId = '', StartTime }) => ({
      id: SnapshotId,
      volume: VolumeId,
      acquiredAt: StartTime?.toISOString() ?? now,
    }))
    .toSorted((a, b) => a.volume.localeCompare(b.volume));

/** Who took the set, and with what. */
type Acquirer = Pick<Custody, 'acquiredBy' | 'tool'>;

/** What EC2 shows of a copy a moment later: of whose key, and why it failed, if it did. */
export interface Shown {
  readonly key: string | null;
  readonly failed: string | null;
}

/** What became of each snapshot, by its id. */
export interface Became {
  /** In which mode they were locked, as configured. */
  readonly mode: 'governance' | 'compliance';
  readonly locks: ReadonlyMap<string, Lock>;
  readonly shown: ReadonlyMap<string, Shown>;
}

const custody = (
  target: Copied,
  acquirer: Acquirer,
  one: Taken,
  lock: Pick<Custody, 'lockedUntil' | 'key'>,
  mode: Became['mode'],
): Custody => ({
  kind: 'volume-snapshot',
  source: arn(target, 'ec2', `volume/${one.volume}`),
  account: target.account,
  region: target.region,
  acquiredAt: one.acquiredAt,
  ...acquirer,
  // Snapshots carry no account in their ARN (Service Authorization Reference, Amazon EC2).
  uri: `arn:${target.partition}:ec2:${target.region}::snapshot/${one.id}`,
  version: null,
  size: null,
  sha256: null,
  ...lock,
  lockMode: lock.lockedUntil ? mode : 'none',
});

const worst = (outcomes: readonly SnapshotsTaken['outcome'][]): SnapshotsTaken['outcome'] =>
  (['partly-taken', 'taken-not-locked'] as const).find((one) => outcomes.includes(one)) ?? 'taken';

/** What to report of the sets of several instances, taken together. */
export const together = (sets: readonly SnapshotsTaken[]): SnapshotsTaken => ({
  outcome: worst(sets.map(({ outcome }) => outcome)),
  snapshots: sets.flatMap(({ snapshots }) => snapshots),
  evidence: sets.flatMap(({ evidence }) => evidence),
  failed: sets.flatMap(({ failed }) => failed),
});

/** What to report of a set: each copy with its lock, or with the reason why it has none; a copy that failed is no evidence. */
export function resultOf(
  target: Copied,
  acquirer: Acquirer,
  all: readonly Taken[],
  { locks, shown, mode }: Became,
): SnapshotsTaken {
  const whyNot = ({ id }: Taken): string | null => shown.get(id)?.failed ?? null;
  const taken = all.filter((one) => whyNot(one) === null);
  const untilOf = (id: string): string | null => {
    const lock = locks.get(id);
    return lock && 'until' in lock ? lock.until : null;
  };
  const lost = all.flatMap((one) => {
    const because = whyNot(one);
    return because === null
      ? []
      : [{ what: `copy ${one.id} of ${one.volume}`, error: copyFailed(target.region, one.volume, because) }];
  });
  const unlocked = taken.flatMap(({ id }) => {
    const lock = locks.get(id) ?? { error: 'was not attempted' };
    return 'error' in lock ? [{ what: `lock of ${id}`, error: lock.error }] : [];
  });
  return {
    outcome: lost.length > 0 ? 'partly-taken' : unlocked.length > 0 ? 'taken-not-locked' : 'taken',
    snapshots: taken.map(({ id, volume }) => ({ id, volume, lockedUntil: untilOf(id) })),
    evidence: taken.map((one) =>
      custody(target, acquirer, one, { lockedUntil: untilOf(one.id), key: shown.get(one.id)?.key ?? null }, mode),
    ),
    failed: [...lost, ...unlocked],
  };
}
