import { techniques } from '../rules/attack.ts';
import { type Answered, answered, answeredByType, type Logbook } from './answer.ts';
import { type Hypothesis, hypotheses } from './hypotheses.ts';

/** How a hypothesis fares: never that it is proved. */
export type Standing =
  | 'several signs, and nothing against it'
  | 'one sign, and nothing against it'
  | 'signs for it, and something against it'
  | 'no sign of it in these logs, and something against it'
  | 'no sign of it in these logs'
  | 'cannot be known from these logs';

/** A hypothesis with what the record says for and against it. */
export interface Weighed {
  readonly id: string;
  readonly says: string;
  readonly techniques: readonly { readonly id: string; readonly name: string }[];
  readonly standing: Standing;
  readonly signs: readonly Answered[];
  readonly against: readonly Answered[];
}

export const foundIn = (all: readonly Answered[]): readonly Answered[] => all.filter(({ state }) => state === 'found');

function standingOf(signs: readonly Answered[], against: readonly Answered[]): Standing {
  const count = foundIn(signs).length;
  if (count > 0 && foundIn(against).length > 0) return 'signs for it, and something against it';
  if (count > 1) return 'several signs, and nothing against it';
  if (count === 1) return 'one sign, and nothing against it';
  if (foundIn(against).length > 0) return 'no sign of it in these logs, and something against it';
  return signs.every(({ state }) => state === 'cannot be known')
    ? 'cannot be known from these logs'
    : 'no sign of it in these logs';
}

function weighed({ id, says, techniques: named, signs, against, types }: Hypothesis, all: Logbook): Weighed {
  const pro = [...signs.map((one) => answered(one, all)), ...(types ? [answeredByType(types, all)] : [])];
  const contra = against.map((one) => answered(one, all));
  return {
    id,
    says,
    techniques: named.map((one) => ({ id: one, name: techniques.get(one)?.name ?? one })),
    standing: standingOf(pro, contra),
    signs: pro,
    against: contra,
  };
}

/** Signs that were found, less those against: the one number by which hypotheses are ordered, and each of them can be read. */
export const balanceOf = ({ signs, against }: Weighed): number => foundIn(signs).length - foundIn(against).length;

/** Every hypothesis, the one with most for it first. */
export const weighing = (all: Logbook): readonly Weighed[] =>
  hypotheses.map((one) => weighed(one, all)).toSorted((a, b) => balanceOf(b) - balanceOf(a));

/** The one that leads, and why it does; null where none does. */
export interface Leading {
  readonly leads: Weighed | null;
  readonly why: string;
}

const countWords = ({ signs, against }: Weighed): string =>
  `${foundIn(signs).length} of ${signs.length} signs for it, ${foundIn(against).length} of ${against.length} against it`;

export function leadingOf(all: readonly Weighed[]): Leading {
  const [first, ...others] = all;
  if (!first || balanceOf(first) < 1)
    return {
      leads: null,
      why: 'No hypothesis has more for it than against it: these logs do not say how they came in.',
    };
  const equal = others.filter((one) => balanceOf(one) === balanceOf(first));
  if (equal.length > 0) {
    const names = [first, ...equal].map(({ says }) => says).join('; or: ');
    return { leads: null, why: `None leads, since as much speaks for each of these: ${names}.` };
  }
  const [next] = others;
  const rest = next ? ` The next has ${countWords(next)}.` : '';
  return { leads: first, why: `It leads with ${countWords(first)}.${rest} That is what these logs say, and no proof.` };
}
