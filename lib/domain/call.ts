import * as z from 'zod';
import { Finding } from './finding/finding.ts';
import { Plan, Run } from './incident.ts';
import { OperationName } from './step.ts';

/** What every state sends to its step. `target` is parsed by the step's own schema. */
export const Call = z.object({
  operation: OperationName,
  /** What the same invocation does once that is done; its result is the answer then. */
  further: z.literal('verify').nullish(),
  run: Run,
  target: z.unknown(),
  finding: Finding.nullish(),
  /** The question a containment lever stands behind, with who may answer it; absent for everything else. */
  plan: Plan.nullish(),
  /** The levers that people agreed to, where they are not all of the question's. */
  chosen: z.array(z.string()).nullish(),
  /** What the lever's own prepare returned, when it ran. */
  prepared: z.unknown().optional(),
  /** Eradications only: what the people who agreed were shown. */
  shown: z.unknown().optional(),
  /** Release only: the state a person saw and agreed to overwrite. */
  agreed: z.unknown().optional(),
});
export type Call = z.infer<typeof Call>;
