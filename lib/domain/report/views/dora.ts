import { may, must, type View } from '../view.ts';

const law = 'Delegated Regulation (EU) 2025/301';
const form = {
  regime: 'dora',
  verified: '2026-11-21',
  note: 'The form is the template of Implementing Regulation (EU) 2025/302, Annex I: it has codes where this has words.',
} as const;

/** Article 1: in each of the three. */
const general = [
  must('entity.name', 'Financial entity'),
  must('entity.code', 'LEI or other identification code'),
  may('entity.submitting', 'Submitting entity, where another one reports for it'),
  may('entity.affected', 'Affected financial entities'),
  may('entity.parent', 'Parent undertaking'),
  must('contacts', 'Primary contact'),
  must('contacts.second', 'Secondary contact'),
  must('reference', 'Incident reference code assigned by the financial entity'),
];

const described = [
  must('times.detected', 'Date and time of detection'),
  must('times.classified', 'Date and time of classification as major'),
  must('narrative', 'Description of the incident'),
  must('classification.criteria', 'Classification criteria'),
  must('scope.countries', 'Member States impacted'),
  must('discovery.how', 'How it was discovered'),
  may('thirdParty', 'Origin, at a third-party provider or another financial entity'),
];

const spread = [
  must('times.occurredFrom', 'Date and time of occurrence'),
  may('times.recovered', 'Regular activities recovered'),
  must('compromise.type', 'Type of incident'),
  must('technique', 'Threats and techniques used by the actor'),
  must('impact.operational', 'Affected functional areas and business processes'),
  must('scope.resources', 'Affected infrastructure components'),
  must('impact.clients', 'Impact on the financial interest of clients, and on transactions'),
  must('duration', 'Duration of the incident, actual or estimated'),
  must('downtime', 'Service downtime, actual or estimated'),
  must('otherAuthorities', 'Reports to other authorities'),
  must('measures', 'Temporary actions taken or planned to recover'),
  may('indicators', 'Indicators of compromise'),
];

/** Each holds what the one before held, brought up to date. */
export const dora: readonly View[] = [
  {
    ...form,
    report: 'initial',
    unknown: 'will do',
    source: `${law}, Art. 1 and 2`,
    fields: [
      ...general,
      ...described,
      must('continuityPlan', 'Business continuity plan activated'),
      may('notes', 'Other relevant information'),
    ],
  },
  {
    ...form,
    report: 'intermediate',
    unknown: 'will do',
    source: `${law}, Art. 1 and 3`,
    fields: [...general, ...described, ...spread],
  },
  {
    ...form,
    report: 'final',
    unknown: 'will not do',
    source: `${law}, Art. 1 and 4`,
    fields: [
      ...general,
      ...described,
      ...spread,
      must('rootCause', 'Root causes, high level'),
      must('rootCause.detail', 'Root causes, detailed and additional'),
      must('times.resolved', 'Incident resolved and root causes addressed'),
      must('resolution', 'Resolution of the incident'),
      must('costs.gross', 'Gross direct and indirect costs and losses'),
      must('costs.recovered', 'Financial recoveries'),
      may('recurring', 'Recurring incident'),
    ],
  },
];
