import type * as z from 'zod';

/** An item of the incident table. */
export type Item = Readonly<Record<string, unknown>>;

/** Items of one kind; one of a shape we do not know, perhaps of a newer version, is left out. */
export function parsed<T>(items: readonly Item[], prefix: string, schema: z.ZodType<T>): T[] {
  return items
    .filter(({ sk }) => String(sk).startsWith(prefix))
    .flatMap((item) => {
      const one = schema.safeParse(item);
      return one.success ? [one.data] : [];
    });
}
