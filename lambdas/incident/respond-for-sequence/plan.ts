import { playbookOf } from '../../../lib/domain/answering.ts';
import type { Mode } from '../../../lib/domain/authority.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { claimOf, isIdentified, type Named } from '../../../lib/domain/named.ts';
import { type Answered, type Candidate, inMode, words } from '../responses.ts';
import type { SequenceAnswered } from './step.ts';

/** Of what is answered, so many travel from state to state: a run's data may have 256 KiB in all. */
const mostTold = 40;

/** In this order they are answered: who acts, what runs, what is kept. */
const classes = [
  ['access-key', 'principal'],
  ['instance', 'eks-workload', 'eks-cluster', 'ecs-task', 'ecs-cluster', 'lambda-function'],
  ['bucket', 'db-instance', 'db-cluster'],
];
const classOf = ({ kind }: Named): number => classes.findIndex((kinds) => kinds.includes(kind));

/** A cluster, or a database's cluster, in which something is named that is answered by itself. */
const isAround = (one: Named, all: readonly Named[]): boolean =>
  all.some(
    ({ inside, kind }) =>
      inside === one.id && playbookOf(one) !== null && one.kind.startsWith(kind.split('-')[0] ?? ''),
  );

const node =
  'it may be a node of the cluster: isolate it once its workload is paused, since the cluster starts that elsewhere';

/** Everybody and everything of a sequence that a playbook answers for, in the order in which to begin. */
export function candidatesIn({
  targets,
  partition,
  type,
}: Pick<Finding, 'targets' | 'partition' | 'type'>): Candidate[] {
  const each = [...new Map(targets.filter(isIdentified).map((one) => [claimOf(one, partition), one])).values()];
  const answerable = each.filter((one) => (one.principal !== null || playbookOf(one) !== null) && !isAround(one, each));
  const ofCluster = /^AttackSequence:EKS\//.test(type);
  return answerable
    .toSorted((one, other) => classOf(one) - classOf(other))
    .map((one): Candidate => {
      const isNode = ofCluster && one.kind === 'instance';
      return {
        one,
        playbook: isNode ? null : playbookOf(one),
        because: isNode ? node : 'no playbook contains such a one',
      };
    });
}

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
