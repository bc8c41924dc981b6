import type { Unverified } from '../regime.ts';

/** Disabled: from memory, nobody has read the source. */
export const ftcSafeguards: Unverified = {
  name: 'ftc-safeguards',
  title: 'FTC Safeguards Rule, notification event',
  standing: 'unverified',
  source: '16 CFR 314.4(j)',
  verified: null,
  believed: '30 days',
};
