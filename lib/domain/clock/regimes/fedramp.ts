import type { Unverified } from '../regime.ts';

/** Disabled: from memory, nobody has read the source. */
export const fedramp: Unverified = {
  name: 'fedramp',
  title: 'FedRAMP incident communication',
  standing: 'unverified',
  source: 'FedRAMP Incident Communications Procedures',
  verified: null,
  believed: '1 hour to CISA',
};
