import type { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import type { Question } from '../../lib/domain/incident.ts';
import { approvalItem } from '../../lib/items/approval.ts';
import { subjectOf } from '../targets/target.ts';
import { wasLetThrough } from './breaker.ts';
import { hashOf } from './ledger.ts';
import type { Work } from './pipeline.ts';

/** Binds a decision to what it decides: the levers in their order, and the target with the facts the message showed. */
export function planHash(incident: string, question: Question, target: unknown): string {
  return hashOf({ incident, question: question.name, levers: question.levers.map(({ name }) => name), target });
}

/**
 * The last look before anything hurts: a containment lever goes on only under a standing order, or with a decision for exactly this
 * plan. Where nobody was asked, the circuit breaker has let this run through.
 */
export async function permit(work: Work, call: Call, account: string, step: string): Promise<void> {
  const { plan, run } = call;
  if (!plan) throw new Broken('Tourniquet: a containment lever was called without its question.');
  if (planHash(run.incident, plan.question, plan.targets ?? call.target) !== plan.hash) {
    throw new Broken('Tourniquet: the plan does not match the hash it was opened with.');
  }
  if (plan.targets && !plan.targets.includes(subjectOf(call)))
    throw new Broken('Tourniquet: the plan does not name this target.');
  const { kind } = plan.authority;
  if (kind === 'observe') return;
  if (kind === 'standing') {
    if (await wasLetThrough(work, run.id, account)) return;
    throw new Broken('Tourniquet: the circuit breaker has not let this run through.');
  }
  const approval = await approvalItem.find(work.table, run.incident, run.id, plan.question.name);
  const decided =
    approval?.state === 'APPROVED' || (approval?.state === 'EXPIRED' && plan.question.ifNobodyAnswers === 'contain');
  if (!decided || approval?.planHash !== plan.hash) throw new Broken('Tourniquet: no decision allows this plan.');
  if (plan.question.levers.some(({ name }) => name === step) && !(approval.levers?.includes(step) ?? true))
    throw new Broken('Tourniquet: the people who approved chose other levers.');
}

/** The same before anything is removed for good: two people have agreed to exactly what they were shown. */
export async function permitRemoval(work: Work, call: Call, account: string, step: string): Promise<void> {
  const { plan, run } = call;
  if (plan?.authority.kind !== 'ask-two') throw new Broken('Tourniquet: deleting permanently takes two approvals.');
  await permit(work, call, account, step);
  const approval = await approvalItem.find(work.table, run.incident, run.id, plan.question.name);
  if (approval?.state !== 'APPROVED') throw new Broken('Tourniquet: nobody has approved deleting anything.');
  if (approval.shownHash !== hashOf(call.shown))
    throw new Broken('Tourniquet: this differs from what the approvers were shown.');
}
