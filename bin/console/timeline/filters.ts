import { InvalidArgumentError } from 'commander';
import { timeTyped } from '../clock-input.ts';

/** From when to when, in whole seconds since 1970; both are within. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** No time is left out. */
export const always: Span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** The time around a moment, so many minutes before and after it. */
export function spanAround(around: string | undefined, minutes: string): Span {
  if (around === undefined) return always;
  if (!/^[1-9]\d{0,5}$/.test(minutes)) throw new InvalidArgumentError('--within takes minutes, from 1 to 999999.');
  const middle = Date.parse(timeTyped(around)) / 1000;
  return { from: middle - Number(minutes) * 60, to: middle + Number(minutes) * 60 };
}
