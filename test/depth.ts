import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * How much is played of what is many: the contracts, the scenarios, the places where a function may die, the inputs made up at random.
 * `npm test` plays a twelfth of what takes turns, and one place of each list, to stay short (`turn`); a suite run by hand is played whole, with
 * one place of each list (`sample`); `npm run nightly` plays all; `npm run nightly -- --tenth`, as .ci/run does, a tenth of the places. The
 * commit decides, so that each commit looks elsewhere and any of them can be looked at again.
 */
export const Depth = z.enum(['turn', 'sample', 'tenth', 'all']);
export type Depth = z.infer<typeof Depth>;

export const depth = Depth.parse(process.env.TOURNIQUET_DEPTH ?? 'sample');

/** Whether outside validators are asked, and what else is too dear for `npm test`. */
export const deep = depth === 'tenth' || depth === 'all';

/** What git answers here, or nothing where there is no repository, or not that much of one. */
function git(...words: readonly string[]): string {
  const cwd = join(import.meta.dirname, '..');
  try {
    return execFileSync('git', words, { cwd, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** A number that a commit has for good; one outside of any repository is its own. */
const commit = git('rev-parse', 'HEAD').trim();
export const turn = commit ? numberOf(commit) : 0;
export const tenth = turn % 10;

function numberOf(words: string): number {
  return Number.parseInt(hash('sha256', words).slice(0, 8), 16);
}

/** Of a list: all, every tenth, or one. `of` parts the lists: not each begins with the same place. */
export function chosen<T>(all: readonly T[], how: Depth, by: number, of: string): readonly T[] {
  if (how === 'all') return all;
  const shifted = by + numberOf(of);
  if (how === 'tenth') return all.filter((_, at) => (at + shifted) % 10 === 0);
  return all.slice(shifted % all.length, (shifted % all.length) + 1);
}

/** What is played of a list in this run. */
export const someOf = <T>(all: readonly T[], of: string): readonly T[] => chosen(all, depth, turn, of);

/** Files that differ from the commit before this one, whether they are committed or not, as paths from the root. */
const changed: readonly string[] =
  depth === 'turn'
    ? [git('diff', '--name-only', 'HEAD~1'), git('ls-files', '--others', '--exclude-standard')]
        .flatMap((text) => text.split('\n'))
        .filter((path) => path !== '')
    : [];

/** How many commits in a row take turns. */
export const turns = 12;

/** Whether this run plays what takes turns: `npm test` plays a twelfth, which the commit decides, and what is changed, by its files or folders. */
export const isTurnOf = (
  of: string,
  about: string | readonly string[],
  how: Depth = depth,
  by: number = turn,
): boolean =>
  how !== 'turn' ||
  (by + numberOf(of)) % turns === 0 ||
  [about].flat().some((path) => changed.some((one) => one === path || one.startsWith(`${path}/`)));

/** How often something is tried with inputs made up at random, where a suite run by hand tries it `few` times; `npm test` a twelfth of that. */
export const oftener = (few: number): number =>
  Math.ceil(few * { turn: 1 / turns, sample: 1, tenth: 2, all: 20 }[depth]);
