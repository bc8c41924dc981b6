import { defineEntrance } from '../../../lib/domain/step.ts';
import { holdingLonger } from '../holding.ts';

export const clockTick = defineEntrance({
  name: 'clock-tick',
  title: 'Remind of a report that is due, hold evidence once it is filed',
  within: 30,
  called: 'asynchronously',
  hub: ['slack', 'notify', 'schedule', 'read-incident', 'extend-locks'],
  permissions: holdingLonger,
});
