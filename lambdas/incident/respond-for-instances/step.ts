import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Image } from '../../ec2/image/target.ts';
import { Snapshot } from '../../ec2/snapshot/target.ts';
import { Answered } from '../responses.ts';

/** `partly-started`: instances are left to people, and `because` says which and why. */
export const InstancesAnswered = z.object({
  outcome: z.enum(['started', 'partly-started', 'would-start', 'none-launched']),
  /** Those that run first; of more than travels from state to state, the first. */
  instances: z.array(Answered),
  because: z.string(),
});
export type InstancesAnswered = z.infer<typeof InstancesAnswered>;

export const respondForInstances = defineStep({
  name: 'respond-for-instances',
  title: 'Respond for every instance that was launched from it',
  phase: 'preserve',
  csf: 'RS.AN-03',
  effect:
    'Changes nothing itself. For each instance of the account and Region that was launched from the image or from an image of the snapshot, or has a volume made of it, the response to a compromised instance begins in the same incident, with its own question; one form answers all of them. Of more than the incident takes the rest is named.',
  target: z.discriminatedUnion('kind', [Snapshot, Image]),
  result: InstancesAnswered,
  outcomes: { started: 'good', 'partly-started': 'attention', 'would-start': 'observed', 'none-launched': 'good' },
  within: 60,
  hub: ['start-for-instance', 'read-settings'],
  permissions: [allow('ec2:DescribeImages'), allow('ec2:DescribeVolumes'), allow('ec2:DescribeInstances')],
});
