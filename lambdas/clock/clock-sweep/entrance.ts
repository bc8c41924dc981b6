import { allow } from '../../../lib/domain/permission.ts';
import { every, type Place } from '../../../lib/domain/resource.ts';
import { defineEntrance } from '../../../lib/domain/step.ts';

export const clockSweep = defineEntrance({
  name: 'clock-sweep',
  title: 'Check every clock, ledger, rule, forwarder and member once a day',
  within: 300,
  permissions: [
    // Evidence outside the vault.
    allow('ec2:DescribeSnapshots'),
    allow('ec2:DescribeLockedSnapshots'),
    // Of which version the roles are through which it came in.
    allow('iam:GetRole', (place: Place) => every(place, 'iam', 'role')),
    // Whether GuardDuty is on, which else tells nobody that it is not.
    allow('guardduty:ListDetectors'),
    allow('guardduty:GetDetector', (place: Place) => every(place, 'guardduty', 'detector')),
  ],
  called: 'asynchronously',
  hub: ['read-incident', 'schedule', 'sweep', 'notify', 'slack', 'watch'],
});
