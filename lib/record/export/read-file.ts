import type * as z from 'zod';
import { Tampered, wrong } from './fault.ts';
import type { Files } from './files.ts';

/** A file's text. Throws a Tampered where it is no UTF-8. */
export const textIn = (files: Files, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(files.get(name));
  } catch {
    return wrong(name, `${name} is not UTF-8 text: it was changed.`);
  }
};

/** A file's JSON as the schema has it. Throws a Tampered where it is none. */
export function jsonIn<T>(files: Files, name: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(textIn(files, name)));
  } catch (error) {
    if (error instanceof Tampered) throw error;
    return wrong(name, `${name} cannot be read: it is cut short, damaged, or in a format this program does not write.`);
  }
}

/** Throws a Tampered that names the first of `names` that is not there. */
export function checkComplete(files: Files, names: readonly string[]): void {
  const missing = names.find((name) => !files.has(name));
  if (missing !== undefined) wrong(missing, `${missing} is missing.`);
}
