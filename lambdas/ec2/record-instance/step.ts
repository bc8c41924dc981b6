import { allow } from '../../../lib/domain/permission.ts';
import { Recorded, recordedOutcomes } from '../../../lib/domain/recorded.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance, instanceArn } from '../instance/target.ts';

const instance = (target: Instance): string[] => [instanceArn(target)];

export const recordInstance = defineStep({
  name: 'record-instance',
  title: 'Record console, screenshot, user data and description',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect: 'Read only; hashed and sealed in the evidence vault.',
  target: Instance,
  result: Recorded,
  outcomes: recordedOutcomes,
  within: 60,
  hub: ['vault'],
  permissions: [
    allow('ec2:DescribeInstances'),
    allow('ec2:GetConsoleOutput', instance),
    allow('ec2:GetConsoleScreenshot', instance),
    allow('ec2:DescribeInstanceAttribute', instance),
  ],
});
