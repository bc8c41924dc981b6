import * as z from 'zod';
import { AuthorityDecision, type NotAsked } from '../domain/authority.ts';
import type { Item } from '../items/item.ts';
import { entryItem } from '../items/ledger.ts';
import { parsed } from './items.ts';

/** Why a run was allowed to act, or had to ask: the rule that decided, in its own words. `approval` is the question it led to. */
export interface Ground {
  readonly at: string;
  readonly approval: string | null;
  readonly kind: AuthorityDecision['kind'];
  readonly because: string;
  /** Where nobody was asked, why: a code. */
  readonly reason?: NotAsked;
}

const Entry = z.object({
  at: z.string(),
  kind: z.string(),
  detail: z.object({
    authority: AuthorityDecision,
    approval: z.string().nullable().catch(null),
    run: z.string().catch(''),
  }),
});

/** The grounds on an incident's ledger, each once for a question or a run. */
export function groundsOf(items: readonly Item[]): Ground[] {
  const grounds = parsed(items, entryItem, Entry).map(({ at, detail: { authority, approval, run } }) => ({
    of: approval ?? run,
    ground: { at, approval, ...authority },
  }));
  const once = Map.groupBy(grounds, ({ of, ground }) => `${of} ${ground.kind} ${ground.because}`);
  return [...once.values()].flatMap(([first]) => (first ? [first.ground] : []));
}
