import * as z from 'zod';
import { AccountId } from '../resource.ts';

/** Something that is no finding, or one that cannot be used, in words for whoever sent it. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

/** Findings are a dozen levels deep; what is deeper is no finding, and would exhaust whoever walks it. */
const deepest = 64;

const camelKey = (key: string): string => {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) return key;
  // Only from the first of several: from each of 100,000 underscores anew would take half a minute.
  const joined = key.replace(/(?<!_)_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  // `DBInstance` → `dbInstance`, `IpAddressV4` → `ipAddressV4`, `ETag` → `eTag`: SDKs write the first letter of each word large.
  return joined.replace(/^[A-Z]/, (letter) => letter.toLowerCase());
};

/**
 * The same value with its keys in camelCase: EventBridge sends GuardDuty's findings so, the SDK in PascalCase, and exports in snake_case.
 * Keys that are no plain words, such as `aws/guardduty/service/count`, stay. Of two spellings of one key the first counts.
 */
export function camelised(value: unknown, depth = 0): unknown {
  if (depth > deepest) throw new Unreadable(`It is nested deeper than ${deepest} levels; no finding is.`);
  if (Array.isArray(value)) return value.map((one) => camelised(one, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const made = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value)) {
    const name = camelKey(key);
    if (!made.has(name)) made.set(name, camelised(inner, depth + 1));
  }
  return Object.fromEntries(made);
}

/** Text that says something; null for anything else, an empty text included. */
export const text = z.preprocess(
  (value) => (typeof value === 'string' && value.trim() !== '' ? value : null),
  z.string().nullable(),
);
/** A number, or one written as text. */
export const count = z.preprocess((value) => (typeof value === 'string' ? Number(value) : value), z.number().catch(1));
/** True for `true` and `"true"`: Security Hub writes everything a product adds as text. */
export const flag = z.preprocess((value) => value === true || value === 'true', z.boolean());
/** A list of what can be read; entries that cannot are left out. */
export const listOf = <T>(one: z.ZodType<T>) =>
  z
    .preprocess((value) => (Array.isArray(value) ? value : []), z.array(z.unknown()))
    .transform((entries) =>
      entries.flatMap((entry) => {
        const read = one.safeParse(entry);
        return read.success ? [read.data] : [];
      }),
    );
/** A part that may be absent, or of a shape nobody expected. */
export const part = <T>(one: z.ZodType<T>) => one.nullish().catch(null);

/** An account id as such, or null: anonymised samples carry others. */
export const accountOf = (value: string | null | undefined): string | null =>
  AccountId.safeParse(value).success ? (value ?? null) : null;

/** Of a thousand account ids one begins with three zeros: a number of fewer digits than these is none. */
const fewestDigits = 9;

function digitsOf(number: number): string {
  const digits = String(number);
  return /^\d{1,12}$/.test(digits) && digits.length >= fewestDigits ? digits.padStart(12, '0') : digits;
}

/** An account id as it is given, also where a table or a script made a number of it: that has lost the zeros at its beginning, and all ids have 12 digits. */
export const accountText = z.preprocess((value) => (typeof value === 'number' ? digitsOf(value) : value), text);

/**
 * The account: as given; where none is, or where a table has left out its leading zeros, as the first of these ARNs says that fits.
 */
export function accountAmong(
  given: string | null | undefined,
  arns: readonly (string | null | undefined)[],
): string | null {
  const told = arns.flatMap((arn) => accountOf(arnParts(arn)?.account) ?? []);
  if (!given) return told[0] ?? null;
  return (/^\d{1,11}$/.test(given) && told.find((account) => account === given.padStart(12, '0'))) || given;
}

/** Reads with a schema, and says what is wrong in one sentence that begins with the path. */
export function readAs<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.map(String).join('.') || 'it';
  throw new Unreadable(`${what}: ${path}: ${issue?.message ?? 'cannot be read'}`);
}

/** The parts of an ARN; null when it is none. The resource keeps its colons: `table/a:b`. */
export function arnParts(arn: string | null | undefined) {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s.exec(arn ?? '');
  if (!match) return null;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}
