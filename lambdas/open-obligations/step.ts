import * as z from 'zod';
import { Obligation } from '../../lib/domain/obligation.ts';
import { Instance } from '../../lib/domain/resource.ts';
import { defineStep } from '../../lib/domain/step.ts';

export const ObligationsOpened = z.object({
  outcome: z.enum(['opened', 'would-open', 'none-configured']),
  obligations: z.array(Obligation),
});

export const openObligations = defineStep({
  name: 'open-obligations',
  title: 'Start the report clocks',
  phase: 'inform',
  csf: 'RS.CO-02',
  effect: 'One obligation a configured regime, with reminders; nothing is sent to an authority.',
  target: Instance,
  result: ObligationsOpened,
  within: 30,
  hub: ['schedule'],
  permissions: [],
});
