import { kept, tooMany, type Window } from '../event-window.ts';
import { type Answer, type Call, few, inOrder, iso, type Said } from './plan.ts';

interface CallHistory {
  readonly window: Window;
  /** Since the first sign. */
  readonly own: readonly Answer[];
  /** Before; null where nothing tells its calls from others'. */
  readonly earlier: readonly Answer[] | null;
}

const address = ({ from }: Call): string => (/^[\d.]+$|:/.test(from) ? from : '');
const traits: readonly (readonly [what: string, of: (call: Call) => string])[] = [
  ['address', address],
  ['Region', ({ region }) => region],
  ['user agent', ({ agent }) => agent],
  ['API', ({ call }) => call],
];

/** What its calls show since the first sign that they did not show before: often the first look at the thief. */
export function firstSeen({ own, earlier, window }: CallHistory): Said {
  const comparable = new Set(earlier?.map(({ region }) => region));
  const since = inOrder(earlier ? own.filter(({ region }) => comparable.has(region)) : own);
  const unread = (because: string) => ({ facts: [], unknown: [`What is new about its calls: ${because}`] });
  if (since.length === 0) return { facts: [], unknown: [] };
  if (!earlier) return unread('nothing names the session, so its earlier calls cannot be distinguished from others');
  if (window.to.getTime() - window.from.getTime() >= kept)
    return unread('CloudTrail keeps 90 days, and this began earlier');
  const first = earlier.flatMap(({ gaps }) => gaps).find(({ reason }) => reason !== tooMany);
  if (first) return unread(`${first.region}: ${first.because}`);
  const before = inOrder(earlier);
  const nothing = `It made no recorded call before ${iso(window.from)} in the Regions it uses now`;
  if (before.length === 0) return { facts: [nothing], unknown: [] };
  const whole = earlier.every(({ gaps }) => gaps.length === 0);
  const compared = whole ? 'the 90 days before' : `its last ${before.length} calls before`;
  const facts = traits.flatMap(([what, of]) => {
    const known = new Set(before.map(of));
    const fresh = [...new Set(since.map(of))].filter((value) => value !== '' && !known.has(value));
    return fresh.length > 0 ? [`New, not in ${compared}: ${what} ${few(fresh)}`] : [];
  });
  return { facts, unknown: [] };
}
