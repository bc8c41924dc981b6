import { InvalidArgumentError } from 'commander';
import { contradictionsIn } from '../../lib/domain/clock/contradictions.ts';
import { factFrom, timeFrom } from '../../lib/domain/clock/facts.ts';
import type { Fact } from '../../lib/domain/clock/known.ts';
import type { Regime } from '../../lib/domain/clock/regime.ts';
import { regimeNamed, regimes } from '../../lib/domain/clock/regimes.ts';
import { nearest } from '../../lib/domain/nearest.ts';
import { oneLine } from './one-line.ts';

/** Characters of a line about what was typed. */
const longest = 500;

/** Wrong usage: one line, exit code 2. */
const misused = (fault: string): InvalidArgumentError => new InvalidArgumentError(oneLine(fault, longest));

function orMisused<T extends object>(read: T | { readonly fault: string }): T {
  if ('fault' in read) throw misused(String(read.fault));
  return read;
}

const namesIn = (list: string | undefined): string[] =>
  list === undefined ? [] : list.split(',').map((one) => one.trim());

/** A fact for a live incident as it was typed, with its time in UTC; read with every regime, since the deployment knows which are its own. */
export function factTyped(typed: string): string {
  const { fact } = orMisused(factFrom(typed, regimes));
  return `${fact.name}=${fact.at}`;
}

/** A moment as it was typed, in UTC. */
export const timeTyped = (typed: string): string => orMisused(timeFrom(typed)).at;

/** The options of the verb as they were typed, lists with commas. */
export interface Typed {
  readonly regime?: string;
  readonly fact?: string;
  readonly now?: string;
  readonly zone?: string;
}

/** What the clock is asked. */
export interface ClockRequest {
  readonly regimes: readonly Regime[];
  readonly facts: readonly Fact[];
  readonly now: string;
  readonly zone: string;
}

function zoneFrom(typed: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone;
  } catch {
    const near = nearest(typed, [...Intl.supportedValuesOf('timeZone'), 'UTC']);
    throw misused(`There is no zone "${typed}"${near ? `; did you mean "${near}"?` : '; write it as Europe/Berlin.'}`);
  }
}

/** Reads what was typed; throws commander's error, which ends with exit code 2, with the first mistake and what to write instead. */
export function clockRequestFrom(typed: Typed): ClockRequest {
  const regimes = [...new Set(namesIn(typed.regime))].map((name) => orMisused(regimeNamed(name)).regime);
  const facts = namesIn(typed.fact).map((one) => orMisused(factFrom(one, regimes)).fact);
  const [contradiction] = contradictionsIn(regimes, facts);
  if (contradiction) throw misused(contradiction);
  const now = typed.now === undefined ? new Date().toISOString() : orMisused(timeFrom(typed.now)).at;
  return { regimes, facts, now, zone: zoneFrom(typed.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone) };
}
