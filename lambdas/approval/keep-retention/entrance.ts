import { defineEntrance } from '../../../lib/domain/step.ts';

/** The only function that may delete from the incident table: closed incidents, and nothing else. */
export const keepRetention = defineEntrance({
  name: 'keep-retention',
  title: 'Remove closed and exported incidents from the table, as it was decided',
  within: 300,
  hub: ['read-incident', 'leave-table', 'read-settings', 'slack', 'notify'],
});
