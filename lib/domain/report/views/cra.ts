import { may, must, type View } from '../view.ts';

const law = 'Regulation (EU) 2024/2847, Art. 14';
const craForm = {
  regime: 'cra',
  verified: '2026-11-21',
  note: 'Paragraph 2 is for exploited vulnerabilities, paragraph 4 for severe incidents: mark what belongs to the other as not applicable.',
} as const;

const product = [
  must('entity.name', 'Manufacturer'),
  must('contacts', 'Contact'),
  must('product.name', 'Product with digital elements'),
  may('scope.countries', 'Member States in which it has been made available'),
];
const notified = [
  must('product.vulnerability', '(2)(b) General nature of the exploit and of the vulnerability'),
  must('narrative', '(4)(b) General nature of the incident'),
  must('severity', '(4)(b) Initial assessment of the incident'),
  must('measures', '(b) Corrective or mitigating measures taken'),
  must('measures.people', '(b) Corrective or mitigating measures that users can take'),
  may('product.sensitivity', '(b) How sensitive the notified information is considered'),
];

/** Each is for an exploited vulnerability or for a severe incident. */
export const cra: readonly View[] = [
  {
    ...craForm,
    report: 'early-warning',
    unknown: 'will do',
    source: `${law}(2)(a) and (4)(a)`,
    fields: [...product, must('unlawfulSuspected', '(4)(a) Suspected of being caused by unlawful or malicious acts')],
  },
  {
    ...craForm,
    report: 'notification',
    unknown: 'will do',
    source: `${law}(2)(b) and (4)(b)`,
    fields: [...product, ...notified],
  },
  {
    ...craForm,
    report: 'final',
    unknown: 'will not do',
    source: `${law}(2)(c) and (4)(c)`,
    fields: [
      ...product,
      must('product.vulnerability', '(2)(c) Vulnerability, with its severity and impact'),
      may('actor', '(2)(c) Malicious actor, where available'),
      must('product.fix', '(2)(c) Security update or other corrective measures'),
      must('narrative', '(4)(c) Detailed description of the incident'),
      must('severity', '(4)(c) Its severity'),
      must('impact.operational', '(4)(c) Its impact'),
      must('rootCause', '(4)(c) Type of threat or root cause likely to have triggered it'),
      must('measures', '(4)(c) Applied and ongoing mitigation measures'),
    ],
  },
];
