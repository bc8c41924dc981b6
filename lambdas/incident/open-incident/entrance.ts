import { defineEntrance } from '../../../lib/domain/step.ts';
import { known } from '../../targets/target.ts';

export const openIncident = defineEntrance({
  name: 'open-incident',
  title: 'Open incident',
  within: 30,
  hub: ['vault', 'start-playbook', 'read-incident', 'read-settings'],
  permissions: known.flatMap(({ reads }) => reads),
});
