import type { expectedForwarders } from '../../../lib/domain/heartbeat.ts';
import type { Heard } from '../../../lib/items/heard.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Hours after which a daily heartbeat is late. */
const late = 26;
/** Days after which it is said again; less an hour, since a daily check does not come to the minute. */
const again = 7 * day - hour;
/** Days after which an account that nobody lists is taken to be closed. */
const given = 35 * day;

/** One forwarder of which people are to be told, and how its item reads then. */
export interface Told {
  /** Null where only the item changes. */
  readonly says: string | null;
  readonly item: Heard;
}

export type Expected = ReturnType<typeof expectedForwarders>;

const where = ({ account, region }: Pick<Heard, 'account' | 'region'>): string => `${account} in ${region}`;
const since = (at: string | null, now: string): number => (at ? Date.parse(now) - Date.parse(at) : Infinity);

function silent(heard: Heard, expected: 'listed' | 'unlisted', now: string): Told[] {
  const quiet = since(heard.heardAt, now);
  if (expected === 'unlisted' && quiet > given) return [];
  if (since(heard.toldAt, now) < again) return [];
  const last = heard.heardAt ? `has not been heard since ${heard.heardAt}` : 'has never been heard';
  const says = `The forwarder of ${where(heard)} ${last}. What happens there does not reach the hub. tourniquet doctor --account ${heard.account} --region ${heard.region} names the cause.`;
  return [{ says, item: { ...heard, toldAt: now } }];
}

/** Which forwarders fell silent, are still silent after a week, or are heard again. */
export function silences(expected: Expected, heard: readonly Heard[], now: string): Told[] {
  const known = new Map(heard.map((one) => [where(one), one]));
  const listed = new Set(expected.map(where));
  const never = expected
    .filter((one) => !known.has(where(one)))
    .map((one): Heard => ({ ...one, heardAt: null, toldAt: null, letters: 0 }));
  return [...heard, ...never].flatMap((one) => {
    if (since(one.heardAt, now) > late * hour) return silent(one, listed.has(where(one)) ? 'listed' : 'unlisted', now);
    if (!one.toldAt) return [];
    return [{ says: `The forwarder of ${where(one)} is heard again.`, item: { ...one, toldAt: null } }];
  });
}

/** What is to be told of a forwarder's dead letters: nothing where there are no more than people know. */
export function lettersOf(heard: Heard, letters: number): Told[] {
  const item = { ...heard, letters };
  if (letters <= heard.letters) return letters < heard.letters ? [{ says: null, item }] : [];
  const says = `${letters} events of ${where(heard)} could not be delivered to the hub and lie in its dead-letter queue for 14 days. tourniquet doctor --account ${heard.account} --region ${heard.region} --only forwarder-delivers has the command that shows them.`;
  return [{ says, item }];
}
