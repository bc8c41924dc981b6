import * as z from 'zod';
import type { EarlierAnswer } from '../domain/coverage.ts';
import type { OnThreats } from '../domain/standing.ts';
import { runsOf } from '../domain/threat.ts';
import { approvalItem, type StoredApproval } from '../items/approval.ts';
import { type BeforeState, beforeStateItem } from '../items/before-state.ts';
import type { StoredIncident } from '../items/incident.ts';
import type { Item } from '../items/item.ts';
import { receiptItem } from '../items/receipt.ts';
import { parsed } from './items.ts';

const Verified = z.object({
  run: z.string(),
  step: z.string(),
  operation: z.literal('verify'),
  result: z.object({ outcome: z.string() }),
});

const answerOf = ({ run, question, state, decisions, expiresAt }: StoredApproval): EarlierAnswer => {
  const last = decisions.at(-1);
  return { run, question, state, by: decisions.map(({ by }) => by), at: last?.at ?? expiresAt, until: last?.until };
};

/** What an incident has on record about its threats, of as many of its items as are at hand. */
export function threatsIn(
  { threats, ends }: Pick<StoredIncident, 'threats' | 'ends'>,
  items: readonly Item[],
): OnThreats {
  const states = beforeStateItem.sorted(items).values;
  const held = states.filter(({ releasedAt }) => releasedAt === null);
  // One that was applied once more since is held.
  const isHeld = ({ step, of }: BeforeState): boolean => held.some((one) => one.step === step && one.of === of);
  return {
    runs: runsOf(threats, ends),
    answers: approvalItem.sorted(items).values.map(answerOf),
    readBack: parsed(items, receiptItem, Verified).map(({ run, step, result }) => ({ run, step, ...result })),
    released: states.filter((one) => !isHeld(one)).map(({ step }) => step),
  };
}
