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
  const has = isNew ? { key: entry.key, newest: entry.kind, versions: 0 } : open;
  const which = entry.kind === 'version' ? 'versions' : 'markers';
  return {
    count: { ...before, [which]: before[which] + 1 },
    open: {
      ...has,
      newest: entry.latest ? entry.kind : has.newest,
      versions: has.versions + (entry.kind === 'version' ? 1 : 0),
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
    'Restore into a new bucket first, and compare with this list',
  ];
}
