import { may, must, type View } from '../view.ts';

/** No law says what is in it: what people at an acquirer ask first. */
export const pci: readonly View[] = [
  {
    regime: 'pci',
    report: 'acquirer',
    unknown: 'will do',
    verified: null,
    source: 'PCI DSS v4.0.1, requirement 12.10.1',
    note: 'The contract with the acquirer and the rules of each card brand say what it has to contain; compare this list with them.',
    fields: [
      must('entity.name', 'Merchant or service provider'),
      must('contacts', 'Contact'),
      must('narrative', 'What happened, suspected or confirmed'),
      must('times.occurredFrom', 'Since when'),
      must('times.discovered', 'Discovered'),
      must('scope.resources', 'Systems concerned'),
      must('records.categories', 'Account data concerned'),
      must('records.approximate', 'Number of accounts, about'),
      must('measures', 'What was done to contain it'),
      may('custody', 'Evidence kept for the forensic investigator'),
    ],
  },
];
