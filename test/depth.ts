import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import * as z from 'zod';

/**
 * How much is played of what is many: the places where a function may die, the inputs made up at random. `npm test` plays one of each, to
 * stay short; `npm run nightly` plays all; `npm run nightly -- --tenth`, as .ci/run does, a tenth that the commit decides, so that each
 * commit looks elsewhere and any of them can be looked at again.
 */
export const Depth = z.enum(['sample', 'tenth', 'all']);
export type Depth = z.infer<typeof Depth>;

export const depth = Depth.parse(process.env.TOURNIQUET_DEPTH ?? 'sample');

/** A number that a commit has for good; one outside of any repository is its own. */
function numberOfCommit(): number {
  const cwd = import.meta.dirname;
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd, stdio: [...stdio], encoding: 'utf8' });
    return Number.parseInt(hash('sha256', commit.trim()).slice(0, 8), 16);
  } catch {
    return 0;
  }
}

export const turn = numberOfCommit();
export const tenth = turn % 10;

/** Of a list: all, every tenth, or one. `of` parts the lists: not each begins with the same place. */
export function chosen<T>(all: readonly T[], how: Depth, by: number, of: string): readonly T[] {
  if (how === 'all') return all;
  const shifted = by + Number.parseInt(hash('sha256', of).slice(0, 8), 16);
  if (how === 'tenth') return all.filter((_, at) => (at + shifted) % 10 === 0);
  return all.slice(shifted % all.length, (shifted % all.length) + 1);
}

/** What is played of a list in this run. */
export const someOf = <T>(all: readonly T[], of: string): readonly T[] => chosen(all, depth, turn, of);

/** Whether this run plays what of many takes turns, of which `npm test` plays a third that the commit decides. */
export const isTurnOf = (of: string, how: Depth = depth, by: number = turn): boolean =>
  how !== 'sample' || (by + Number.parseInt(hash('sha256', of).slice(0, 8), 16)) % 3 === 0;

/** How often something is tried with inputs made up at random, where `npm test` tries it `few` times. */
export const oftener = (few: number): number => few * { sample: 1, tenth: 2, all: 20 }[depth];
