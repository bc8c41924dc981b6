import { defineEdge } from '../../../lib/domain/step.ts';

export const sealRecord = defineEdge({
  name: 'seal-record',
  title: 'Seal the record',
  within: 30,
  hub: ['read-incident', 'seal', 'vault', 'read-vault', 'notify'],
});
