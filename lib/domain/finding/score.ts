import { Unreadable } from './value.ts';

/** A value as it stands, short enough for a sentence. */
export const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 40);

/** A source's own number, or null where it gives none. What stands there and is no number makes the finding unreadable: nobody guesses how bad it is. */
export function scoreOf(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new Unreadable(`severity: ${shown(value)} is no number.`);
}
