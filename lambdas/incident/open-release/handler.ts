import * as z from 'zod';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Plan, Question } from '../../../lib/domain/incident.ts';
import { environment } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import { planHash } from '../../runtime/permit.ts';
import { pipeline, type Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { keys } from '../../runtime/table.ts';
import { Target, targetArn } from '../../targets/target.ts';
import { closeClaim } from '../closing.ts';
import type { Opened } from '../opened.ts';

const Input = z.object({
  input: z.strictObject({ incident: z.string(), by: z.string(), reason: z.string() }),
  execution: z.string(),
  startedAt: z.string(),
  playbook: z.object({ name: z.string(), questions: z.array(Question).min(1) }),
});
type Input = z.infer<typeof Input>;

/** A before-state as it lies in the table, as far as the release needs it. */
const HeldLever = z.object({
  step: z.string(),
  title: z.string(),
  phase: z.enum(['preserve', 'contain']),
  effect: z.string(),
  undo: z.string(),
  takenAt: z.string(),
  releasedAt: z.string().nullable(),
  target: Target,
});
type HeldLever = z.infer<typeof HeldLever>;

interface Lever {
  readonly name: string;
  readonly title: string;
  readonly function: string;
  readonly target: Target;
}
type OpenedRelease = Opened & { readonly levers: Lever[] };

/**
 * What an incident still holds, in the order in which it is let go: what contains before what protects, since both are applied side by
 * side, and within that the last applied first.
 */
async function heldBy(work: Work, incident: string): Promise<HeldLever[]> {
  const items = await work.table.query(`INC#${incident}`, 'BEFORE#');
  return items
    .map((item) => HeldLever.parse(item))
    .filter(({ releasedAt }) => releasedAt === null)
    .toSorted((a, b) => a.phase.localeCompare(b.phase) || b.takenAt.localeCompare(a.takenAt));
}

const leversOf = (held: HeldLever[]) =>
  held.map(({ step, title, undo, target }) => ({
    name: step,
    title: `Restore:  ${title.toLowerCase()}${held.every((one) => one.target.id === target.id) ? '' : ` (${target.id})`}`,
    effect: undo,
    undo: 'Apply the levers again.',
  }));

async function open(work: Work, { input, execution, startedAt, playbook }: Input): Promise<OpenedRelease> {
  const { incident, by, reason } = input;
  if (!(await work.table.get(keys.incident(incident))))
    throw new Refused(`Tourniquet: there is no incident ${incident}.`);
  const held = await heldBy(work, incident);
  const [last] = held;
  const run = { incident, id: execution, playbook: playbook.name, mode: 'respond' as const, openedAt: startedAt };
  await append(work.table, incident, {
    kind: 'opened',
    actor: by,
    what: `requested the release: ${reason}`,
    detail: { run: execution, held: held.map(({ step }) => step) },
  });
  await work.table.putNew({ ...keys.run(sessionName(execution)), incident });
  if (!last) {
    await closeClaim(work, incident);
    const because = 'nothing is left to release; the incident is closed';
    return { outcome: 'ignored', because, run, finding: null, target: null, plans: {}, levers: [] };
  }
  const [declared] = playbook.questions;
  const question: Question = {
    name: 'release',
    within: 3600,
    ifNobodyAnswers: 'hold',
    takes: [],
    needs: 'one',
    byHand: [],
    ...declared,
    levers: leversOf(held),
  };
  const authority = { kind: 'ask', because: `${by} requested the release: ${reason}` } as const;
  const targets = [...new Set(held.map(({ target }) => targetArn(target)))];
  const hash = planHash(incident, question, targets);
  const plan: Plan = { question, authority, hash, requestedBy: by, targets };
  const functionOf = (step: string): string => `${environment('NAME')}-${step}`;
  const levers = held.map(({ step, title, target }) => ({ name: step, title, function: functionOf(step), target }));
  return {
    outcome: 'respond',
    because: reason,
    run,
    finding: null,
    target: last.target,
    plans: { release: plan },
    levers,
  };
}

export const handler = pipeline(async (event, work) => open(work, Input.parse(event)));
