import { playbookOfInstance } from '../../../lib/domain/answering.ts';
import type { Mode } from '../../../lib/domain/authority.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Place } from '../../../lib/domain/resource.ts';
import { type Answered, type Candidate, inMode } from '../responses.ts';
import type { InstancesAnswered } from './step.ts';

interface Launched {
  readonly id: string;
  readonly state: string;
}

/** Of what is answered, so many travel from state to state: a run's data may have 256 KiB in all. */
const mostTold = 40;
/** Those that are left are named, since nobody responds for what is not: as many as fit into one message. */
const mostNamed = 100;

/** Each with the playbook of instances, those that run first: malware that lies on a stopped one does nothing. */
export const candidatesAmong = (launched: readonly Launched[], place: Place): Candidate[] =>
  launched
    .toSorted((one, other) => Number(other.state === 'running') - Number(one.state === 'running'))
    .map(({ id }) => ({ one: named('instance', id, place), playbook: playbookOfInstance, because: '' }));

/** The finding as the question about one of them shows it: it names the copy alone. */
export const aboutLaunched = (finding: Finding): Finding => ({
  ...finding,
  title: `${finding.title} This instance was launched from it, or has a volume made of it.`,
});

function leftOver(left: readonly Answered[]): string[] {
  const named = Map.groupBy(left.slice(0, mostNamed), ({ because }) => because);
  const more = left.length - mostNamed;
  return [
    ...[...named].map(([because, those]) => `${those.map(({ name }) => name).join(', ')}: ${because}`),
    ...(more > 0 ? [`${more} more are left to people`] : []),
  ];
}

/** What is reported of it. */
export function resultOf(answered: readonly Answered[], mode: Mode): InstancesAnswered {
  const all = inMode(answered, mode);
  const instances = all.slice(0, mostTold);
  if (all.length === 0)
    return {
      outcome: 'none-launched',
      instances,
      because: 'no instance of this account and Region was launched from it, or has a volume made of it',
    };
  const left = leftOver(all.filter(({ outcome }) => outcome === 'left'));
  const begun = `${all.filter(({ outcome }) => outcome !== 'left').length} of ${all.length} are targets of an incident`;
  const because = [begun, ...left].join('; ');
  if (mode === 'observe') return { outcome: 'would-start', instances, because };
  return { outcome: left.length > 0 ? 'partly-started' : 'started', instances, because };
}
