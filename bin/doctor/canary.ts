import { randomBytes } from 'node:crypto';
import type { At, Check, Verdict } from './check.ts';

/** Milliseconds after which nobody is still at it: whatever an earlier run left is removed by the next. */
const abandoned = 3_600_000;

const prefix = 'tourniquet-canary-';

/** The tag of whatever a canary makes; its value is the name of the run that made it. */
export const canaryTag = 'tourniquet-canary';

/** The name of a run, and of what it makes: when it began, and which of those it is. */
export const nameOfRun = (now: number): string => `${prefix}${now}-${randomBytes(4).toString('hex')}`;

/** Whether something of this name is to be removed: it is ours, or of a run that is long over. */
export function mayGo(name: string, own: string, now: number): boolean {
  const began = Number(new RegExp(`^${prefix}(\\d+)-[0-9a-f]{8}$`).exec(name)?.[1] ?? Number.NaN);
  return name === own || now - began > abandoned;
}

/** A check that makes, uses and removes something of its own, with the caller's rights, in the hub's account and Region. */
export interface Canary extends Omit<Check, 'about' | 'run' | 'applies'> {
  readonly use: (at: At, name: string) => Promise<Verdict>;
  /** Removes what is there and may go, whoever made it. Finding nothing is no error. */
  readonly sweep: (at: At, goes: (name: string) => boolean) => Promise<void>;
}

/** A canary as a check of the run of this name. What an earlier one left goes first, what it made itself goes in any case. */
export function checkOf(canary: Canary, name: string): Check {
  const { use, sweep, ...check } = canary;
  const goes = (one: string): boolean => mayGo(one, name, Date.now());
  return {
    ...check,
    about: 'hub',
    async run(at) {
      await sweep(at, goes);
      try {
        return await use(at, name);
      } finally {
        await sweep(at, goes);
      }
    },
  };
}

/** Removes what all canaries of a run made so far. Where that fails too, the next run does. */
export async function sweepAll(canaries: readonly Canary[], at: At, name: string): Promise<void> {
  await Promise.allSettled(canaries.map(({ sweep }) => sweep(at, (one) => one === name)));
}
