import { idOf } from '../domain/clock/obligation.ts';
import { beforeStateItem } from '../items/before-state.ts';
import { type Cover, coverItem } from '../items/checkpoint.ts';
import { obligationItem } from '../items/clocks.ts';
import { incidentItem } from '../items/incident.ts';
import type { Item } from '../items/item.ts';
import { entryItem, headItem } from '../items/ledger.ts';
import { custodyRecords } from './custody.ts';

/** One version of an object in the vault. */
export interface InVault {
  readonly key: string;
  readonly bytes: number;
  /** When its lock ends, ISO 8601; null where it has none, or where a later one stands for it. */
  readonly lockedUntil: string | null;
}

/** A snapshot on record, in the account of its volume. */
export interface KeptSnapshot {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly lockedUntil: string | null;
}

/** What is kept of one incident besides its items in the table, and from when that may go. */
export interface Kept {
  readonly incident: string;
  /** `left`: of the table it is not listed in any more; checkpoints name it. */
  readonly table: 'in the table' | 'left';
  readonly objects: number;
  readonly bytes: number;
  readonly snapshots: readonly KeptSnapshot[];
  /** When the last of its locks ends or ended; null where there was none. */
  readonly lockedUntil: string | null;
  /** Why it may not go yet; empty: it may, since `lockedUntil`. */
  readonly because: readonly string[];
}

export interface Of {
  readonly incident: string;
  /** Its partition of the table, and how far checkpoints cover it. */
  readonly items: readonly Item[];
  readonly covers: readonly Item[];
  readonly objects: readonly InVault[];
  /** ISO 8601. */
  readonly now: string;
}

/** What is over needs nothing of what was sealed to be put back. */
export const over: readonly string[] = ['released', 'closed'];

function snapshotsOn(items: readonly Item[]): KeptSnapshot[] {
  const evidence = custodyRecords(entryItem.sorted(items).values);
  return evidence.flatMap(({ uri, account = '', lockedUntil = null }) => {
    const [, region = '', id = ''] = /^arn:[^:]+:ec2:([^:]+)::snapshot\/(.+)$/.exec(uri) ?? [];
    return id ? [{ id, account, region, lockedUntil }] : [];
  });
}

/** What the incident is still needed for, whatever its locks say. */
function needs({ items, now }: Of): string[] {
  const [meta] = incidentItem.sorted(items).values;
  const held = beforeStateItem.sorted(items).values.filter(({ releasedAt }) => releasedAt === null);
  const obligations = obligationItem.sorted(items).values.map(({ obligation }) => obligation);
  return [
    ...(meta ? [] : ['its record cannot be read']),
    ...(meta && !over.includes(meta.state) ? [`it is ${meta.state}`] : []),
    ...held.map(({ title, of }) => `${title} is held on ${of}`),
    ...obligations.flatMap((one) => {
      if (one.means === 'keep until' && one.state !== 'withdrawn')
        return one.dueAt && one.dueAt <= now
          ? []
          : [`${idOf(one)} keeps it until ${one.dueAt ?? 'a time that is not known'}`];
      return one.state === 'running' ? [`the report ${idOf(one)} is owed`] : [];
    }),
  ];
}

/** What would be lost with it: entries that no export has, or that no checkpoint has seen. */
function unsaved({ items, covers }: Of): string[] {
  const entries = headItem.sorted(items).values[0]?.sequence ?? 0;
  const sealed = incidentItem.sorted(items).values[0]?.sealed?.entries ?? 0;
  const covered = Math.max(0, ...coverItem.sorted(covers).values.map((one: Cover) => one.entries));
  return [
    ...(sealed < entries ? [`${entries - sealed} of ${entries} ledger entries are not sealed`] : []),
    ...(covered < entries ? [`${entries - covered} of ${entries} ledger entries are in no checkpoint`] : []),
  ];
}

/** What the vault keeps of an incident that has left the table: its lock alone says since when that may go. Its export names the snapshots. */
export function keptInVault({ incident, objects, now }: Omit<Of, 'items' | 'covers'>): Kept {
  const lockedUntil =
    objects
      .flatMap((one) => one.lockedUntil ?? [])
      .toSorted()
      .at(-1) ?? null;
  const bytes = objects.reduce((sum, one) => sum + one.bytes, 0);
  const because = lockedUntil !== null && lockedUntil > now ? [`it is locked until ${lockedUntil}`] : [];
  return { incident, table: 'left', objects: objects.length, bytes, snapshots: [], lockedUntil, because };
}

/** Why an incident may not leave the table, whatever the vault keeps of it; empty: it may. */
export const neededFor = (of: Of): string[] => [...needs(of), ...unsaved(of)];

/** What the vault and the accounts keep of an incident, and whether it may go. From there Tourniquet itself removes nothing. */
export function keptOf(of: Of): Kept {
  const { incident, items, objects, now } = of;
  const snapshots = snapshotsOn(items);
  const ends = [...objects, ...snapshots].flatMap(({ lockedUntil }) => lockedUntil ?? []);
  const lockedUntil = ends.toSorted().at(-1) ?? null;
  const locked = lockedUntil !== null && lockedUntil > now ? [`it is locked until ${lockedUntil}`] : [];
  return {
    incident,
    table: 'in the table',
    objects: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    snapshots,
    lockedUntil,
    because: [...locked, ...neededFor(of)],
  };
}
