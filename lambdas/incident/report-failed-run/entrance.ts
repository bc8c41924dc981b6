import { defineEntrance } from '../../../lib/domain/step.ts';

export const reportFailedRun = defineEntrance({
  name: 'report-failed-run',
  title: 'Tell people of a run that failed',
  within: 30,
  called: 'asynchronously',
  hub: ['slack', 'notify', 'read-runs'],
});
