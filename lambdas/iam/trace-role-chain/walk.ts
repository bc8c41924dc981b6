import { deepest } from '../../../lib/domain/finding/chained.ts';
import { type Handing, nameOf, type Session } from './plan.ts';

/** Keys that are looked up: each takes a call in every Region, and CloudTrail takes two a second. */
export const mostFollowed = 20;
/** Sessions that become targets: of more, nobody answers the questions one by one. */
export const mostSessions = 20;

/** A session with the call that first handed it out, so many sessions from the finding's own. */
export interface Found extends Session {
  readonly at: string;
  readonly depth: number;
  readonly by: Handing['caller'];
}

export interface Walked {
  /** All calls on the way, each once. */
  readonly handings: readonly Handing[];
  /** What was not followed, a sentence each. */
  readonly unknown: readonly string[];
  /** Every session once, the nearest first and of those the newest. */
  readonly found: readonly Found[];
}

interface Start {
  readonly account: string;
  readonly depth: number;
  /** Keys that are not to be looked up again. */
  readonly keys: readonly string[];
}

const newestFirst = (all: readonly Handing[]): Handing[] => all.toSorted((a, b) => b.at.localeCompare(a.at));

/** The same session may be handed out many times: it lasts as long as the last of them, and as long as nobody knows. */
function merged(before: Found | undefined, now: Found): Found {
  if (!before) return now;
  const until = before.until === null || now.until === null ? null : Math.max(before.until, now.until);
  return { ...before, until, key: before.key ?? now.key };
}

/**
 * Follows who handed a session to whom, breadth first. Each key is looked up once, so roles that assume each other in a circle come to an
 * end, and each session is found once, whatever the number of its keys. What a session did in another account is on record there.
 */
export async function walk(
  first: readonly Handing[],
  { account, depth: start, keys }: Start,
  read: (key: string) => Promise<readonly Handing[]>,
): Promise<Walked> {
  const seen = new Map<string, Handing>();
  const found = new Map<string, Found>();
  const visited = new Set(keys);
  const unknown: string[] = [];
  let level = newestFirst(first);
  for (let depth = start + 1; level.length > 0; depth++) {
    const fresh = level.filter(({ id }) => !seen.has(id));
    for (const one of fresh) {
      seen.set(one.id, one);
      const now: Found = { ...one.to, at: one.at, depth, by: one.caller };
      const name = nameOf(one.to);
      found.set(name, merged(found.get(name), now));
    }
    const next = new Set(fresh.flatMap(({ to }) => (to.key && (to.account ?? account) === account ? [to.key] : [])));
    const asked = [...next.difference(visited)];
    const room = depth >= deepest ? 0 : Math.max(0, mostFollowed - (visited.size - keys.length));
    const followed = asked.slice(0, room);
    if (asked.length > followed.length)
      unknown.push(
        depth >= deepest
          ? `What ${asked.length} sessions did next: they are ${deepest} from the finding's own`
          : `What ${asked.length - followed.length} sessions did next: more than ${mostFollowed} were issued`,
      );
    for (const key of followed) visited.add(key);
    level = newestFirst((await Promise.all(followed.map(read))).flat());
  }
  return { handings: [...seen.values()], unknown, found: [...found.values()] };
}
