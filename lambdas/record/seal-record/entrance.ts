import { allow } from '../../../lib/domain/permission.ts';
import { defineEntrance } from '../../../lib/domain/step.ts';

export const sealRecord = defineEntrance({
  name: 'seal-record',
  title: 'Seal the record',
  within: 30,
  // Snapshots cannot lie in the vault: they are looked at where they are.
  permissions: [allow('ec2:DescribeSnapshots'), allow('ec2:DescribeLockedSnapshots')],
  hub: ['read-incident', 'seal', 'vault', 'read-vault', 'notify', 'read-settings'],
});
