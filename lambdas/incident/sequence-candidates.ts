import { playbookOf } from '../../lib/domain/answering.ts';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { claimOf, isIdentified, type Named } from '../../lib/domain/named.ts';
import type { Candidate } from './responses.ts';

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
