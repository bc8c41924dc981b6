import * as z from 'zod';
import { defineStep } from '../../../lib/domain/step.ts';
import { Target } from '../../targets/target.ts';
import { Answered } from '../responses.ts';

export const PickedStarted = z.object({
  /** `none-picked`: a person does it by hand. */
  outcome: z.enum(['started', 'not-started', 'would-start', 'none-picked']),
  answered: z.array(Answered),
  because: z.string(),
});
export type PickedStarted = z.infer<typeof PickedStarted>;

export const startPickedPlaybook = defineStep({
  name: 'start-picked-playbook',
  title: 'Start the playbook that a person picked',
  phase: 'preserve',
  csf: 'RS.MA-03',
  effect:
    'Changes nothing itself. Each playbook that a person picked in the question begins in the same incident, about the same target, with its own questions.',
  target: Target,
  result: PickedStarted,
  outcomes: { started: 'good', 'not-started': 'attention', 'would-start': 'observed', 'none-picked': 'good' },
  within: 30,
  hub: ['start-playbook', 'read-settings'],
  permissions: [],
});
