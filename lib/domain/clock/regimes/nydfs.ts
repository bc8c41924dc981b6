import type { Unverified } from '../regime.ts';

/** Disabled: from memory, nobody has read the source. */
export const nydfs: Unverified = {
  name: 'nydfs',
  title: 'New York Department of Financial Services, cybersecurity event',
  standing: 'unverified',
  source: '23 NYCRR 500.17',
  verified: null,
  believed: '72 hours; 24 hours after a ransom payment',
};
