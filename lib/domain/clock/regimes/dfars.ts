import type { Regime } from '../regime.ts';

export const dfars: Regime = {
  name: 'dfars',
  title: 'DFARS 252.204-7012 rapid report of defense contractors',
  standing: 'in force',
  source: '48 CFR 252.204-7012',
  url: 'https://www.ecfr.gov/current/title-48/section-252.204-7012',
  verified: '2026-11-21',
  reports: {
    initial: {
      rules: [{ after: 'discovered', term: { hours: 72 } }],
      source: '48 CFR 252.204-7012(a) "rapidly report" and (c)(1)(ii)',
      note:
        'Calendar hours; weekends count. A person with the certificate files it, at DC3 through its ICF portal (icf.dcise.cert.org), which took ' +
        'the place of DIBNet on 6 June 2025. What emerges later follows in a follow-on report, and a subcontractor gives its report number to the prime.',
    },
    'images-kept-until': {
      rules: [{ after: 'sent:initial', term: { days: 90 } }],
      source: '48 CFR 252.204-7012(e)',
      note: 'At least 90 days from submission: images of affected systems, monitoring data and packet captures.',
      means: 'keep until',
    },
  },
};
