import { type IdentityPlaybook, playbookOfHolder } from '../../../lib/domain/answering.ts';
import type { Mode } from '../../../lib/domain/authority.ts';
import { claimOf, type Named } from '../../../lib/domain/named.ts';
import type { Threats } from '../../../lib/domain/threat.ts';
import { targetFrom } from '../../targets/target.ts';
import { mostFurther } from '../further-runs.ts';
import { type Rules, untouchable } from '../untouchable.ts';
import type { Actor, PrincipalsAnswered } from './step.ts';

/** What is known when it is decided who gets a run. */
export interface Known {
  readonly incident: string;
  readonly partition: string;
  readonly now: string;
  readonly rules: Rules;
  /** What the incident's runs answer. */
  readonly threats: Threats;
  /** How many runs more the incident takes. */
  readonly room: number;
  /** Open incidents, by what they hold. */
  readonly holders: ReadonlyMap<string, string>;
}

/** Somebody about whom a run begins. */
export interface Start {
  readonly one: Named;
  readonly playbook: IdentityPlaybook;
}

export interface Sorted {
  readonly starts: readonly Start[];
  readonly actors: readonly Actor[];
}

const kinds: Readonly<Record<string, string>> = {
  'iam-user': 'user',
  'role-session': 'role',
  'identity-center': 'role',
  'federated-user': 'federated user',
  service: 'service',
  account: 'account',
};

/** `role deploy as session x in account 111122223333`. */
export function nameOf({ principal, id, account }: Named): string {
  const { kind = 'unknown', name, session } = principal ?? {};
  const where = account ? ` in account ${account}` : '';
  if (kind === 'root') return `the root user${where}`;
  const who = [kinds[kind] ?? 'holder', name ?? principal?.id ?? id].join(' ');
  return `${who}${session && kind !== 'federated-user' ? ` as session ${session}` : ''}${where}`;
}

/** Why nobody of ours begins a run about them; null where one may begin. */
function whyLeft(one: Named, { partition, now, rules }: Known): string | null {
  const account = one.account ?? '';
  if (!rules.respondsIn(account)) return `Tourniquet does not respond in account ${account || 'unknown'}`;
  const place = { partition, account, region: one.region ?? '' };
  return untouchable(targetFrom(one, { place, now, since: null }), rules)?.because ?? null;
}

/** The run of this incident that is under way about them, or the other incident that holds them; null where nobody answers yet. */
function answeredIn(claim: string, playbook: string, { incident, threats, holders }: Known): string | null {
  const own = Object.values(threats).some(
    ({ playbook: by, about, ended }) => by === playbook && about[0] === claim && ended === null,
  );
  if (own) return 'a run about them is under way in this incident';
  const holder = holders.get(claim);
  return holder && holder !== incident ? `incident ${holder} answers for them` : null;
}

function judged(one: Named, known: Known): Actor & { readonly start: Start | null } {
  const name = nameOf(one);
  const playbook = playbookOfHolder(one.principal);
  const because = playbook ? whyLeft(one, known) : 'no playbook contains such a one: find out by hand who is behind it';
  if (!playbook || because !== null) return { name, playbook, outcome: 'left', because: because ?? '', start: null };
  const answered = answeredIn(claimOf(one, known.partition), playbook, known);
  if (answered) return { name, playbook, outcome: 'under-way', because: answered, start: null };
  return { name, playbook, outcome: 'started', because: `by ${playbook}`, start: { one, playbook } };
}

/** Who gets a run, and what becomes of the others. */
export function sorted(acted: readonly Named[], known: Known): Sorted {
  const all = acted.map((one) => judged(one, known));
  const starts = all.flatMap(({ start }) => start ?? []).slice(0, known.room);
  const tooMany = `the incident already has ${mostFurther} further targets: contain them by hand`;
  const actors = all.map(
    ({ start, ...actor }): Actor =>
      start && !starts.includes(start) ? { ...actor, outcome: 'left', because: tooMany } : actor,
  );
  return { starts, actors };
}

const words = ({ name, because }: Actor): string => `${name}: ${because}`;

/** What is reported of it. */
export function resultOf(judged: readonly Actor[], mode: Mode): PrincipalsAnswered {
  const observed = mode === 'observe';
  const actors = judged.map(
    (one): Actor => (observed && one.outcome === 'started' ? { ...one, outcome: 'would-start' } : one),
  );
  const because = actors.map(words).join('; ');
  if (actors.length === 0)
    return {
      outcome: 'nobody-named',
      actors,
      because: 'the finding names nobody who acted: CloudTrail may show who it was',
    };
  if (observed) return { outcome: 'would-start', actors, because };
  return { outcome: actors.some(({ outcome }) => outcome === 'left') ? 'partly-started' : 'started', actors, because };
}
