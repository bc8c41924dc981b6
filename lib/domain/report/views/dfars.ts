import { may, must, type View } from '../view.ts';

/** Twenty fields, in the order of the form. */
export const dfars: readonly View[] = [
  {
    regime: 'dfars',
    report: 'initial',
    unknown: 'will do',
    verified: null,
    source: '48 CFR 252.204-7012(c)(1)(ii); 10 U.S.C. 391(c)(2)',
    note: 'The list is from practice: the live form, behind a certificate at DC3, was not compared. Compare it when you file.',
    fields: [
      must('entity.name', '1 Company name'),
      must('contacts', '2 Company point of contact'),
      must('dod.uei', '3 Unique entity identifier (was DUNS number)'),
      must('dod.contracts', '4 Contract numbers affected or potentially affected'),
      must('dod.contractingOfficers', '5 Contracting officer, point of contact'),
      must('dod.programmeManagers', '6 Government programme manager, point of contact'),
      must('dod.contractClearance', '7 Contract clearance level'),
      must('dod.cage', '8 Facility CAGE code'),
      must('dod.clearance', '9 Facility clearance level'),
      must('impact.statement', '10 Impact to covered defense information'),
      must('impact.criticalSupport', '11 Ability to provide operationally critical support'),
      must('times.discovered', '12 Date incident discovered'),
      must('location', '13 Location(s) of compromise'),
      must('dod.location.cage', '14 Incident location CAGE code'),
      must('dod.programmes', '15 DoD programmes, platforms or systems involved'),
      must('compromise.type', '16 Type of compromise'),
      must('technique', '17 Technique or method used'),
      must('outcome', '18 Incident outcome'),
      must('narrative', '19 Incident narrative'),
      may('notes', '20 Any additional information'),
    ],
  },
];
