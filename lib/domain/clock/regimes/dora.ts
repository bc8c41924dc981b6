import { wholeDays } from '../european.ts';
import type { Kinder, Regime } from '../regime.ts';

const weekend: Kinder = {
  says:
    'where it falls on a weekend or bank holiday, some entities have until noon of the next working day ' +
    '(Delegated Regulation (EU) 2025/301, Art. 5)',
};

export const dora: Regime = {
  name: 'dora',
  title: 'DORA, major ICT-related incident of a financial entity',
  standing: 'in force',
  source: 'Regulation (EU) 2022/2554, Art. 19(4); Delegated Regulation (EU) 2025/301, Art. 5',
  url: 'https://eur-lex.europa.eu/eli/reg_del/2025/301/oj',
  verified: '2026-11-21',
  calledOff: { by: 'reclassified', unless: 'classified-major' },
  reports: {
    initial: {
      rules: [
        {
          after: 'classified-major',
          term: { hours: 4 },
          atLatest: { after: 'aware', term: { hours: 24 } },
        },
      ],
      source: 'Delegated Regulation (EU) 2025/301, Art. 5(1)(a) and (2)',
      kinder: [weekend],
    },
    intermediate: {
      rules: [{ after: 'sent:initial', term: { hours: 72 } }],
      source: 'Delegated Regulation (EU) 2025/301, Art. 5(1)(b)',
      note: 'An updated one without undue delay once regular activities have recovered.',
      kinder: [weekend],
    },
    final: {
      rules: [{ after: 'sent:intermediate', term: { months: 1 } }],
      source: 'Delegated Regulation (EU) 2025/301, Art. 5(1)(c)',
      note: 'Counted from the first intermediate report.',
      kinder: [
        { says: 'where an updated intermediate report follows, 1 month from the latest one' },
        wholeDays,
        weekend,
      ],
    },
  },
};
