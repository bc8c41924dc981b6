import { InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { About, Claim } from '../../lib/domain/claim.ts';
import { timeTyped } from './clock-input.ts';
import { oneLine } from './one-line.ts';

/** Characters of a line about what was typed. */
const longest = 500;

/** Wrong usage: one line, exit code 2. */
const misused = (fault: string): InvalidArgumentError => new InvalidArgumentError(oneLine(fault, longest));

type Held = Pick<Claim, 'about' | 'holds'>;

/** What approvers ask the API to put on record. */
export interface ClaimRequest extends Held {
  readonly action: 'claim';
  readonly incident: string;
  readonly said: string;
  readonly by?: string;
}

/** What the API answers: what stands there now. */
export const Claimed = z.object({ incident: z.string(), by: z.string(), claim: Claim });

/** The options by which a claim is held against records, as they were typed. */
export interface Typed {
  readonly identity?: string;
  readonly address?: string;
  readonly from?: string;
  readonly to?: string;
  readonly never?: string;
}

function heldFrom({ identity, address, never, ...time }: Typed): Held {
  const whom = { ...(identity !== undefined && { identity }), ...(address !== undefined && { address }) };
  const within = {
    ...(time.from !== undefined && { from: timeTyped(time.from) }),
    ...(time.to !== undefined && { to: timeTyped(time.to) }),
  };
  if (identity === undefined && address === undefined) {
    const [alone] = Object.entries({ never, ...time }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (alone) throw misused(`--${alone} goes with --identity or --address: it says which records to look at.`);
    return {};
  }
  if (never !== undefined) return { about: { ...whom, ...within }, holds: 'never' };
  if (identity !== undefined && address !== undefined) return { about: { address, ...within }, holds: { identity } };
  // "That was …" is about what looks like an attack.
  return { about: { technique: '*', ...within }, holds: whom };
}

/** What records have to say to a claim; throws commander's error, which ends with exit code 2, with the first mistake. */
export function heldTyped(typed: Typed): Held {
  const held = heldFrom(typed);
  for (const one of [held.about, held.holds === 'never' ? undefined : held.holds]) {
    const [fault] = one ? (About.safeParse(one).error?.issues ?? []) : [];
    if (fault) throw misused([...fault.path.map((name) => `--${String(name)}`), fault.message].join(': '));
  }
  return held;
}
