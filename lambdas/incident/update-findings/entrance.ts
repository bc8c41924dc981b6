import { defineEntrance } from '../../../lib/domain/step.ts';

export const updateFindings = defineEntrance({
  name: 'update-findings',
  title: 'Show the incident on its findings in Security Hub',
  within: 60,
  called: 'asynchronously',
  hub: ['read-incident', 'read-settings', 'security-hub'],
});
