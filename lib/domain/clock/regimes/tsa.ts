import type { Unverified } from '../regime.ts';

/** Disabled: from memory, nobody has read the source. */
export const tsa: Unverified = {
  name: 'tsa',
  title: 'TSA security directives for pipelines and rail',
  standing: 'unverified',
  source: 'TSA security directives',
  verified: null,
  believed: '24 hours',
};
