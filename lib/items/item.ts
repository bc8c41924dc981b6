import type * as z from 'zod';
import { Broken } from '../domain/errors.ts';

/** An item of the incident table, as DynamoDB hands it out. */
export type Item = Readonly<Record<string, unknown>>;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What reads single items: the functions' table, and that of the command line. */
export interface Reads {
  get(key: Key): Promise<Item | null>;
}

/** An item that is there and cannot be read, by its sort key. Whoever shows the others shows that too. */
export interface Unread {
  readonly item: string;
  readonly because: string;
}

/** Brings an item of one format to the next. */
type Upcaster = (older: Item) => Item;

interface Declaration<Schema extends z.ZodType, Of extends readonly unknown[]> {
  /** As an error calls it. */
  readonly name: string;
  /** How its sort keys begin, with `#` at the end; the whole sort key where a partition has one of it; empty where it fills a partition. */
  readonly prefix: string;
  readonly key: (...of: Of) => Key;
  /** The format that is written today. */
  readonly schema: Schema;
  /** From format 0 on, each by what it adds; today's format is the number of them. An upcaster stays for as long as incidents are kept. */
  readonly upcasters: Readonly<Record<string, Upcaster>>;
}

/** The format of an item; what was written before items carried `v` is of format 0. */
const formatOf = ({ v = 0 }: Item): unknown => v;

const issuesOf = ({ issues }: z.core.$ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'item'}: ${message}`).join('; ');

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Declares a kind of item: where it lies, what it looks like today, and how an older one becomes that. `Of` is what its key is made of.
 *
 * @example export const runItem = defineItem({ name: 'run', prefix: 'RUN', key: (run: string) => …, schema, upcasters: unversioned });
 */
export function defineItem<Schema extends z.ZodType, const Of extends readonly unknown[]>(
  declaration: Declaration<Schema, Of>,
) {
  const { name, prefix, key, schema, upcasters } = declaration;
  const steps = Object.values(upcasters);
  const v = steps.length;
  const several = prefix === '' || prefix.endsWith('#');
  const isOf = ({ sk }: Item): boolean => (several ? String(sk).startsWith(prefix) : sk === prefix);

  /** The item as today's code knows it. Throws Broken where it cannot be read; it says so, and changes nothing. */
  function read(item: Item): z.output<Schema> {
    const where = `The ${name} at ${item.pk} ${item.sk}`;
    const format = formatOf(item);
    if (!Number.isInteger(format) || Number(format) < 0)
      throw new Broken(`${where} has no format: its v is ${format}.`);
    if (Number(format) > v)
      throw new Broken(
        `${where} has format ${format}, and this version of Tourniquet reads up to ${v}: a newer version wrote it. Nothing is lost; use that version or a later one.`,
      );
    const current = steps.slice(Number(format)).reduce((older, upcast) => upcast(older), item);
    const parsed = schema.safeParse(current);
    if (parsed.success) return parsed.data;
    throw new Broken(`${where} cannot be read: ${issuesOf(parsed.error)}.`);
  }

  function sorted(items: readonly Item[]) {
    const values: z.output<Schema>[] = [];
    const unread: Unread[] = [];
    for (const item of items.filter(isOf)) {
      try {
        values.push(read(item));
      } catch (error) {
        unread.push({ item: String(item.sk), because: wordsOf(error) });
      }
    }
    return { values, unread };
  }

  return {
    name,
    prefix,
    /** Today's format: what creates an item by an update expression sets it too. */
    v,
    key,
    isOf,
    read,
    /** All of this kind among items. Throws Broken where one cannot be read. */
    all: (items: readonly Item[]): z.output<Schema>[] => items.filter(isOf).map(read),
    /** Those of this kind that can be read, and which cannot. For what shows a record, or must go on with the others. */
    sorted,
    /** The one under this key; null where there is none. Throws Broken where it cannot be read. */
    async find(table: Reads, ...of: Of): Promise<z.output<Schema> | null> {
      const found = await table.get(key(...of));
      return found && read(found);
    },
    /** A whole item to be written. */
    item: (value: z.input<Schema> & object, ...of: Of): Item & Key => ({ ...key(...of), v, ...value }),
  };
}

/** Format 1 carries its version, and is otherwise as items without one are. */
export const unversioned = { 'from 0: it carries its format': (older: Item): Item => older } as const;
