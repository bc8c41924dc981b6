import { defineStep } from '../../../lib/domain/step.ts';
import { BlastRadius } from '../blast-radius.ts';
import { Instance } from '../instance/target.ts';
import { readingAcls } from '../network-acls.ts';

export const measureNetworkAcl = defineStep({
  name: 'measure-network-acl',
  title: 'Measure what a network ACL rule hits',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect:
    'Read only: which addresses would be denied where, who else is in those subnets, and whether there is room for the rules.',
  target: Instance,
  result: BlastRadius,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: readingAcls,
});
