import * as z from 'zod';
import { signer } from '../../../lib/domain/approval.ts';
import { ClosedAs, type Closing, closedAs } from '../../../lib/domain/closing.ts';
import { Broken, Refused } from '../../../lib/domain/errors.ts';
import { type Plan, Question } from '../../../lib/domain/incident.ts';
import { type BeforeState, beforeStateItem } from '../../../lib/items/before-state.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import { runItem } from '../../../lib/items/run.ts';
import { environment } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import { planHash } from '../../runtime/permit.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { sessionName } from '../../runtime/session.ts';
import { Target, targetArn } from '../../targets/target.ts';
import type { Opened } from '../opened.ts';
import { inReleaseOrder } from './order.ts';

const Input = z.object({
  input: z.strictObject({
    incident: z.string(),
    by: z.string(),
    person: z.string().optional(),
    reason: z.string(),
    as: ClosedAs.optional(),
    archive: z.boolean().default(false),
  }),
  execution: z.string(),
  startedAt: z.string(),
  playbook: z.object({ name: z.string(), questions: z.array(Question).min(1) }),
});
type Input = z.infer<typeof Input>;

/** A before-state whose target is one that today's levers know. */
type HeldLever = Omit<BeforeState, 'target'> & { readonly target: Target };

interface Lever {
  readonly name: string;
  readonly title: string;
  readonly function: string;
  readonly phase: HeldLever['phase'];
  readonly target: Target;
}
type OpenedRelease = Omit<Opened, 'outcome'> & {
  /** `nothing held`: there is nothing to ask about, and the close-out ends it. */
  readonly outcome: 'respond' | 'nothing held';
  readonly levers: Lever[];
  readonly closing: Closing;
};

function targetOf({ step, of, target }: BeforeState): Target {
  const known = Target.safeParse(target);
  if (known.success) return known.data;
  throw new Broken(
    `This version cannot read the target ${of} of the before-state of ${step}. Nothing was released: a person has to put it back by hand, as the incident's record shows it.`,
  );
}

/** What an incident still holds, in the order in which it is let go. */
async function heldBy({ table }: Work, incident: string): Promise<HeldLever[]> {
  const items = await table.query(partitionOf(incident), beforeStateItem.prefix);
  const held = beforeStateItem.all(items).filter(({ releasedAt }) => releasedAt === null);
  return inReleaseOrder(held.map((one) => ({ ...one, target: targetOf(one) })));
}

const leversOf = (held: HeldLever[]) =>
  held.map(({ step, title, undo, target }) => ({
    name: step,
    title: `Undo: ${title.charAt(0).toLowerCase()}${title.slice(1)}${held.every((one) => one.target.id === target.id) ? '' : ` (${target.id})`}`,
    effect: undo,
    undo: 'Apply the levers again.',
  }));

async function open(work: Work, { input, execution, startedAt, playbook }: Input): Promise<OpenedRelease> {
  const { incident, by, person, reason, archive, as = null } = input;
  const closing: Closing = { as, by, reason, archive };
  const wanted = as ? `closing it ${closedAs[as]}` : 'the release';
  if (!(await incidentItem.find(work.table, incident)))
    throw new Refused(`Tourniquet: there is no incident ${incident}.`);
  const held = await heldBy(work, incident);
  const [last] = held;
  const run = { incident, id: execution, playbook: playbook.name, mode: 'respond' as const, openedAt: startedAt };
  await append(work.table, incident, {
    kind: 'opened',
    actor: signer(by, person),
    what: `requested ${wanted}: ${reason}`,
    detail: { run: execution, held: held.map(({ step }) => step), closing },
  });
  await work.table.putNew(runItem.item({ incident, at: work.now() }, sessionName(execution)));
  if (!last) {
    const because = 'nothing is left to release';
    return { outcome: 'nothing held', because, run, finding: null, target: null, plans: {}, levers: [], closing };
  }
  const [declared] = playbook.questions;
  const question: Question = {
    name: 'release',
    within: 3600,
    climbs: 3600,
    ifNobodyAnswers: 'hold',
    takes: [],
    needs: 'one',
    byHand: [],
    ...declared,
    levers: leversOf(held),
  };
  const authority = { kind: 'ask', because: `${signer(by, person)} requested ${wanted}: ${reason}` } as const;
  const targets = [...new Set(held.map(({ target }) => targetArn(target)))];
  const hash = planHash(incident, question, targets);
  const plan: Plan = { question, authority, hash, requestedBy: by, targets };
  const functionOf = (step: string): string => `${environment('NAME')}-${step}`;
  const levers = held.map(({ step, title, phase, target }) => {
    return { name: step, title, phase, function: functionOf(step), target };
  });
  return {
    outcome: 'respond',
    because: reason,
    run,
    finding: null,
    target: last.target,
    plans: { release: plan },
    levers,
    closing,
  };
}

export const handler = serveEntrance(async (event, work) => open(work, Input.parse(event)));
