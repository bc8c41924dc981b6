import { defineEdge } from '../../lib/domain/step.ts';

export const clockTick = defineEdge({
  name: 'clock-tick',
  title: 'Remind of a report that is due',
  within: 30,
  hub: ['slack', 'notify', 'schedule', 'read-incident'],
});
