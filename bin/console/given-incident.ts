import * as z from 'zod';
import type { Playbook } from '../../lib/asl/notation.ts';
import { questionsOf } from '../../lib/asl/render.ts';
import { ApprovalState } from '../../lib/domain/approval.ts';
import { coverage } from '../../lib/domain/coverage.ts';
import { whyAnew } from '../../lib/domain/finding/anew.ts';
import { claimsOf, type Finding } from '../../lib/domain/finding/finding.ts';
import { IncidentState, Question } from '../../lib/domain/incident.ts';
import { standingLine, standingsOf } from '../../lib/domain/standing.ts';
import { Threat } from '../../lib/domain/threat.ts';
import { isIncidentId } from './incident-id.ts';
import { inputOf } from './input.ts';
import { Failure } from './verb.ts';

/** As much of an incident as decides what comes of one more finding; `incident <id> --json` prints it. */
export const GivenIncident = z.object({
  incident: z.string(),
  state: IncidentState,
  claims: z.array(z.string()),
  threats: z.object({
    runs: z.array(Threat.extend({ run: z.string(), end: IncidentState })),
    answers: z.array(
      z.object({
        run: z.string(),
        question: z.string(),
        state: ApprovalState,
        by: z.array(z.string()),
        at: z.string(),
        until: z.string().optional(),
      }),
    ),
    readBack: z.array(z.object({ run: z.string(), step: z.string(), outcome: z.string() })),
    released: z.array(z.string()),
  }),
});
export type GivenIncident = z.infer<typeof GivenIncident>;

/** What comes of a finding while an incident is open. */
export interface Given {
  readonly incident: string;
  /** `opens`: it belongs to none of what the incident holds. `joins`: what was answered covers it. `asks`: a further run asks about it. */
  readonly outcome: 'opens' | 'joins' | 'asks';
  readonly because: string;
  /** The questions a further run puts. */
  readonly questions: readonly string[];
  /** What is contained of the incident, and what is not. */
  readonly stands: string;
}

/** What comes of a finding given an incident, by the same decision as when it arrives; in mode `respond`. */
export function given(found: GivenIncident, finding: Finding, book: Playbook | undefined, now: string): Given {
  const { incident, state, claims, threats } = found;
  const stands = standingLine(standingsOf(threats));
  const [about = ''] = claimsOf(finding);
  const none = { incident, questions: [], stands };
  if (state === 'released' || state === 'closed')
    return { ...none, outcome: 'opens', because: `the incident is ${state}` };
  if (!claimsOf(finding).some((one) => claims.includes(one)))
    return { ...none, outcome: 'opens', because: 'the incident holds nothing that the finding is about' };
  const questions = book ? questionsOf(book).map((one) => Question.parse(one)) : [];
  const { type, severity } = finding;
  const playbook = book?.name ?? '';
  const cover = coverage(
    { type, severity, about, anew: whyAnew(finding), playbook, questions, mode: 'respond', now },
    threats,
  );
  const { because } = cover;
  if (cover.kind === 'covered') return { ...none, outcome: 'joins', because };
  const asked = questions.filter(({ name, kind }) => cover.answered[name] === undefined && kind !== 'eradicate');
  if (asked.length === 0) return { ...none, outcome: 'joins', because };
  return { ...none, outcome: 'asks', because, questions: asked.map(({ name }) => name) };
}

/** An incident by its id, from the deployment; or from a file that `incident <id> --json` wrote. Throws a Failure in words. */
export async function incidentNamed(name: string, stack: string): Promise<GivenIncident> {
  const found = isIncidentId(name) ? await fromDeployment(name, stack) : await fromFile(name);
  const parsed = GivenIncident.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new Failure(`${name} is no incident as \`incident <id> --json\` prints it.`);
}

async function fromDeployment(id: string, stack: string): Promise<unknown> {
  const { findDeployment } = await import('./deployment.ts');
  const { readIncident } = await import('./incident-read.ts');
  return readIncident(await findDeployment(stack), id);
}

async function fromFile(name: string): Promise<unknown> {
  const input = await inputOf(name);
  if ('missing' in input) throw new Failure(`${name} is neither an incident id such as inc-0123456789ab nor a file.`);
  if ('error' in input) throw new Failure(`${name}: ${input.error}`);
  const [first] = input.documents;
  if (!first || 'error' in first) throw new Failure(`${name}: ${first?.error ?? 'it is empty'}`);
  return first.value;
}
