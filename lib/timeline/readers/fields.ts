import type { Fields } from '../event.ts';

/** What lies at a path in a record; undefined where the path ends before. */
function at(record: unknown, path: readonly (string | number)[]): unknown {
  let now = record;
  for (const name of path)
    now =
      typeof now === 'object' && now !== null ? (now as Readonly<Record<string | number, unknown>>)[name] : undefined;
  return now;
}

/** A text or a number at a path, as text; null where there is none, or only the `-` that logs write for none. */
export function said(record: unknown, ...path: readonly (string | number)[]): string | null {
  const found = at(record, path);
  const text = typeof found === 'number' ? String(found) : found;
  return typeof text === 'string' && text !== '' && text !== '-' ? text : null;
}

/** A list at a path; empty where there is none. */
export function listed(record: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(record, path);
  return Array.isArray(found) ? found : [];
}

/** What is there of these, once each. */
export const present = (...values: readonly (string | null | undefined)[]): string[] => [
  ...new Set(values.filter((one): one is string => typeof one === 'string' && one !== '' && one !== '-')),
];

/** The account in an ARN. */
export const accountIn = (arn: string | null): string | null =>
  /^arn:[^:]+:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? '')?.[1] ?? null;

/** Columns by their names. */
export const columnsOf = (names: readonly string[], values: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name, place) => (values[place] === undefined ? [] : [[name, values[place]]])));
