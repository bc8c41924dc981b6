import { defineEdge } from '../../../lib/domain/step.ts';

export const openRelease = defineEdge({
  name: 'open-release',
  title: 'Open the release',
  within: 30,
  hub: ['read-incident'],
});
