import { may, must, type View } from '../view.ts';

/** Nature, scope, timing and material impact; nothing that would hinder the response. */
export const sec8k: readonly View[] = [
  {
    regime: 'sec-8k',
    report: 'form-8k',
    unknown: 'will do',
    verified: '2026-11-21',
    source: 'Form 8-K Item 1.05(a); Release 33-11216',
    note:
      'What is not determined or not available is said to be so, and follows in a Form 8-K/A. Technical detail that would impede the ' +
      'response stays out (Instruction 4 to Item 1.05): take a narrative from the ledger as a source, not as the text.',
    fields: [
      must('entity.name', 'Registrant'),
      must('times.determined', 'Date of the materiality determination'),
      must('narrative', 'Material aspects of the nature of the incident'),
      must('location', 'Material aspects of its scope'),
      must('times.occurredFrom', 'Material aspects of its timing'),
      must('impact.financial', 'Material impact, or reasonably likely, on financial condition and results'),
      must('impact.operational', 'Material impact on operations'),
      may('materiality', 'Why it is material; for the file, not for the form'),
    ],
  },
];
