import type { Target } from '../../lambdas/targets/target.ts';
import type { Ask, Playbook } from '../../lib/asl/notation.ts';
import { askedFor } from '../../lib/asl/question.ts';
import type { AnyStep, Phase } from '../../lib/domain/step.ts';
import { kindsTaken } from '../../lib/domain/target.ts';

type Kind = Target['kind'];

/** One thing a playbook would do, and who decides that it is done. */
export interface Doing {
  readonly name: string;
  readonly title: string;
  readonly phase: Phase;
  /** By itself; after a yes; after the yes of two people. */
  readonly authority: 'auto' | 'ask' | 'ask-two';
  /** Then nobody is asked. */
  readonly unless?: 'standing order';
  /** Where nobody can tell yet what it will be about: the kind it works on. */
  readonly when?: readonly string[];
  readonly byHand?: readonly string[];
}

/** All that comes of an attempt from outside. */
export const tellResponders: Doing = {
  name: 'tell-responders',
  title: 'Tell the responders',
  phase: 'inform',
  authority: 'auto',
};

const takes = ({ target }: AnyStep, kind: Kind): boolean => kindsTaken(target).includes(kind);

/** The step if it takes targets of this kind; where the kind is not known, with the kind it takes, if it does not take all. */
function doing(step: AnyStep, kind: Kind | null, rest: Pick<Doing, 'authority' | 'unless'>): Doing[] {
  const { name, title, phase, target } = step;
  const made: Doing = { name, title, phase, ...rest };
  if (kind !== null) return takes(step, kind) ? [made] : [];
  return takes(step, 'resource') ? [made] : [{ ...made, when: kindsTaken(target) }];
}

const auto = { authority: 'auto' } as const;

function asked(ask: Ask, kind: Kind | null): Doing[] {
  const { name, unless, measure, acts, byHand, picking } = ask;
  const who: Pick<Doing, 'authority'> = { authority: ask.needs === 'two' ? 'ask-two' : 'ask' };
  const asking = unless === 'standing order' ? { ...who, unless } : who;
  const before = measure ? doing(measure, kind, auto) : [];
  if (ask.kind === 'hand over') {
    const handed: Doing = { name, title: askedFor(ask), phase: 'contain', authority: 'ask', byHand };
    return [...before, handed, ...(picking ? doing(picking, kind, who) : [])];
  }
  return [...before, ...acts.flatMap((step) => doing(step, kind, asking))];
}

/** Where the first question has levers for it, nobody is asked to take over instead; of a type alone nobody can tell. */
const comesUp = ({ comes }: Ask, [first]: readonly Ask[], kind: Kind | null): boolean =>
  comes === 'in turn' || (kind !== null && !first?.acts.some((step) => takes(step, kind)));

/** What a playbook would do to a target of this kind, null where it is not known: what is not asked first, then each question in turn. */
export function doingsOf({ preservation, volatile, asks, information, last }: Playbook, kind: Kind | null): Doing[] {
  return [
    ...[...preservation, ...volatile].flatMap((step) => doing(step, kind, auto)),
    ...asks.filter((ask) => comesUp(ask, asks, kind)).flatMap((ask) => asked(ask, kind)),
    ...[...information, ...last].flatMap((step) => doing(step, kind, auto)),
  ];
}
