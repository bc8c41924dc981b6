import type { Custody } from '../../../lib/domain/custody.ts';
import type { Kind } from '../../../lib/domain/logs.ts';
import { isDenied, isGone, sentence } from '../../runtime/errors.ts';
import { type Found, found, period, type Span } from './plan.ts';

/** Rows, and what lies in the vault for them. */
export interface Rows {
  readonly rows: readonly Found[];
  readonly sealed: readonly Custody[];
  /** Ids of the calls that came last. */
  readonly recent?: readonly string[];
}

export const noRows: Rows = { rows: [], sealed: [] };

/** What was taken of one log. */
export interface Taken {
  readonly sealed: readonly Custody[];
  readonly words: string;
  readonly trouble: readonly string[];
  /** They take what was left, or allow it. */
  readonly commands: readonly string[];
  readonly came: 'read' | 'not there' | 'denied' | 'not read';
}

/** A sentence in place of a log. */
export const untaken = (words: string, came: Exclude<Taken['came'], 'read'>): Taken => ({
  sealed: [],
  commands: [],
  words,
  trouble: came === 'not there' ? [] : [words],
  came,
});

/** Takes one log; whatever happens to it costs no other. */
export async function attempted(what: string, take: () => Promise<Taken>): Promise<Taken> {
  try {
    return await take();
  } catch (error) {
    if (isGone(error)) return untaken(`${what}: it is not there, as where nothing was ever written to it`, 'not there');
    return untaken(`${what} could not be read: ${sentence(error)}`, isDenied(error) ? 'denied' : 'not read');
  }
}

const states = { read: 'available', denied: 'denied', 'not read': 'gap', 'not there': 'not enabled' } as const;

/** Several logs of one kind as a row: available as soon as one of them could be read. */
export function rowOf(kind: Kind, taken: readonly Taken[], span: Span): Rows {
  const best = (['read', 'denied', 'not read'] as const).find((one) => taken.some(({ came }) => came === one));
  const state = states[best ?? 'not there'];
  const sealed = taken.flatMap((one) => one.sealed);
  const row = found(kind, state, taken.map(({ words }) => words).join('; '), {
    sealed: sealed.length,
    left: taken.flatMap(({ commands }) => commands),
    trouble: taken.flatMap(({ trouble }) => trouble),
    ...(state === 'available' || state === 'gap' ? period(span) : {}),
  });
  return { rows: [row], sealed };
}

/**
 * Rows of one kind as one, the first of which is what the kind stands or falls by: where only others are there, that is a gap, of its own time
 * or of all.
 */
export function asOne(rows: readonly Found[], span: Span): Found[] {
  const [main, ...others] = rows;
  if (!main || others.length === 0) return [...rows];
  const helped = main.state !== 'available' && others.some(({ state }) => state === 'available');
  const missing = main.state === 'gap' ? { from: main.from, to: main.to } : period(span);
  return [
    {
      ...main,
      ...(helped ? { state: 'gap' as const, ...missing } : {}),
      words: rows.map(({ words }) => words).join('; '),
      sealed: rows.reduce((sum, { sealed }) => sum + sealed, 0),
      left: rows.flatMap(({ left }) => left),
      trouble: rows.flatMap(({ trouble }) => trouble),
    },
  ];
}
