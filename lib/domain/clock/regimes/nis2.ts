import type { Regime } from '../regime.ts';

export const nis2: Regime = {
  name: 'nis2',
  title: 'NIS2, significant incident of an essential or important entity',
  standing: 'in force',
  source: 'Directive (EU) 2022/2555, Art. 23(4)',
  url: 'https://eur-lex.europa.eu/eli/dir/2022/2555/oj',
  verified: '2026-11-21',
  note:
    'National law carries it out, and may count kinder. What is significant says Art. 23(3), and for cloud, DNS, managed services and the like ' +
    'Implementing Regulation (EU) 2024/2690.',
  reports: {
    'early-warning': {
      rules: [{ after: 'aware', term: { hours: 24 } }],
      source: 'Directive (EU) 2022/2555, Art. 23(4)(a)',
    },
    notification: {
      rules: [{ after: 'aware', term: { hours: 72 } }],
      source: 'Directive (EU) 2022/2555, Art. 23(4)(b)',
      note:
        'Trust service providers have 24 hours for it (Art. 23(4), second subparagraph). An intermediate report follows where the authority asks ' +
        'for one (Art. 23(4)(c)).',
    },
    final: {
      rules: [{ after: 'sent:notification', term: { months: 1 } }],
      source: 'Directive (EU) 2022/2555, Art. 23(4)(d)',
      kinder: [
        {
          says:
            'where the incident is still handled by then, a progress report is due then, ' +
            'and the final one 1 month after handling-ended (Art. 23(4)(e))',
          rule: { after: 'handling-ended', term: { months: 1 } },
          where: 'still going on',
        },
      ],
    },
  },
};
