import { defineEntrance } from '../../../lib/domain/step.ts';

export const sealRecord = defineEntrance({
  name: 'seal-record',
  title: 'Seal the record',
  within: 30,
  hub: ['read-incident', 'seal', 'vault', 'read-vault', 'notify', 'read-settings'],
});
