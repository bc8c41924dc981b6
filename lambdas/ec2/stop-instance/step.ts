import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance, instanceArn } from '../instance/target.ts';

/**
 * How it stands: EC2's own word, such as running or stopped; whether it is protected from being stopped; whether it was launched so that it
 * can hibernate; and its Auto Scaling group, with Auto Scaling's own word for where it is in there.
 */
export const Power = z.object({
  state: z.string(),
  stopProtection: z.boolean(),
  hibernates: z.boolean(),
  group: z.object({ name: z.string(), lifecycle: z.string() }).nullable(),
});
export type Power = z.infer<typeof Power>;

const instance = (target: Instance): string[] => [instanceArn(target)];

export const stopInstance = defineLever({
  name: 'stop-instance',
  title: 'Stop the instance; its memory is lost',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nothing runs on it any more, and every connection ends. Memory, instance-store volumes and an auto-assigned address are lost for good; what was launched to hibernate keeps its memory on its root volume. Not for Spot, nor in service in an Auto Scaling group, which would terminate it.',
  undo: 'The instance is started, if it was this that stopped it: what runs at boot runs again, the attacker’s too. With volumes under a customer key, the person who starts it needs kms:CreateGrant on that key.',
  stands: { held: 'instance stopped', open: 'instance still running' },
  target: Instance,
  beforeState: Power,
  look: [
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeInstanceAttribute', instance),
    allow('autoscaling:DescribeAutoScalingInstances'),
  ],
  apply: {
    permissions: [allow('ec2:StopInstances', instance), allow('ec2:ModifyInstanceAttribute', instance)],
    within: 120,
  },
  release: { permissions: [allow('ec2:StartInstances', instance)], within: 60 },
});
