import type { Unverified } from '../regime.ts';

/** Disabled: from memory, nobody has read the source. */
export const usBank: Unverified = {
  name: 'us-bank',
  title: 'Computer-security incident notification of banking organizations',
  standing: 'unverified',
  source: '12 CFR 53, 225 and 304',
  verified: null,
  believed: '36 hours',
};
