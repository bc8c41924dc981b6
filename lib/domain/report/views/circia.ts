import { may, must, type View } from '../view.ts';

const draft = {
  regime: 'circia',
  unknown: 'will do',
  verified: '2026-11-21',
  note: 'Draft: no final rule was found on the day verified, and the form it will come with is not known.',
} as const;

const entity = [
  must('entity.name', '(E) Name of the entity'),
  must('entity.incorporation', '(E) State of incorporation or formation'),
  must('entity.otherNames', '(E) Trade names, legal names and other identifiers'),
];

/** What the statute lists; an agency's rule may ask for more. */
export const circia: readonly View[] = [
  {
    ...draft,
    report: 'incident',
    source: '6 U.S.C. 681b(c)(4)',
    fields: [
      must('scope.resources', '(A) Affected systems, networks and devices'),
      must('scope.function', '(A) Function of these'),
      must('narrative', '(A) The unauthorized access, with loss of confidentiality, integrity or availability'),
      must('times.occurredFrom', '(A) Estimated date range, from'),
      must('times.occurredTo', '(A) Estimated date range, to'),
      must('impact.operational', '(A) Impact to operations'),
      must('vulnerabilities', '(B) Vulnerabilities exploited'),
      must('defences', '(B) Security defenses in place'),
      must('technique', '(B) Tactics, techniques and procedures'),
      may('indicators', '(B) Indicators'),
      must('actor', '(C) Identifying information on the actor'),
      must('impact.data', '(D) Categories of information accessed or acquired'),
      ...entity,
      must('contacts', '(F) Contact, or authorized agent'),
    ],
  },
  {
    ...draft,
    report: 'ransom-payment',
    source: '6 U.S.C. 681b(c)(5)',
    fields: [
      must('narrative', 'The ransomware attack'),
      must('times.occurredFrom', 'Estimated date range, from'),
      must('times.occurredTo', 'Estimated date range, to'),
      must('vulnerabilities', 'Vulnerabilities exploited'),
      must('technique', 'Tactics, techniques and procedures'),
      must('actor', 'Identifying information on the actor'),
      ...entity,
      must('contacts', 'Contact, or authorized agent'),
      must('ransom.paidAt', 'Date of the payment'),
      must('ransom.demand', 'The demand, with the type of currency or commodity'),
      must('ransom.instructions', 'Payment instructions, with the address it was to go to'),
      must('ransom.amount', 'Amount of the payment'),
    ],
  },
];
