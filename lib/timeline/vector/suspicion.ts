import type { Finding } from '../../domain/finding/finding.ts';
import type { PrintedEvent } from '../event.ts';

/** Why somebody is looked at: a label, or the type of a finding that names them. */
export type Why = { readonly label: string } | { readonly finding: string };

/** An hour: what was done shortly before a finding says that it began belongs to it. */
const before = 3_600_000;

interface NamedOnes {
  readonly type: string;
  readonly from: number;
  /** How an actor's ARN ends or goes on, and credentials as they are in a record. */
  readonly actors: readonly string[];
  readonly keys: readonly string[];
  readonly remotes: ReadonlySet<string>;
}

/** What of an actor's ARN says that it is who a finding names. */
function actorsOf({ targets }: Finding): string[] {
  return targets.flatMap(({ kind, id, principal }) => {
    // The session of an instance is named like it.
    if (kind === 'instance') return [`/${id}`];
    if (!principal?.name) return [];
    const { name, session } = principal;
    if (principal.kind === 'iam-user') return [`:user/${name}`];
    return session ? [`:assumed-role/${name}/${session}`] : [`:assumed-role/${name}/`];
  });
}

const keysOf = ({ targets }: Finding): string[] =>
  targets.flatMap(({ kind, id }) => (kind === 'access-key' && /^A[KS]IA\w{12,}$/.test(id) ? [id] : []));

function namedOf(finding: Finding): NamedOnes {
  const { type, firstSeen, remotes } = finding;
  const from = firstSeen ? Date.parse(firstSeen) - before : Number.NEGATIVE_INFINITY;
  return { type, from, actors: actorsOf(finding), keys: keysOf(finding), remotes: new Set(remotes) };
}

function isNamed({ actors, keys, remotes, from }: NamedOnes, { actor, address, raw, time }: PrintedEvent): boolean {
  if (!actor) return false;
  const is =
    actors.some((one) => (one.endsWith('/') ? actor.id.includes(one) : actor.id.endsWith(one))) ||
    (address !== null && remotes.has(address)) ||
    keys.some((key) => raw.includes(key));
  return is && Date.parse(time) >= from;
}

/** Says of an event why somebody is to be looked at for it; null where nothing says so. What is known to be normal is nobody's sign. */
export type Suspicion = (event: PrintedEvent) => Why | null;

export const suspicionOf = (findings: readonly Finding[]): Suspicion => {
  const named = findings.filter(({ nature }) => nature === 'attack').map(namedOf);
  return (event) => {
    const [label] = event.labels;
    if (event.normal !== null) return null;
    if (label) return { label: label.technique };
    const by = named.find((one) => isNamed(one, event));
    return by ? { finding: by.type } : null;
  };
};

/** Labels alone. */
export const byLabels: Suspicion = suspicionOf([]);
