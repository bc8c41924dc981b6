import { defineEntrance } from '../../../lib/domain/step.ts';

export const sealCheckpoint = defineEntrance({
  name: 'seal-checkpoint',
  title: 'Seal how far every ledger has come',
  within: 300,
  called: 'asynchronously',
  hub: ['read-incident', 'seal', 'vault', 'read-checkpoints', 'notify'],
});
