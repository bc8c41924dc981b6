import { defineEdge } from '../../../lib/domain/step.ts';

export const tellResponders = defineEdge({
  name: 'tell-responders',
  title: 'Tell the responders',
  within: 30,
  record: 'untouched',
  hub: ['read-incident', 'slack', 'notify'],
});
