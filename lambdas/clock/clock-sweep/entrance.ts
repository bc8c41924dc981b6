import { allow } from '../../../lib/domain/permission.ts';
import { defineEntrance } from '../../../lib/domain/step.ts';

export const clockSweep = defineEntrance({
  name: 'clock-sweep',
  title: 'Check every clock, ledger, rule and forwarder once a day',
  within: 300,
  // Evidence outside the vault.
  permissions: [allow('ec2:DescribeSnapshots'), allow('ec2:DescribeLockedSnapshots')],
  called: 'asynchronously',
  hub: ['read-incident', 'schedule', 'sweep', 'notify', 'slack', 'watch'],
});
