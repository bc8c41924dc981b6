import { defineEdge } from '../../../lib/domain/step.ts';

export const decideApproval = defineEdge({
  name: 'decide-approval',
  title: 'Take a decision from the command line',
  within: 10,
  hub: ['decide', 'slack', 'start-release'],
});
