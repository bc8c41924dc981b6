import { may, must, type View } from '../view.ts';

/** To the authority, and where the risk is high to the people themselves. */
export const gdpr: readonly View[] = [
  {
    regime: 'gdpr',
    report: 'authority',
    unknown: 'will do',
    verified: '2026-11-21',
    source: 'Regulation (EU) 2016/679, Art. 33(3) and (1)',
    note: 'What is not known yet may follow in phases (Art. 33(4)).',
    fields: [
      must('entity.name', 'Controller'),
      must('times.aware', 'Became aware of the breach'),
      must('narrative', '(a) Nature of the personal data breach'),
      must('people.categories', '(a) Categories of data subjects'),
      must('people.approximate', '(a) Approximate number of data subjects'),
      must('records.categories', '(a) Categories of personal data records'),
      must('records.approximate', '(a) Approximate number of records'),
      must('dpo.contact', '(b) Data protection officer or other contact point'),
      must('consequences', '(c) Likely consequences'),
      must('measures', '(d) Measures taken or proposed, also to mitigate'),
      may('delay.reasons', 'Reasons for the delay, where later than 72 hours'),
    ],
  },
  {
    regime: 'gdpr',
    report: 'individuals',
    unknown: 'will do',
    verified: '2026-11-21',
    source: 'Regulation (EU) 2016/679, Art. 34(2)',
    note: 'In clear and plain language: rewrite the draft for them.',
    fields: [
      must('narrative', 'Nature of the personal data breach'),
      must('dpo.contact', 'Data protection officer or other contact point'),
      must('consequences', 'Likely consequences'),
      must('measures', 'Measures taken or proposed'),
      may('measures.people', 'What they can do themselves'),
    ],
  },
];
