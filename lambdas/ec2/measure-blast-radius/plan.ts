import type { Instance } from '../instance/target.ts';
import type { Disks } from '../kept-disks.ts';

/** Ids a sentence names before it only counts. */
const nameable = 3;

/** Who else runs with the same role: a deny that hits too much would stop them too. */
export function roleSentence(role: string, self: string, running: readonly string[]): string {
  const others = running.filter((id) => id !== self).toSorted();
  if (others.length === 0) return `Role ${role} is used by this instance only, in this Region`;
  const named = others.slice(0, nameable).join(', ');
  const rest = others.length > nameable ? ` and ${others.length - nameable} more` : '';
  return `Role ${role} is used by ${others.length + 1} instances in this Region (this one and ${named}${rest})`;
}

export interface Group {
  readonly name: string;
  readonly desired: number;
  readonly inService: number;
  /** Processes somebody suspended; without Launch nothing is replaced (Auto Scaling guide, "Types of processes"). */
  readonly suspended: readonly string[];
}

export function groupSentence({ name, desired, inService, suspended }: Group): string {
  const next = suspended.includes('Launch')
    ? 'no replacement will start, because launching is suspended'
    : 'a replacement will start, from the same template';
  return `Auto Scaling group ${name}: ${inService} of desired ${desired} in service; ${next}`;
}

export interface TargetState {
  readonly id: string;
  readonly state: string;
}

/** What a target group has left without the instance; null when the instance is none of its targets. */
export function targetGroupSentence(
  name: string,
  targets: readonly TargetState[],
  own: ReadonlySet<string>,
): string | null {
  const others = targets.filter(({ id }) => !own.has(id));
  if (others.length === targets.length) return null;
  const healthy = others.filter(({ state }) => state === 'healthy').length;
  return `Target group ${name}: ${healthy} of ${targets.length} targets stay healthy without it`;
}

/** What open connections pass that a change of groups does not end; null where there is nothing of it. */
export function outlastingSentence(tracked: ReadonlyMap<string, readonly string[]>): string | null {
  const passed = [...new Set([...tracked.values()].flat())];
  if (passed.length === 0) return null;
  const interfaces = [...tracked.keys()].toSorted().join(', ');
  return `Open connections of ${interfaces} through ${passed.join(' or ')} outlast the quarantine: a question for more follows`;
}

type Volume = Disks['volumes'][number];
const copyOf = ({ copy }: Volume): string =>
  copy ? `snapshot ${copy.id} of this incident has it (${copy.state})` : 'NO snapshot of this incident has it';

/** What would come of a termination. Nobody is asked about what is gone, what AWS runs, or what could not be read. */
export function endingOf({ id, managedBy }: Pick<Instance, 'id' | 'managedBy'>, disks: Disks | null) {
  if (!disks || managedBy || ['shutting-down', 'terminated', 'gone'].includes(disks.state))
    return { removable: 'none' as const, volumes: [], lines: [] };
  const { state, volumes } = disks;
  const staying = volumes.filter(({ fate }) => fate === 'stays').map((one) => `${one.id} stays: ${copyOf(one)}`);
  const going = volumes.filter(({ fate }) => fate === 'goes');
  return {
    removable: 'some' as const,
    volumes: volumes.map((one) => one.id),
    lines: [
      [`instance ${id}, which is ${state}`, ...staying].join('; its volume '),
      ...going.map((one) => `volume ${one.id} with it: ${copyOf(one)}`),
    ],
  };
}
