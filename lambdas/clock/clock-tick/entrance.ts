import { defineEntrance } from '../../../lib/domain/step.ts';
import { holdingLonger } from '../holding.ts';

export const clockTick = defineEntrance({
  name: 'clock-tick',
  title: 'Remind of due reports, and extend evidence locks once one is filed',
  within: 30,
  called: 'asynchronously',
  hub: ['slack', 'notify', 'schedule', 'read-incident', 'extend-locks'],
  permissions: holdingLonger,
});
