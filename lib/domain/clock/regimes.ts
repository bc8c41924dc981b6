import { nearest } from '../nearest.ts';
import type { Regime, Unverified } from './regime.ts';
import { circia } from './regimes/circia.ts';
import { cisaVoluntary } from './regimes/cisa-voluntary.ts';
import { cra } from './regimes/cra.ts';
import { dfars } from './regimes/dfars.ts';
import { dora } from './regimes/dora.ts';
import { fedramp } from './regimes/fedramp.ts';
import { ftcSafeguards } from './regimes/ftc-safeguards.ts';
import { gdpr } from './regimes/gdpr.ts';
import { hipaa } from './regimes/hipaa.ts';
import { nis2 } from './regimes/nis2.ts';
import { nydfs } from './regimes/nydfs.ts';
import { pci } from './regimes/pci.ts';
import { sec8k } from './regimes/sec-8k.ts';
import { tsa } from './regimes/tsa.ts';
import { usBank } from './regimes/us-bank.ts';

/** Every regime a clock can run for. A new one is one file and its place here. */
export const regimes: readonly Regime[] = [dfars, circia, cisaVoluntary, sec8k, nis2, gdpr, dora, hipaa, pci, cra];

/** Regimes nobody has checked yet: disabled, never counted with. */
export const unverified: readonly Unverified[] = [nydfs, usBank, fedramp, tsa, ftcSafeguards];

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
