import { nearest } from '../nearest.ts';
import * as every from './every-regime.ts';
import type { Regime, Unverified } from './regime.ts';

/** By name: a bundler need not give a module's exports in any order. */
const all: readonly (Regime | Unverified)[] = Object.values(every).toSorted((a, b) => a.name.localeCompare(b.name));

/** Every regime a clock can run for. */
export const regimes: readonly Regime[] = all.filter((one) => one.standing !== 'unverified');

/** Regimes nobody has checked yet: disabled, never counted with. */
export const unverified: readonly Unverified[] = all.filter((one) => one.standing === 'unverified');

/** The regime of that name, or one sentence why there is none to count with: unknown, with the nearest name, or disabled. */
export function regimeNamed(name: string): { readonly regime: Regime } | { readonly fault: string } {
  const regime = regimes.find((one) => one.name === name);
  if (regime) return { regime };
  const disabled = unverified.find((one) => one.name === name);
  if (disabled)
    return {
      fault: `${name} is disabled: nobody has checked it against its source yet (${disabled.source}), so no time is computed from it.`,
    };
  const all = regimes.map((one) => one.name);
  const near = nearest(name, [...all, ...unverified.map((one) => one.name)]);
  return {
    fault: `There is no regime "${name}"${near ? `; did you mean "${near}"?` : `. There are ${all.join(', ')}.`}`,
  };
}
