/** Which code the aliases of a function run, and which of it was there before the incident began. */

/** The version that an alias runs, and the shares of others beside it (Lambda API reference, AliasRoutingConfiguration). */
export interface Pointer {
  readonly version: string;
  /** From 0 to 1, by version. */
  readonly weights: Readonly<Record<string, number>>;
}

/** When the code and settings of each version were last changed (ISO 8601, UTC); published ones stay as they are. */
export type Versions = Readonly<Record<string, string>>;

/** Code that anybody may change at any time (Lambda guide, "Manage Lambda function versions"). */
export const unpublished = '$LATEST';

/** Whether it is from after the first sign. What is not listed any more nobody can vouch for. */
export function isLate(versions: Versions, version: string, since: string): boolean {
  const at = versions[version];
  return at === undefined || Date.parse(at) >= Date.parse(since);
}

/** The newest published version from before the first sign; null where there is none. Numbers only grow, and no two are the same. */
export function lastGood(versions: Versions, since: string): string | null {
  const good = Object.keys(versions).filter((one) => one !== unpublished && !isLate(versions, one, since));
  return good.toSorted((a, b) => Number(b) - Number(a))[0] ?? null;
}

/**
 * An alias as it is to be: on the last good version if its own is late, and without shares of late ones. Other shares stay, but that of the
 * version it then runs, which Lambda refuses as its own companion. Null where it would need a good version and there is none.
 */
export function rewound({ version, weights }: Pointer, versions: Versions, since: string): Pointer | null {
  const next = isLate(versions, version, since) ? lastGood(versions, since) : version;
  if (next === null) return null;
  const kept = Object.entries(weights).filter(([one]) => one !== next && !isLate(versions, one, since));
  return { version: next, weights: Object.fromEntries(kept) };
}

/** Whether any of its code is late. */
export const runsLate = ({ version, weights }: Pointer, versions: Versions, since: string): boolean =>
  [version, ...Object.keys(weights)].some((one) => isLate(versions, one, since));

const share = (weight: number): string => `${Math.round(weight * 100)} %`;

/** `version 4 of 2026-11-29T10:00:00.000Z, 10 % version 5 of 2026-11-30T08:00:00.000Z` */
export function pointerWords({ version, weights }: Pointer, versions: Versions): string {
  const called = (one: string): string => `version ${one} of ${versions[one] ?? 'an unknown time'}`;
  const shares = Object.entries(weights).map(([one, weight]) => `${share(weight)} ${called(one)}`);
  return [called(version), ...shares].join(', ');
}
