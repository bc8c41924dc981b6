import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Target } from '../../targets/target.ts';
import { Answered } from '../responses.ts';

/** `partly-expanded`: something is left to people, or could not be read; `because` and `unknown` say what. */
export const SequenceAnswered = z.object({
  outcome: z.enum(['expanded', 'partly-expanded', 'would-expand', 'nothing-named']),
  /** Who acted first, then what runs, then what is kept; of more than travels from state to state, the first. */
  answered: z.array(Answered),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
  /** The finding as GuardDuty has it. */
  evidence: z.array(Custody),
  because: z.string(),
});
export type SequenceAnswered = z.infer<typeof SequenceAnswered>;

export const respondForSequence = defineStep({
  name: 'respond-for-sequence',
  title: 'Respond for everyone and everything in the sequence',
  phase: 'preserve',
  csf: 'RS.AN-03',
  effect:
    'Reads the whole finding from GuardDuty and keeps it. For each identity, then each machine, then each data store it names, the playbook that fits begins in the same incident, with its own question; one form answers all of them.',
  target: Target,
  result: SequenceAnswered,
  outcomes: {
    expanded: 'good',
    'partly-expanded': 'attention',
    'would-expand': 'observed',
    'nothing-named': 'attention',
  },
  within: 60,
  hub: ['vault', 'start-playbook', 'read-settings'],
  // It knows no resource (Service Authorization Reference, "Amazon GuardDuty").
  permissions: [allow('guardduty:GetFindings')],
});
