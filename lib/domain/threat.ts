import * as z from 'zod';
import { Mode } from './authority.ts';
import type { IncidentState, Question } from './incident.ts';
import { Severity } from './severity.ts';

const AskedQuestion = z.object({
  name: z.string(),
  levers: z.array(z.string()),
  /** How the target stands once a yes was verified, and without. */
  held: z.string(),
  open: z.string(),
  /** It comes up only where what came before turns out not to hold. */
  asked: z.literal('where needed').optional(),
});
export type AskedQuestion = z.infer<typeof AskedQuestion>;

/** A type of finding by which it is remembered; a product of somebody else's may call it anything. */
export const typeKey = (type: string): string => type.slice(0, 200);

/** What one run of an incident answers. An incident has as many as its findings need playbooks, each with questions of its own. */
export const Threat = z.object({
  playbook: z.string(),
  /** `chain`: a session that another one obtained, found by our own step. `alongside`: another resource of a finding about several. */
  of: z.enum(['finding', 'chain', 'alongside']),
  /** As people call its target. */
  id: z.string(),
  /** What its finding claimed, the thing it is mainly about first. */
  about: z.array(z.string()),
  /** Worst of its findings. */
  severity: z.union([Severity, z.literal('unknown')]),
  /** Types of findings that its questions speak for, and since when each. */
  types: z.record(z.string(), z.iso.datetime()),
  /** The questions it puts; what the incident had answered already is not among them. */
  asks: z.array(AskedQuestion),
  at: z.iso.datetime(),
  /** When it had closed, and in which mode it ran; null while it is under way. */
  ended: z.object({ at: z.iso.datetime(), mode: Mode }).nullable(),
});
export type Threat = z.infer<typeof Threat>;

/** Threats by the name of their run. */
export const Threats = z.record(z.string(), Threat);
export type Threats = z.infer<typeof Threats>;
type Ends = Readonly<Record<string, IncidentState>>;

/**
 * Without questions about other kinds of resources, where one is about this kind: a playbook may ask of buckets and of snapshots, and of each only
 * the one that is about it.
 */
export function concerning(questions: readonly Question[], kind: string): Question[] {
  const own = questions.filter(({ takes }) => takes.includes(kind));
  const isOther = ({ takes }: Question): boolean =>
    takes.length > 0 && own.some((one) => !one.takes.some((taken) => takes.includes(taken)));
  return questions.filter((one) => !isOther(one));
}

/** The questions of a playbook that are put before the response has closed. */
export const urgentAmong = (questions: readonly Question[]): Question[] =>
  questions.filter(({ kind }) => kind !== 'eradicate');

export const asAsked = ({ name, levers, stands, asked }: Question): AskedQuestion => ({
  name,
  levers: levers.map((lever) => lever.name),
  held: stands?.held ?? 'contained',
  open: stands?.open ?? 'not contained',
  ...(asked && { asked }),
});

/** Types of findings a run speaks for, in the order in which they came. */
export const typesOf = (threat: Threat | undefined): string[] =>
  Object.entries(threat?.types ?? {})
    .toSorted(([, a], [, b]) => a.localeCompare(b))
    .map(([type]) => type);

/** A run with what it answers, and how it ended. */
export interface ThreatRun extends Threat {
  readonly run: string;
  readonly end: IncidentState;
}

/** All runs of an incident, the earliest first. */
export const runsOf = (threats: Threats, ends: Ends): ThreatRun[] =>
  Object.entries(threats)
    .map(([run, threat]) => ({ run, end: ends[run] ?? ('open' as const), ...threat }))
    .toSorted((a, b) => a.at.localeCompare(b.at));

/** The same threat: runs of one playbook about one thing. What was declined and is asked again is a run more, and no threat more. */
export const sameThreat = (runs: readonly ThreatRun[]): ThreatRun[][] => [
  ...Map.groupBy(runs, ({ playbook, about: [first = ''] }) => `${playbook} ${first}`).values(),
];

/** How one threat stands by all its runs: what is contained stays so until it is released, whatever is declined later. */
function stateOfOne(runs: readonly ThreatRun[]): IncidentState {
  const ends = runs.map(({ end }) => end);
  if (runs.at(-1)?.end === 'open') return 'open';
  return (['contained', 'open', 'held'] as const).find((state) => ends.includes(state)) ?? 'released';
}

function whole(states: readonly IncidentState[]): IncidentState {
  const held = states.filter((state) => state !== 'released');
  const [first = 'released'] = held;
  // One is contained and another is not: neither contained nor nothing.
  return held.every((state) => state === first) ? first : 'open';
}

/**
 * How an incident stands: by each threat that findings brought, and by the sessions and resources that came with it. It is contained only if every threat
 * is, and nothing is still asked; what comes with a threat, and people left alone, does not count against it.
 */
export function stateOver(threats: Threats, ends: Ends): IncidentState {
  const all = Object.groupBy(runsOf(threats, ends), ({ of }) => (of === 'finding' ? 'main' : 'further'));
  const states = (runs: ThreatRun[] = []): IncidentState[] => sameThreat(runs).map(stateOfOne);
  // Runs that an earlier version noted without what they answer were about sessions of a chain.
  const older = Object.entries(ends).flatMap(([run, end]) => (threats[run] ? [] : [end]));
  const further = [...states(all.further), ...older];
  // A run that asks nothing has only begun others, and one about whose target a person has picked another playbook is over: those say how it stands.
  const answered = (run: ThreatRun): boolean =>
    run.asks.length === 0 ||
    (run.asks.every(({ levers }) => levers.length === 0) &&
      (all.further ?? []).some(({ about }) => about[0] === run.about[0]));
  const asking = all.main?.filter((run) => run.end !== 'held' || !answered(run)) ?? [];
  const own = asking.length > 0 ? states(asking) : further;
  const main = whole(own.length > 0 ? own : states(all.main));
  if (main === 'open' || further.includes('open')) return 'open';
  return main === 'held' && further.includes('contained') ? 'open' : main;
}
