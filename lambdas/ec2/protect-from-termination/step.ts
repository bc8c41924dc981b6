import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance, instanceArn, volumeArns } from '../instance/target.ts';

/** Null where AWS does not offer the attribute for this instance, for example termination protection on Spot. Volumes by device name. */
export const Protection = z.object({
  disableApiTermination: z.boolean().nullable(),
  disableApiStop: z.boolean().nullable(),
  shutdownBehavior: z.enum(['stop', 'terminate']).nullable(),
  deleteOnTermination: z.record(z.string(), z.boolean()),
  scaleInProtection: z.boolean().nullable(),
});
export type Protection = z.infer<typeof Protection>;

const instance = (target: Instance): string[] => [instanceArn(target)];
/** DeleteOnTermination is checked on the volume too (Service Authorization Reference, ec2:ModifyInstanceAttribute). */
const instanceAndVolumes = (target: Instance): string[] => [instanceArn(target), ...volumeArns(target)];
/** The group's ARN but for the id in its middle, which only another call would tell. Group names are unique in a Region. */
const group = (target: Instance): string[] =>
  target.autoScalingGroup
    ? [arn(target, 'autoscaling', `autoScalingGroup:*:autoScalingGroupName/${target.autoScalingGroup}`)]
    : [];
const modify = [
  allow('ec2:ModifyInstanceAttribute', instanceAndVolumes),
  allow('autoscaling:SetInstanceProtection', group),
];

export const protectFromTermination = defineLever({
  name: 'protect-from-termination',
  title: 'Protect the instance from termination',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect:
    'Nobody can terminate or stop it by mistake, its volumes survive it, and Auto Scaling does not scale it in. On Spot, AWS allows only the last two.',
  undo: 'Each attribute gets its former value back.',
  stands: { held: 'protected from termination', open: 'not protected from termination' },
  target: Instance,
  beforeState: Protection,
  look: [
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeInstanceAttribute', instance),
    allow('autoscaling:DescribeAutoScalingInstances'),
  ],
  apply: { permissions: modify, within: 60 },
  release: { permissions: modify, within: 60 },
});
