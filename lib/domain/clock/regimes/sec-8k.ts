import type { Regime } from '../regime.ts';

export const sec8k: Regime = {
  name: 'sec-8k',
  title: 'SEC Form 8-K Item 1.05, material cybersecurity incident',
  standing: 'in force',
  source: 'Form 8-K Item 1.05 and General Instruction B.1; Release 33-11216; 17 CFR 232.13(a)(2)',
  url: 'https://www.sec.gov/files/form8-k.pdf',
  verified: '2026-11-21',
  reports: {
    'form-8k': {
      rules: [{ after: 'materiality-determined', term: { businessDays: 4, of: 'edgar' } }],
      source: 'Form 8-K Item 1.05(a) and General Instruction B.1; 17 CFR 232.13(a)(2)',
      note:
        'The determination itself is owed without unreasonable delay after discovery. What is not known yet is said to be so, ' +
        'and follows in a Form 8-K/A within four business days of being known.',
      kinder: [
        { says: 'the Attorney General may allow a delay, 30 days at first (Item 1.05(c))' },
        { says: 'a day on which the SEC is closed by executive order does not count; such days are not known here' },
      ],
    },
  },
};
