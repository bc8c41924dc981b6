import type { Position } from '../event.ts';
import type { Named } from './places.ts';

/** How far somebody came: the words of the report. */
export type Reach = 'reached' | 'may' | 'unknown' | 'not';
/** From the most to the least. */
export const reaches: readonly Reach[] = ['reached', 'may', 'unknown', 'not'];

/** What was seen between two of them. */
export interface Edge {
  readonly from: Named;
  readonly to: Named;
  /** `could`: nobody was seen to do it, and a policy that is in the logs allows it. `held`: what the rights in a file say of it. */
  readonly how: 'call' | 'role' | 'flow' | 'could' | 'held';
  readonly thread: string | null;
  readonly actions: Set<string>;
  readonly techniques: Set<string>;
  readonly first: string;
  last: string;
  count: number;
  reach: Reach;
  /** Why, of what rights say. */
  readonly because?: string;
  /** Records that say how far it went, the first of them. */
  records: Position[];
}
