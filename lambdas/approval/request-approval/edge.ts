import { defineEdge } from '../../../lib/domain/step.ts';

export const requestApproval = defineEdge({
  name: 'request-approval',
  title: 'Ask a responder',
  within: 30,
  hub: ['ask', 'decide', 'slack', 'notify'],
});
