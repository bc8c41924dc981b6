import * as z from 'zod';
import { Broken } from '../errors.ts';
import type { Regime } from './regime.ts';
import { regimeNamed, regimes } from './regimes.ts';

const faultOf = (name: unknown): string | undefined => {
  if (typeof name !== 'string') return undefined;
  const found = regimeNamed(name);
  return 'fault' in found ? found.fault : undefined;
};

/** A regime whose clock can run. One that nobody has checked yet is refused in the words of `tourniquet clock`. */
export const RegimeName = z.enum(
  regimes.map(({ name }) => name),
  { error: ({ input }) => faultOf(input) },
);
export type RegimeName = z.infer<typeof RegimeName>;

/** The regime of a name that was parsed before; throws Broken for any other. */
export function regimeOf(name: RegimeName): Regime {
  const found = regimeNamed(name);
  if ('fault' in found) throw new Broken(found.fault);
  return found.regime;
}
