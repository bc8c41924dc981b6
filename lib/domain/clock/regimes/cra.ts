import { wholeDays, wholeHours } from '../european.ts';
import type { Regime } from '../regime.ts';

export const cra: Regime = {
  name: 'cra',
  title: 'Cyber Resilience Act, exploited vulnerability or severe incident of a product',
  standing: 'in force',
  source: 'Regulation (EU) 2024/2847, Art. 14',
  url: 'https://eur-lex.europa.eu/eli/reg/2024/2847/oj',
  verified: '2026-11-21',
  note: 'For makers of products with digital elements, since 11 September 2026 (Art. 71(2)).',
  reports: {
    'early-warning': {
      rules: [{ after: 'aware', term: { hours: 24 } }],
      source: 'Regulation (EU) 2024/2847, Art. 14(2)(a) and (4)(a)',
      kinder: [wholeHours('aware', 24)],
    },
    notification: {
      rules: [{ after: 'aware', term: { hours: 72 } }],
      source: 'Regulation (EU) 2024/2847, Art. 14(2)(b) and (4)(b)',
      kinder: [wholeHours('aware', 72)],
    },
    final: {
      rules: [
        { after: 'fixed', term: { days: 14 } },
        { after: 'sent:notification', term: { months: 1 } },
      ],
      source: 'Regulation (EU) 2024/2847, Art. 14(2)(c) and (4)(c)',
      note: 'The earlier of the two counts, since which one applies depends on the kind of incident.',
      kinder: [
        {
          says: 'for an exploited vulnerability only 14 days from fixed count',
          rule: { after: 'fixed', term: { days: 14 } },
        },
        {
          says: 'for a severe incident only 1 month from sent:notification counts',
          rule: { after: 'sent:notification', term: { months: 1 } },
        },
        wholeDays,
      ],
    },
  },
};
