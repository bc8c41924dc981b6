import { playbookOfStarted } from '../../../lib/domain/answering.ts';
import type { Mode } from '../../../lib/domain/authority.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import { type Answered, type Candidate, inMode, words } from '../responses.ts';
import type { StartedAnswered } from './step.ts';

/** What was started, where, and what may hide more. */
interface Started {
  readonly started: readonly Machine[];
  readonly notebooks: readonly Machine[];
  readonly unknown: readonly string[];
}
interface Machine {
  readonly id: string;
  readonly region: string;
}

/** Of what is answered, so many travel from state to state: a run's data may have 256 KiB in all. */
const mostTold = 40;
/** Those that are left are named, since nobody responds for what is not: as many as fit into one message. */
const mostNamed = 20;

/** Each where it was started, with the playbook of such. */
export const candidatesAmong = ({ started, notebooks }: Started, account: string): Candidate[] => {
  const each = (kind: 'instance' | 'notebook', machines: readonly Machine[]): Candidate[] =>
    machines.map(({ id, region }) => ({
      one: named(kind, id, { account, region }),
      playbook: playbookOfStarted,
      because: '',
    }));
  return [...each('instance', started), ...each('notebook', notebooks)];
};

/** The finding as the question about one of them shows it: it names whoever started it alone. */
export const aboutStarted = (finding: Finding): Finding => ({
  ...finding,
  title: `${finding.title} This was started with the same credentials.`,
});

/** What is reported of it. */
export function resultOf(
  answered: readonly Answered[],
  { unknown }: Pick<Started, 'unknown'>,
  mode: Mode,
): StartedAnswered {
  const all = inMode(answered, mode);
  const left = all.filter(({ outcome }) => outcome === 'left');
  const open = [
    ...left.slice(0, mostNamed).map(words),
    ...(left.length > mostNamed ? [`${left.length - mostNamed} more are left to people`] : []),
    ...unknown.map((gap) => `not known: ${gap}`),
  ];
  const begun =
    all.length === 0
      ? 'nothing that it started is recorded'
      : `${all.length - left.length} of ${all.length} are targets of an incident`;
  const because = [begun, ...open].join('; ');
  const instances = all.slice(0, mostTold);
  if (mode === 'observe') return { outcome: 'would-start', instances, because };
  if (open.length > 0) return { outcome: 'partly-started', instances, because };
  return { outcome: all.length === 0 ? 'none-started' : 'started', instances, because };
}
