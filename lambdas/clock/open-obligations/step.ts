import * as z from 'zod';
import { Obligation } from '../../../lib/domain/clock/obligation.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Target } from '../../targets/target.ts';

export const ObligationsOpened = z.object({
  /** `partly-opened`: the clocks run, but at least one reminder of them could not be set. */
  outcome: z.enum(['opened', 'partly-opened', 'would-open', 'none-configured']),
  /** Each as it stands on record; where another run was first, its clock counts. */
  obligations: z.array(Obligation),
  /** Of each clock that runs, when it rings next. */
  reminders: z.array(z.object({ schedule: z.string(), at: z.iso.datetime() })),
  failed: z.array(z.object({ what: z.string(), error: z.string() })),
});
export type ObligationsOpened = z.infer<typeof ObligationsOpened>;

export const openObligations = defineStep({
  name: 'open-obligations',
  title: 'Start the report clocks',
  phase: 'inform',
  csf: 'RS.CO-02',
  effect:
    'One obligation for each report of each configured regime, with reminders. Tourniquet sends nothing to an authority.',
  target: Target,
  result: ObligationsOpened,
  outcomes: { opened: 'good', 'partly-opened': 'attention', 'would-open': 'observed', 'none-configured': 'good' },
  within: 30,
  hub: ['schedule', 'read-incident'],
  permissions: [],
});
