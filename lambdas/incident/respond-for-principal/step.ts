import * as z from 'zod';
import { defineStep } from '../../../lib/domain/step.ts';
import { Target } from '../../targets/target.ts';
import { Answered } from '../responses.ts';

/** `partly-started`: somebody is left to people, and `because` says who and why. */
export const PrincipalsAnswered = z.object({
  outcome: z.enum(['started', 'partly-started', 'would-start', 'nobody-named']),
  actors: z.array(Answered),
  because: z.string(),
});
export type PrincipalsAnswered = z.infer<typeof PrincipalsAnswered>;

/**
 * For playbooks about what was done, rather than who did it: `.preserve(respondForPrincipal, …)`. Each run it begins has a question, claims and
 * levers of its own, and closes by itself; the incident is contained once all are.
 */
export const respondForPrincipal = defineStep({
  name: 'respond-for-principal',
  title: 'Respond for the principal that did it',
  phase: 'preserve',
  csf: 'RS.MI-01',
  effect:
    'Changes nothing itself. For each user, role session, person or root user that the finding says acted, the playbook that fits begins in the same incident, with its own question.',
  target: Target,
  result: PrincipalsAnswered,
  outcomes: { started: 'good', 'partly-started': 'attention', 'would-start': 'observed', 'nobody-named': 'good' },
  within: 30,
  hub: ['start-for-identity', 'read-settings'],
  permissions: [],
});
