import type { Regime } from '../regime.ts';

const preserved = {
  source: '6 U.S.C. 681b(a)(4); proposed 6 CFR part 226, two years',
  note: 'From the report submitted last: a supplement that follows restarts the two years.',
  means: 'keep until',
} as const;

export const circia: Regime = {
  name: 'circia',
  title: 'CIRCIA, reports of critical infrastructure to CISA',
  standing: 'draft',
  source: '6 U.S.C. 681b; proposed 6 CFR part 226 (89 FR 23644)',
  url: 'https://www.federalregister.gov/citation/89-FR-23644',
  verified: '2026-11-21',
  note: 'Draft: no final rule was found on the day verified, so nobody owes it yet.',
  reports: {
    incident: {
      rules: [{ after: 'reasonable-belief', term: { hours: 72 } }],
      source: '6 U.S.C. 681b(a)(1)',
      note: 'Supplements follow promptly, by the proposed rule within 24 hours, until the incident is resolved (6 U.S.C. 681b(a)(3)).',
    },
    'ransom-payment': {
      rules: [{ after: 'payment-made', term: { hours: 24 } }],
      source: '6 U.S.C. 681b(a)(2)',
      note: 'Also where the incident itself is not covered.',
    },
    'data-kept-until': {
      rules: [{ after: 'sent:incident', term: { months: 24 } }],
      ...preserved,
    },
    'payment-data-kept-until': {
      rules: [{ after: 'sent:ransom-payment', term: { months: 24 } }],
      ...preserved,
    },
  },
};
