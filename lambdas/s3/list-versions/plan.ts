/** What of the bucket was counted: keys by their newest entry, and all entries. */
export interface Count {
  readonly versions: number;
  readonly markers: number;
  /** Keys whose newest entry is a delete marker, with a version below it: removing the marker brings them back. */
  readonly hidden: number;
  /** Keys whose newest entry is a version without an earlier one. */
  readonly single: number;
  /** Keys whose newest entry is a version that replaced another. */
  readonly replaced: number;
  /** Keys of which a delete marker alone is left. */
  readonly lost: number;
}

export const nothing: Count = { versions: 0, markers: 0, hidden: 0, single: 0, replaced: 0, lost: 0 };

/** One line of the list, as S3 answers it. */
export interface Entry {
  readonly kind: 'version' | 'delete marker';
  readonly key: string;
  readonly version: string;
  readonly latest: boolean;
  readonly at: string | null;
  readonly size: number | null;
  readonly etag: string | null;
}

/** A key and what is known of it until the next one begins: S3 lists by key, of each the newest first. */
export interface Open {
  readonly key: string;
  readonly newest: Entry['kind'];
  readonly versions: number;
  /** The entry that shows now; null as long as none of those that were listed says so. */
  readonly shown: Entry | null;
  /** The newest version that does not show; null where there is none. */
  readonly earlier: Entry | null;
  /** Its delete markers, no more than a line can name. */
  readonly markers: readonly Entry[];
}

/** Delete markers that one line names: who deletes the same key again and again makes any number. */
const nameable = 100;

/** What brings a key back, or that nothing in the bucket does: a line of the plan. Versions are ids; times are ISO 8601. */
export interface Restore {
  readonly key: string;
  readonly state: 'deleted' | 'replaced' | 'lost';
  /** When what shows now was written: whoever restores takes those since the attack began. */
  readonly since: string | null;
  /** To be copied over the key into a clean place; null where no version is left. */
  readonly copy: Pick<Entry, 'version' | 'at' | 'size' | 'etag'> | null;
  /** Delete markers that lie over it: without all of them it shows again in its place. */
  readonly remove: readonly string[];
  /** Whether `remove` names every one of them. */
  readonly all: 'yes' | 'no';
}

/** Null for a key of one version, which shows: there is nothing to bring back. */
export function restoreOf({ key, newest, shown, earlier, markers }: Open): Restore | null {
  if (newest === 'version' && !earlier) return null;
  const since = shown?.at ?? null;
  const all = markers.length < nameable ? 'yes' : 'no';
  if (!earlier) return { key, state: 'lost', since, copy: null, remove: [], all };
  const { version, at, size, etag } = earlier;
  const copy = { version, at, size, etag };
  if (newest === 'version') return { key, state: 'replaced', since, copy, remove: [], all };
  const over = markers.filter((one) => (one.at ?? '') >= (at ?? ''));
  return { key, state: 'deleted', since, copy, remove: over.map((one) => one.version), all };
}

/** The count with a key that is complete. */
export function closing(count: Count, open: Open | null): Count {
  if (!open) return count;
  const which =
    open.newest === 'delete marker'
      ? open.versions > 0
        ? 'hidden'
        : 'lost'
      : open.versions > 1
        ? 'replaced'
        : 'single';
  return { ...count, [which]: count[which] + 1 };
}

/** One entry more. Delete markers and versions of a key come side by side, so the newest is the one that says so. */
export function counted(count: Count, open: Open | null, entry: Entry): { readonly count: Count; readonly open: Open } {
  const isNew = open?.key !== entry.key;
  const before = isNew ? closing(count, open) : count;
  const fresh = { key: entry.key, newest: entry.kind, versions: 0, shown: null, earlier: null, markers: [] };
  const has = isNew ? fresh : open;
  const isMarker = entry.kind === 'delete marker';
  const which = entry.kind === 'version' ? 'versions' : 'markers';
  return {
    count: { ...before, [which]: before[which] + 1 },
    open: {
      ...has,
      newest: entry.latest ? entry.kind : has.newest,
      versions: has.versions + (isMarker ? 0 : 1),
      shown: entry.latest ? entry : has.shown,
      earlier: has.earlier ?? (isMarker || entry.latest ? null : entry),
      markers: isMarker && has.markers.length < nameable ? [...has.markers, entry] : has.markers,
    },
  };
}

/** What comes back and how, for whoever restores. `whole` says whether all of the bucket was listed. */
export function restoreSentences({ versions, markers, hidden, single, replaced, lost }: Count): string[] {
  return [
    `${versions} versions and ${markers} delete markers are listed`,
    ...(hidden > 0 ? [`${hidden} objects were deleted and come back when their delete marker is removed`] : []),
    ...(replaced > 0
      ? [`${replaced} objects have earlier versions: where the newest is wrong, an earlier one can be copied over it`]
      : []),
    ...(single > 0 ? [`${single} objects have one version: what may have been there before does not come back`] : []),
    ...(lost > 0 ? [`${lost} objects have a delete marker alone: they do not come back from this bucket`] : []),
    'What was deleted by its version, or before versioning was on, is not listed: look in replicas and backups',
    'The plan in the vault (restore-plan) names key by key what to copy or which delete markers to remove: restore into a new bucket first',
  ];
}
