import { defineEntrance } from '../../../lib/domain/step.ts';

/** The only function that may write the settings; which version counts is the others' to read. */
export const keepSettings = defineEntrance({
  name: 'keep-settings',
  title: 'Change the settings, for two people where that widens what may be done',
  within: 29,
  record: 'untouched',
  hub: ['read-settings', 'keep-settings', 'read-organization', 'slack', 'notify'],
});
