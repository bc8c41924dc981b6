import * as z from 'zod';
import { OperationName, Phase } from './step.ts';

/** What a step, a lever or an eradication did, or failed to do: data, where `actor` and `what` of its ledger entry are words. */
export const Act = z.object({
  step: z.string(),
  operation: OperationName,
  phase: Phase,
  /** ARN of the target; empty where there is none, or the call came without a sound one. */
  of: z.string(),
});
export type Act = z.infer<typeof Act>;
