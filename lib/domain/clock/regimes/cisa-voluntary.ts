import type { Regime } from '../regime.ts';

export const cisaVoluntary: Regime = {
  name: 'cisa-voluntary',
  title: 'Voluntary report to CISA (formerly US-CERT)',
  standing: 'voluntary',
  source: 'no statutory clock',
  url: 'https://www.cisa.gov/report',
  verified: '2026-11-21',
  reports: {
    initial: {
      rules: [{ after: 'discovered', term: { hours: 72 } }],
      source: 'No law: 72 hours is our own default target',
    },
  },
};
