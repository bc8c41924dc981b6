import { defineEntrance } from '../../../lib/domain/step.ts';

export const openRelease = defineEntrance({
  name: 'open-release',
  title: 'Open the release',
  within: 30,
  hub: ['read-incident'],
});
