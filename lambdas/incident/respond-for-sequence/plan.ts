import type { Mode } from '../../../lib/domain/authority.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { type Answered, inMode, words } from '../responses.ts';
import type { SequenceAnswered } from './step.ts';

/** Of what is answered, so many travel from state to state: a run's data may have 256 KiB in all. */
const mostTold = 40;

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** What the sequence is made of, and when it began. */
export function factsOf({ targets, signals }: Pick<Finding, 'targets' | 'signals'>): string[] {
  const actors = targets.filter(({ principal }) => principal).length;
  const times = signals.flatMap(({ at }) => at ?? []).toSorted();
  const [first, last] = [times[0], times.at(-1)];
  const when = first ? `, from ${first} to ${last}` : '';
  return [
    `${counted(actors, 'actor')}, ${counted(targets.length - actors, 'resource')}, ${counted(signals.length, 'signal')}${when}`,
  ];
}

interface Read {
  readonly facts: readonly string[];
  readonly unknown: readonly string[];
  readonly evidence: SequenceAnswered['evidence'];
  readonly mode: Mode;
}

/** What is reported of it. */
export function resultOf(all: readonly Answered[], { facts, unknown, evidence, mode }: Read): SequenceAnswered {
  const answered = inMode(all, mode);
  const left = answered.filter(({ outcome }) => outcome === 'left');
  const open = [
    ...unknown,
    ...left.slice(0, 5).map(words),
    ...(left.length > 5 ? [`${left.length - 5} more are left to people`] : []),
  ];
  const outcome = mode === 'observe' ? 'would-expand' : open.length > 0 ? 'partly-expanded' : 'expanded';
  const started = answered.filter((one) => one.outcome !== 'left').length;
  return {
    outcome: answered.length === 0 ? 'nothing-named' : outcome,
    answered: answered.slice(0, mostTold),
    facts: [...facts, `${counted(started, 'target')} of this incident, each with a question of its own`],
    unknown: [...unknown],
    evidence,
    because: open.length > 0 ? open.join('; ') : (facts[0] ?? ''),
  };
}
