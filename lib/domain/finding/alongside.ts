import * as z from 'zod';
import type { Named } from '../named.ts';
import { claimOf } from '../named.ts';
import { Finding, isSequence, subjectsOf } from './finding.ts';

const source = 'tourniquet';
const detailType = 'Finding about several';

/** One finding's further resource, as the run that opened the incident hands it to a run of its own. */
const Event = z.object({
  source: z.literal(source),
  'detail-type': z.literal(detailType),
  detail: z.object({ incident: z.string().min(1), finding: Finding }),
});

/** The incident a run belongs to that was begun about one more resource of its finding; null of every other event. */
export const alongside = (event: unknown): z.infer<typeof Event>['detail'] | null =>
  Event.safeParse(event).data?.detail ?? null;

/**
 * The same finding, about this one of its resources first. Its key is its own: the incident keeps a line of each. An attack sequence is about
 * all it names, so of that nothing else is left.
 */
const aboutOne = (finding: Finding, one: Named): Finding => ({
  ...finding,
  key: `${finding.key}:${one.id}`,
  targets: [one, ...(isSequence(finding) ? [] : finding.targets.filter((other) => other !== one))],
});

/** A run about one resource of a finding: the name by which incidents hold that, and what the run is told. */
export interface RunAbout {
  readonly of: string;
  readonly input: object;
}

/** A run about one resource that a finding names, in an incident that there is. */
export const runAbout = (finding: Finding, one: Named, incident: string): RunAbout => ({
  of: claimOf(one, finding.partition),
  input: { source, 'detail-type': detailType, detail: { incident, finding: aboutOne(finding, one) } },
});

/** Runs about all other resources that a finding is about. */
export function runsAlongside(finding: Finding, incident: string): RunAbout[] {
  const [, ...others] = subjectsOf(finding);
  return others.map((one) => runAbout(finding, one, incident));
}
