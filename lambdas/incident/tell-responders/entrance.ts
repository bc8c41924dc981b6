import { defineEntrance } from '../../../lib/domain/step.ts';

export const tellResponders = defineEntrance({
  name: 'tell-responders',
  title: 'Tell the responders',
  within: 30,
  hub: ['read-incident', 'slack', 'notify'],
});
