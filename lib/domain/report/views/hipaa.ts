import { must, type View } from '../view.ts';

const elements = [
  must('narrative', '(A) What happened'),
  must('times.occurredFrom', '(A) Date of the breach'),
  must('times.discovered', '(A) Date of its discovery'),
  must('records.categories', '(B) Types of unsecured protected health information'),
  must('measures.people', '(C) Steps individuals should take to protect themselves'),
  must('measures', '(D) What is done to investigate, to mitigate harm and against further breaches'),
  must('contacts', '(E) Contact procedures: toll-free number, e-mail, web site or postal address'),
];

const hipaaForm = { regime: 'hipaa', unknown: 'will do', verified: '2026-11-21' } as const;

/** The same elements go to the people, to the media and, with the number of people, to HHS. */
export const hipaa: readonly View[] = [
  {
    ...hipaaForm,
    report: 'individuals',
    source: '45 CFR 164.404(c)(1)',
    fields: elements,
    note: 'In plain language, to the extent possible (164.404(c)).',
  },
  {
    ...hipaaForm,
    report: 'hhs-media',
    source: '45 CFR 164.406(c) and 164.408',
    note: 'HHS takes it by its own web form, which was not compared.',
    fields: [must('entity.name', 'Covered entity'), must('people.approximate', 'Individuals affected'), ...elements],
  },
];
