import { defineEntrance } from '../../../lib/domain/step.ts';

export const requestApproval = defineEntrance({
  name: 'request-approval',
  title: 'Ask a responder',
  within: 30,
  hub: ['read-incident', 'ask', 'decide', 'slack', 'notify'],
});
