import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Launched } from '../launched.ts';
import type { Shares } from '../shares.ts';

/** Ids a sentence names before it only counts: an instance that is not named is not responded for. */
const nameable = 25;

const listed = (names: readonly string[]): string => {
  const rest = names.length > nameable ? ` and ${names.length - nameable} more` : '';
  return `${names.slice(0, nameable).join(', ')}${rest}`;
};

export function sharesSentence({ shares }: Shares): string {
  const names = Object.keys(shares);
  if (names.length === 0) return 'Shared with nobody';
  return `Shared with ${listed(names.map((name) => (name === 'all' ? 'everybody (it is public)' : name)))}`;
}

/** Of one that is encrypted a key has to be shared too, so that it is the second way to stop the use of a copy (EBS user guide, "Share the KMS key"). */
export const keySentence = (key: string | undefined): string =>
  key
    ? `Encrypted with ${key}: who has copied it without re-encrypting still needs that key`
    : 'Not encrypted: who has used it has all of its data';

export interface Locked {
  readonly LockState?: string | undefined;
  readonly LockExpiresOn?: Date | undefined;
}

export const lockSentence = (lock: Locked | undefined): string =>
  lock
    ? `Locked (${lock.LockState}) until ${lock.LockExpiresOn?.toISOString() ?? 'its lock ends'}`
    : 'Not locked: anyone who may delete snapshots may delete it';

/** Those launched from it and from images of it; what was found is on each of their disks. */
export function launchedSentence(instances: readonly Launched[]): string {
  if (instances.length === 0) return 'No instance of this account and Region was launched from it';
  const names = listed(instances.map(({ id, state }) => (state === 'running' ? id : `${id} (${state})`)));
  return `Launched from it, each to be responded for: ${names}`;
}

export const madeSentences = (what: string, names: readonly string[]): string[] =>
  names.length > 0 ? [`${what}: ${listed(names)}`] : [];

/** A call on record, with the words of the caller and of the account that was made use of it. */
export interface Called {
  readonly name: string;
  readonly at: string;
  readonly by: string;
}

const words: Readonly<Record<string, string>> = {
  ModifySnapshotAttribute: 'Shared or unshared',
  ModifyImageAttribute: 'Shared or unshared',
  SharedSnapshotVolumeCreated: 'Another account made a volume of it',
  SharedSnapshotCopyInitiated: 'Another account copied it',
};

/** What CloudTrail tells the owner: who changed the list, and each use by another account (EBS user guide, "Determine the use of snapshots that you share"). */
export const calledSentences = (calls: readonly Called[]): string[] =>
  calls.slice(0, nameable).map(({ name, at, by }) => `${words[name] ?? name} at ${at}${by ? ` by ${by}` : ''}`);

/** The events that tell of a copy of this kind. */
export const eventsOf = {
  snapshot: ['ModifySnapshotAttribute', 'SharedSnapshotVolumeCreated', 'SharedSnapshotCopyInitiated'],
  image: ['ModifyImageAttribute'],
} as const;

/** The volume that EC2 names for a copy of a snapshot, and that is none (EC2 API reference, Snapshot, VolumeId). */
export const unknownVolume = 'vol-ffffffff';
export const copiedSentence =
  'It is a copy of another snapshot: of which volume EC2 does not say, so that its backups are not known';

/** Whether what is in it is the matter, and not with whom it was shared. */
export const tellsOfMalware = (finding: Pick<Finding, 'type'> | null): boolean =>
  /^Execution:.*File/.test(finding?.type ?? '');
