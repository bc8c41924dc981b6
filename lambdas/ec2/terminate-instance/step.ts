import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { Instance, instanceArn } from '../instance/target.ts';

/** The volumes that people were shown as attached: what was attached since is nothing that they agreed to lose. */
export const Shown = z.object({ volumes: z.array(z.string()) });
export type Shown = z.infer<typeof Shown>;

const instance = (target: Instance): string[] => [instanceArn(target)];

export const terminateInstance = defineEradication({
  name: 'terminate-instance',
  title: 'Terminate the instance',
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'The instance is gone for good, with its memory, its instance store, its addresses and its costs. This is final: nothing starts it again, and a later release has nothing to put back on it. Its volumes stay where it is protected; one that would go with it needs a completed snapshot of this incident first. An Auto Scaling group may start another one.',
  target: Instance,
  shown: Shown,
  result: Removal,
  within: 60,
  permissions: [
    allow('ec2:DescribeInstances'),
    allow('ec2:DescribeSnapshots'),
    // Our own protection from the first minutes stands in the way.
    allow('ec2:ModifyInstanceAttribute', instance),
    allow('ec2:TerminateInstances', instance),
  ],
});
