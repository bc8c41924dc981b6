import { defineEntrance } from '../../../lib/domain/step.ts';

export const routeFinding = defineEntrance({
  name: 'route-finding',
  title: 'Route a finding to its playbook',
  within: 30,
  called: 'asynchronously',
  record: 'untouched',
  hub: ['vault', 'start-playbook'],
});
