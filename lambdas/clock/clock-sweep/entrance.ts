import { defineEntrance } from '../../../lib/domain/step.ts';

export const clockSweep = defineEntrance({
  name: 'clock-sweep',
  title: 'Check every clock, ledger, rule and forwarder once a day',
  within: 300,
  called: 'asynchronously',
  hub: ['read-incident', 'schedule', 'sweep', 'notify', 'slack', 'watch'],
});
