import { wholeHours } from '../european.ts';
import type { Regime } from '../regime.ts';

export const gdpr: Regime = {
  name: 'gdpr',
  title: 'GDPR, personal-data breach',
  standing: 'in force',
  source: 'Regulation (EU) 2016/679, Art. 33 and 34',
  url: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
  verified: '2026-11-21',
  note: 'The UK GDPR asks for the same, in the same articles.',
  reports: {
    authority: {
      rules: [{ after: 'aware', term: { hours: 72 } }],
      source: 'Regulation (EU) 2016/679, Art. 33(1)',
      note: 'Without undue delay; later only with reasons. It may come in phases (Art. 33(4)).',
      kinder: [
        wholeHours('aware', 72),
        {
          says:
            'where the last day is a Saturday, Sunday or public holiday, some read Regulation 1182/71, Art. 3(4) and (5), ' +
            'as giving until the end of the next working day, and two working days in any case',
        },
      ],
    },
    individuals: {
      rules: [{ after: 'aware', term: { promptly: 'without undue delay' } }],
      source: 'Regulation (EU) 2016/679, Art. 34(1)',
      note: 'Only where the breach is likely to be a high risk to them. The law names no hour.',
    },
  },
};
