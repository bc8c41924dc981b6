import type { Block } from '../bucket-facts.ts';
import { listed } from '../listed.ts';

/** Buckets that a question looks at: each takes six calls. */
export const looked = 100;

/** A bucket as far as it was read. */
export interface Bucket {
  readonly name: string;
  /** By what everybody may come in, in words; empty where nobody may. */
  readonly open: readonly string[];
  /** What shows that this is meant, in words. */
  readonly purpose: readonly string[];
  /** With ACLs an object may be public by itself. */
  readonly acls: 'on' | 'off';
}

/** What could not be read, with the reason. */
export interface Unread {
  readonly name: string;
  readonly because: string;
}

/** What opens a bucket, where the blocks of bucket and account leave it to that: the strictest counts (S3 user guide, "Blocking public access to your Amazon S3 storage"). */
export function openBy(
  { policyIsPublic, aclIsPublic }: { readonly policyIsPublic: boolean; readonly aclIsPublic: boolean },
  blocks: readonly (Block | null)[],
): string[] {
  const on = (flag: keyof Block): boolean => blocks.some((one) => one?.[flag]);
  return [
    ...(policyIsPublic && !on('RestrictPublicBuckets') ? ['by its policy'] : []),
    ...(aclIsPublic && !on('IgnorePublicAcls') ? ['by its ACL'] : []),
  ];
}

/** Names that a sentence has room for: who loses a website has to find it here. */
const nameable = 20;

const named = ({ name, open, purpose }: Bucket): string => `${name} (${[...open, ...purpose].join(', ')})`;

/** Which would go dark: those that are meant to be public first. */
export function publicSentences(buckets: readonly Bucket[], unread: readonly Unread[], more: 'more' | 'all'): string[] {
  const open = buckets.filter((one) => one.open.length > 0);
  const meant = open.filter(({ purpose }) => purpose.length > 0);
  const others = open.filter(({ purpose }) => purpose.length === 0);
  const loose = buckets.filter(({ acls, open: by }) => acls === 'on' && by.length === 0);
  const sentences = [
    [meant.map(named), 'GO DARK, and are public on purpose as far as tags and websites tell'],
    [others.map(named), 'PUBLIC now, with nothing that says on purpose'],
    [loose.map(({ name }) => name), 'ACLs are on, so that single objects may be public'],
    [unread.map(({ name, because }) => `${name} (${because})`), 'COULD NOT BE READ'],
  ] as const;
  return [
    open.length === 0
      ? 'No bucket is public by its policy or its own ACL now'
      : `Buckets that are public now: ${open.length}`,
    ...sentences.flatMap(([names, what]) => (names.length > 0 ? [`${what}: ${listed(names, nameable)}`] : [])),
    ...(more === 'more' ? [`MORE THAN ${looked} BUCKETS: the others are not looked at`] : []),
  ];
}

/** Of the account, as it stands. */
export function accountSentence(block: Block | null): string {
  const on = Object.entries(block ?? {}).flatMap(([flag, set]) => (set ? [flag] : []));
  if (on.length === 0) return `Block Public Access of the account is off${block ? '' : ': it has no configuration'}`;
  return `Block Public Access of the account: ${on.length === 4 ? 'on' : `${on.join(', ')} alone`}`;
}

export interface Changed {
  readonly name: string;
  readonly at: string;
  readonly by: string;
}

/** Who changed it, the newest first. */
export const changedSentence = (changes: readonly Changed[]): string =>
  changes.length > 0
    ? `Changed lately: ${listed(changes.toSorted((one, other) => other.at.localeCompare(one.at)).map(({ name, at, by }) => `${name} by ${by} at ${at}`))}`
    : 'CloudTrail shows no change of it in this Region in the last days: another Region may';
