import { defineEntrance } from '../../../lib/domain/step.ts';

export const copyToVault = defineEntrance({
  name: 'copy-to-vault',
  title: 'Copy ledger entries and before-states into the vault',
  within: 60,
  record: 'untouched',
  called: 'asynchronously',
  hub: ['copy', 'read-incident'],
});
