import type { Ask, Playbook } from '../../lib/asl/notation.ts';
import { askedFor } from '../../lib/asl/question.ts';
import type { TargetKind } from '../../lib/domain/named.ts';
import type { AnyStep, Phase } from '../../lib/domain/step.ts';

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
  readonly when?: TargetKind;
  readonly byHand?: readonly string[];
}

/** All that comes of an attempt from outside. */
export const tellResponders: Doing = {
  name: 'tell-responders',
  title: 'Tell the responders',
  phase: 'inform',
  authority: 'auto',
};

const place = { partition: 'aws', account: '000000000000', region: 'eu-central-1' };
const common = { ...place, seenAt: '2026-01-01T00:00:00Z', tags: {} };
const noFacts = { interfaces: [], volumes: [], profile: null, role: null, autoScalingGroup: null };

/** Some target of a kind, to try a step's contract on: the step itself decides by its contract whether it takes a target. */
const specimen = (kind: TargetKind): object =>
  kind === 'instance'
    ? { ...common, ...noFacts, kind, id: 'i-0000000000000000a', quarantineGroups: [] }
    : { ...common, kind, id: 'it', arn: 'arn:aws:it', principal: null };

const takes = ({ target }: AnyStep, kind: TargetKind): boolean => target.safeParse(specimen(kind)).success;

/** The step if it takes targets of this kind; where the kind is not known, with the one kind it takes, if it does not take all. */
function doing(step: AnyStep, kind: TargetKind | null, rest: Pick<Doing, 'authority' | 'unless'>): Doing[] {
  const { name, title, phase } = step;
  const made: Doing = { name, title, phase, ...rest };
  if (kind !== null) return takes(step, kind) ? [made] : [];
  return takes(step, 'resource') ? [made] : [{ ...made, when: 'instance' }];
}

const auto = { authority: 'auto' } as const;

function asked(ask: Ask, kind: TargetKind | null): Doing[] {
  const { name, unless, measure, acts, byHand } = ask;
  const who: Pick<Doing, 'authority'> = { authority: ask.kind === 'eradicate' ? 'ask-two' : 'ask' };
  const asking = unless === 'standing order' ? { ...who, unless } : who;
  if (ask.kind === 'hand over') return [{ name, title: askedFor(ask), phase: 'contain', authority: 'ask', byHand }];
  return [...(measure ? doing(measure, kind, auto) : []), ...acts.flatMap((step) => doing(step, kind, asking))];
}

/** What a playbook would do to a target of this kind, null where it is not known: what is not asked first, then each question in turn. */
export function doingsOf({ preservation, asks, information }: Playbook, kind: TargetKind | null): Doing[] {
  return [
    ...preservation.flatMap((step) => doing(step, kind, auto)),
    ...asks.flatMap((ask) => asked(ask, kind)),
    ...information.flatMap((step) => doing(step, kind, auto)),
  ];
}
