import { defineEntrance } from '../../../lib/domain/step.ts';

export const closeOut = defineEntrance({
  name: 'close-out',
  title: 'Close out',
  within: 30,
  hub: ['read-incident', 'decide', 'slack', 'notify', 'schedule'],
});
