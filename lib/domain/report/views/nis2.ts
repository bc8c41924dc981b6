import { may, must, type View } from '../view.ts';

const law = 'Directive (EU) 2022/2555, Art. 23(4)';
const who = [must('entity.name', 'Entity'), must('contacts', 'Contact')];
const nis2Draft = {
  regime: 'nis2',
  verified: '2026-11-21',
  note: 'The contents are those of the directive; the form is that of the national authority.',
} as const;

/** Three reports, each of which updates the one before. */
export const nis2: readonly View[] = [
  {
    ...nis2Draft,
    report: 'early-warning',
    unknown: 'will do',
    source: `${law}(a)`,
    fields: [
      ...who,
      must('narrative', 'The significant incident'),
      must('times.aware', 'Became aware'),
      must('unlawfulSuspected', 'Suspected of being caused by unlawful or malicious acts'),
      must('crossBorder', 'Could have a cross-border impact'),
    ],
  },
  {
    ...nis2Draft,
    report: 'notification',
    unknown: 'will do',
    source: `${law}(b)`,
    fields: [
      ...who,
      must('narrative', 'The significant incident, updated'),
      must('times.aware', 'Became aware'),
      must('unlawfulSuspected', 'Unlawful or malicious acts, updated'),
      must('crossBorder', 'Cross-border impact, updated'),
      must('severity', 'Initial assessment: severity'),
      must('impact.operational', 'Initial assessment: impact'),
      may('indicators', 'Indicators of compromise, where available'),
    ],
  },
  {
    ...nis2Draft,
    report: 'final',
    unknown: 'will not do',
    source: `${law}(d)`,
    fields: [
      ...who,
      must('narrative', '(i) Detailed description of the incident'),
      must('severity', '(i) Its severity'),
      must('impact.operational', '(i) Its impact'),
      must('rootCause', '(ii) Type of threat or root cause likely to have triggered it'),
      must('measures', '(iii) Applied and ongoing mitigation measures'),
      must('crossBorder', '(iv) Cross-border impact, where applicable'),
    ],
  },
];
