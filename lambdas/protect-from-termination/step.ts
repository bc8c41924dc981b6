import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { every, Instance, instanceArn } from '../../lib/domain/resource.ts';
import { defineLever } from '../../lib/domain/step.ts';

/** Null where AWS does not offer the attribute for this instance, for example termination protection on Spot. */
export const Protection = z.object({
  disableApiTermination: z.boolean().nullable(),
  disableApiStop: z.boolean().nullable(),
  shutdownBehavior: z.enum(['stop', 'terminate']).nullable(),
  deleteOnTermination: z.record(z.string(), z.boolean()),
  scaleInProtection: z.boolean().nullable(),
});
export type Protection = z.infer<typeof Protection>;

const instance = (target: Instance): string[] => [instanceArn(target)];
const modify = [
  allow('ec2:ModifyInstanceAttribute', instance),
  allow('autoscaling:SetInstanceProtection', (target: Instance) => every(target, 'autoscaling', 'autoScalingGroup')),
];

export const protectFromTermination = defineLever({
  name: 'protect-from-termination',
  title: 'Protect the instance from being terminated',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect:
    'Nobody can terminate or stop it by mistake, its volumes outlive it, and Auto Scaling leaves it alone on scale-in.',
  undo: 'Each attribute goes back to the value it had.',
  target: Instance,
  beforeState: Protection,
  look: [allow('ec2:DescribeInstanceAttribute', instance), allow('autoscaling:DescribeAutoScalingInstances')],
  apply: { permissions: modify, within: 60 },
  release: { permissions: modify, within: 60 },
});
