import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { RoleSession } from '../../iam/role-session/target.ts';
import { User } from '../../iam/user/target.ts';
import { Answered } from '../responses.ts';

/** `partly-started`: some are left to people, or something was not read, and `because` says what. */
export const StartedAnswered = z.object({
  outcome: z.enum(['started', 'partly-started', 'would-start', 'none-started']),
  /** Oldest first; of more than travels from state to state, the first. */
  instances: z.array(Answered),
  because: z.string(),
});
export type StartedAnswered = z.infer<typeof StartedAnswered>;

export const respondForStarted = defineStep({
  name: 'respond-for-started',
  title: 'Respond for every instance and notebook that it started',
  phase: 'preserve',
  csf: 'RS.AN-03',
  effect:
    'Changes nothing itself. For each instance, and each notebook instance of SageMaker, that the user or the session started since the first sign, in every Region, as far as CloudTrail names it (calls appear up to 15 minutes late), its own playbook begins in the same incident, with its own question; one form answers all of them. Of more than the incident takes the rest is named.',
  target: z.discriminatedUnion('kind', [User, RoleSession]),
  result: StartedAnswered,
  outcomes: { started: 'good', 'partly-started': 'attention', 'would-start': 'observed', 'none-started': 'good' },
  within: 60,
  hub: ['start-for-started', 'read-settings'],
  permissions: [allow('cloudtrail:LookupEvents'), allow('ec2:DescribeRegions')],
});
