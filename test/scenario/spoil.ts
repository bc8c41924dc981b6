/** An expectation that cannot fail expects nothing: each one is spoiled in turn, and has to be noticed. */
import { compare, compareAnswers } from './compare.ts';
import type { Observed } from './observe.ts';
import type { Expected, Round } from './scenario.ts';

type Spoiled = readonly [path: string, value: unknown];

/** What has to be absent is spoiled by something that is there. */
function present(path: string, { succeeded, failed, texts }: Observed): string | undefined {
  if (path === 'never') return succeeded[0] ?? failed[0];
  return path === 'neverSays' ? texts[0] : 'spoiled';
}

/** The value again and again, each time with one leaf that is wrong. */
function spoil(path: string, value: unknown, found: Observed): Spoiled[] {
  if (typeof value === 'number') return [[path, value + 1]];
  if (typeof value === 'string') return [[path, `${value} spoiled`]];
  if (Array.isArray(value)) {
    const stray = present(path, found);
    return stray === undefined ? [] : [[path, [...value, stray]]];
  }
  const entries = Object.entries(value as object);
  const inner = entries.flatMap(([key, one]) =>
    spoil(path ? `${path}.${key}` : key, one, found).map(
      ([at, wrong]): Spoiled => [at, { ...(value as object), [key]: wrong }],
    ),
  );
  return path === 'calls' ? [...inner, [path, { ...(value as object), 'spoiled:Spoiled': 1 }]] : inner;
}

/** Expectations of a round that hold whatever is observed; there must be none. */
export function blindSpots({ expect, answers }: Round, found: Observed): string[] {
  const blind = spoil('', expect, found).filter(([, wrong]) => compare(wrong as Expected, found).length === 0);
  const deaf = Object.entries(answers).flatMap(([question, given]) =>
    given.flatMap((answer, at) => {
      const wrong = answer.told ? { ...answer, told: ['spoiled'] } : { ...answer, by: 'Leo' as const, status: 0 };
      const others = given.map((one, index) => (index === at ? wrong : one));
      const noticed = compareAnswers({ ...({} as Round), answers: { [question]: others } }, found.answers).length > 0;
      return noticed ? [] : [`answer ${at + 1} to ${question}`];
    }),
  );
  return [...blind.map(([path]) => path), ...deaf];
}
