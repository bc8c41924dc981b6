import * as z from 'zod';
import type { Named } from '../named.ts';
import { claimOf } from '../named.ts';
import { Finding, subjectsOf } from './finding.ts';

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

/** The same finding, about this one of its resources first. Its key is its own: the incident keeps a line of each. */
const aboutOne = (finding: Finding, one: Named): Finding => ({
  ...finding,
  key: `${finding.key}:${one.id}`,
  targets: [one, ...finding.targets.filter((other) => other !== one)],
});

/** The inputs of the runs about all other resources a finding is about, each by the name under which the incident holds it. */
export function inputsAlongside(finding: Finding, incident: string) {
  const [, ...others] = subjectsOf(finding);
  return others.map((one) => ({
    of: claimOf(one, finding.partition),
    input: { source, 'detail-type': detailType, detail: { incident, finding: aboutOne(finding, one) } },
  }));
}
