import { defineEntrance } from '../../../lib/domain/step.ts';

export const decideApproval = defineEntrance({
  name: 'decide-approval',
  title: 'Record a decision from the command line',
  within: 10,
  hub: ['decide', 'slack', 'start-release', 'read-incident', 'read-settings'],
});
