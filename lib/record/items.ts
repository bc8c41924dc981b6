import type * as z from 'zod';
import type { Item, Unread } from '../items/item.ts';

/** A kind of item, as far as it sorts its own out of many. */
export interface Kind<Value> {
  isOf(item: Item): boolean;
  sorted(items: readonly Item[]): { readonly values: readonly Value[]; readonly unread: readonly Unread[] };
}

/** Items of one kind that can be read, as far as `view` takes an interest in them. Those that cannot be read are in `unreadAmong`. */
export const parsed = <T>(items: readonly Item[], kind: Kind<unknown>, view: z.ZodType<T>): T[] =>
  kind.sorted(items).values.flatMap((value) => {
    const seen = view.safeParse(value);
    return seen.success ? [seen.data] : [];
  });
