import * as z from 'zod';
import type { Mode } from '../../lib/domain/authority.ts';
import { claimOf, type Named } from '../../lib/domain/named.ts';
import type { Threats } from '../../lib/domain/threat.ts';
import { targetFrom } from '../targets/target.ts';
import { mostFurther } from './further-runs.ts';
import { type Rules, untouchable } from './untouchable.ts';

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
  /** What the incident holds itself. */
  readonly held: readonly string[];
}

/** Somebody or something that a finding names, and the playbook that answers for it alone; null where none does, for the reason given. */
export interface Candidate {
  readonly one: Named;
  readonly playbook: string | null;
  readonly because: string;
}

/** What becomes of one of them. */
export const Answered = z.object({
  /** As people call it. */
  name: z.string(),
  playbook: z.string().nullable(),
  /** `started`: a run about it is under way in the same incident. `under-way`: an incident answers for it already. */
  outcome: z.enum(['started', 'would-start', 'under-way', 'left']),
  /** Where it is answered, or why it is left to people. */
  because: z.string(),
});
export type Answered = z.infer<typeof Answered>;

/** Something about which a run begins. */
export interface Start {
  readonly one: Named;
  readonly playbook: string;
}

export interface Sorted {
  readonly starts: readonly Start[];
  readonly answered: readonly Answered[];
}

const kinds: Readonly<Record<string, string>> = {
  'iam-user': 'user',
  'role-session': 'role',
  'identity-center': 'role',
  'federated-user': 'federated user',
  service: 'service',
  account: 'account',
};

/** `role deploy as session x in account 111122223333`, `bucket ledgers in account 111122223333`. */
export function nameOf({ kind, principal, id, account }: Named): string {
  const where = account ? ` in account ${account}` : '';
  if (!principal) return `${kind.replaceAll('-', ' ')} ${id}${where}`;
  const { kind: holder, name, session } = principal;
  if (holder === 'root') return `the root user${where}`;
  const who = [kinds[holder] ?? 'holder', name ?? principal.id ?? id].join(' ');
  return `${who}${session && holder !== 'federated-user' ? ` as session ${session}` : ''}${where}`;
}

/** Why no run about it begins; null where one may begin. */
function whyLeft(one: Named, { partition, now, rules }: Known): string | null {
  const account = one.account ?? '';
  if (!rules.respondsIn(account)) return `Tourniquet does not respond in account ${account || 'unknown'}`;
  const place = { partition, account, region: one.region ?? '' };
  return untouchable(targetFrom(one, { place, now, since: null }), rules)?.because ?? null;
}

/** The run of this incident that is under way about it, or the other incident that holds it; null where nobody answers yet. */
function answeredIn(claim: string, playbook: string, { incident, threats, holders }: Known): string | null {
  const own = Object.values(threats).some(
    ({ playbook: by, about, ended }) => by === playbook && about[0] === claim && ended === null,
  );
  if (own) return 'a run about it is under way in this incident';
  const holder = holders.get(claim);
  return holder && holder !== incident ? `incident ${holder} answers for it` : null;
}

function judged({ one, playbook, because }: Candidate, known: Known): Answered & { readonly start: Start | null } {
  const name = nameOf(one);
  const left = playbook ? whyLeft(one, known) : because;
  if (!playbook || left !== null) return { name, playbook, outcome: 'left', because: left ?? '', start: null };
  const answered = answeredIn(claimOf(one, known.partition), playbook, known);
  if (answered) return { name, playbook, outcome: 'under-way', because: answered, start: null };
  return { name, playbook, outcome: 'started', because: `by ${playbook}`, start: { one, playbook } };
}

/** What gets a run, in the order given, and what becomes of the others. */
export function sorted(candidates: readonly Candidate[], known: Known): Sorted {
  const all = candidates.map((one) => judged(one, known));
  const starts = all.flatMap(({ start }) => start ?? []).slice(0, known.room);
  const tooMany = `the incident already has ${mostFurther} further targets: contain it by hand`;
  const answered = all.map(
    ({ start, ...one }): Answered =>
      start && !starts.includes(start) ? { ...one, outcome: 'left', because: tooMany } : one,
  );
  return { starts, answered };
}

/** As the mode has it: nothing begins where all is only observed. */
export const inMode = (answered: readonly Answered[], mode: Mode): Answered[] =>
  answered.map((one) => (mode === 'observe' && one.outcome === 'started' ? { ...one, outcome: 'would-start' } : one));

export const words = ({ name, because }: Answered): string => `${name}: ${because}`;
