/** A clock that should be set. */
export interface Wanted {
  readonly incident: string;
  readonly schedule: string;
  readonly obligation: string;
}

/** What the schedules that exist say about the clocks there should be. */
export interface Difference<W extends Wanted> {
  readonly missing: readonly W[];
  /** Of obligations that are sent or withdrawn: they have rung their last. */
  readonly done: readonly string[];
  /** Of no obligation we know. */
  readonly orphans: readonly string[];
}

/** `schedules` are the names that exist, `known` those of all obligations, and `wanted` those that have something left to tell. */
export function differenceOf<W extends Wanted>(
  schedules: readonly string[],
  known: ReadonlySet<string>,
  wanted: readonly W[],
): Difference<W> {
  const [set, needed] = [new Set(schedules), new Set(wanted.map(({ schedule }) => schedule))];
  return {
    missing: wanted.filter(({ schedule }) => !set.has(schedule)),
    done: schedules.filter((name) => known.has(name) && !needed.has(name)),
    orphans: schedules.filter((name) => !known.has(name)),
  };
}

const hour = 3_600_000;
/** Hours after which a checkpoint is late; one a day is made, at the time of the sweep. */
const late = 26;

/** What the newest checkpoint says of all incidents. */
export interface Sealed {
  readonly number: number;
  readonly at: string;
  readonly incidents: number;
  /** Of those, as many as need not be listed. */
  readonly unlisted: number;
}

/** What does not fit the newest checkpoint: fewer incidents than it counts, or that it is late. Null where there is none yet. */
export function againstCheckpoint(newest: Sealed | null, listed: number, now: string): string[] {
  if (!newest) return [];
  const { number, at, incidents, unlisted } = newest;
  const known = incidents - unlisted;
  const gone = `${listed} incidents are listed, and checkpoint ${number} counts ${known}`;
  const old = `the newest checkpoint, ${number}, is of ${at}`;
  return [...(listed < known ? [gone] : []), ...(Date.parse(now) - Date.parse(at) > late * hour ? [old] : [])];
}

/** What a sweep came to. Every list empty: all is as it should be. */
export interface Swept {
  readonly incidents: number;
  /** Clocks that were not set, and are now; `incident regime/report`. */
  readonly repaired: readonly string[];
  /** Schedules of no obligation, deleted. */
  readonly orphans: readonly string[];
  /** Ledgers whose chain does not hold, with the reason. */
  readonly broken: readonly string[];
  /** What does not fit the newest checkpoint. */
  readonly vanished: readonly string[];
  /** Evidence outside the vault that is not as it was taken. */
  readonly evidence: readonly string[];
  /** Rules of ours that do not hear. */
  readonly deaf: readonly string[];
  /** Of forwarders in other accounts and Regions: silent, heard again, or with undelivered events. */
  readonly forwarders: readonly string[];
  /** Of accounts whose roles are of another version than the hub's. */
  readonly members: readonly string[];
  /** Of detectors of GuardDuty that are off, and were on, or are on again. */
  readonly detectors: readonly string[];
  /** What could not be looked at or mended. */
  readonly failed: readonly string[];
}

/** What is over needs no check of its chain; its clocks run on until somebody files or withdraws, and its evidence is kept. */
export const isOver = (state: string): boolean => state === 'released' || state === 'closed';

interface Locked {
  readonly lockedUntil?: string | null | undefined;
}

/** The evidence that is looked at: of what is over as long as a lock is to hold it. After that its owner may delete it. */
export const watched = <R extends Locked>(records: readonly R[], state: string, now: string): readonly R[] =>
  isOver(state) ? records.filter(({ lockedUntil }) => !!lockedUntil && lockedUntil > now) : records;

/** What people are paged with; null where there is nothing to say. */
export function pageOf({
  repaired,
  orphans,
  broken,
  vanished,
  evidence,
  deaf,
  forwarders,
  members,
  detectors,
  failed,
}: Swept): { subject: string; text: string } | null {
  const parts = [
    ...vanished.map(
      (one) =>
        `Checkpoints: ${one}. Find out what is missing with tourniquet verify --checkpoints, and who could write.`,
    ),
    ...broken.map(
      (one) =>
        `The ledger of ${one}. Do not rely on it; keep the vault's copies, and find out who could write to the table.`,
    ),
    ...evidence.map((one) => `Evidence ${one}. Find out who could change or delete it; copies may lie elsewhere.`),
    ...deaf.map((one) => `${one} Find out who changed it.`),
    ...forwarders,
    ...members,
    ...detectors,
    ...repaired.map(
      (one) => `The clock of ${one} was missing and is set again. A reminder may have been missed: check the due time.`,
    ),
    ...orphans.map((one) => `The schedule ${one} belonged to no obligation and was deleted. Find out who created it.`),
    ...failed.map((one) => `Failed: ${one}`),
  ];
  if (parts.length === 0) return null;
  const counts = [
    ...(vanished.length > 0 ? ['incidents do not fit the checkpoint'] : []),
    ...(broken.length > 0 ? [`${broken.length} broken ledgers`] : []),
    ...(evidence.length > 0 ? [`${evidence.length} pieces of evidence no longer match their record`] : []),
    ...(deaf.length > 0 ? [`${deaf.length} rules do not hear`] : []),
    ...(forwarders.length > 0 ? [`${forwarders.length} forwarders`] : []),
    ...(members.length > 0 ? [`roles of ${members.length} accounts are of another version`] : []),
    ...(detectors.length > 0 ? [`${detectors.length} detectors`] : []),
    ...(repaired.length > 0 ? [`${repaired.length} clocks set again`] : []),
    ...(orphans.length > 0 ? [`${orphans.length} orphaned schedules deleted`] : []),
    ...(failed.length > 0 ? [`${failed.length} failures`] : []),
  ];
  return { subject: `Daily check: ${counts.join(', ')}`, text: parts.join('\n\n') };
}
