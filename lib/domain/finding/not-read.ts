import * as z from 'zod';
import type { Envelope, Fields } from './reader.ts';
import { part, text } from './value.ts';

/** What of an event's detail tells two events of one kind apart. */
const Detail = z.object({
  status: text,
  newEvaluationResult: part(z.object({ complianceType: text })),
});
type Detail = z.infer<typeof Detail>;

/** An event of AWS's security services that no playbook answers, and why; the first that fits counts. */
interface Other {
  readonly source: string;
  readonly type: RegExp;
  /** Where the kind of event does not decide: of which detail it is true. */
  readonly where?: (detail: Detail) => boolean;
  readonly why: string;
}

const compliance = (detail: Detail): string => detail.newEvaluationResult?.complianceType ?? 'NON_COMPLIANT';
const settled = ({ status }: Detail): boolean => /^(RESOLVED|ARCHIVED)$/i.test(status ?? '');

const unusedAccess =
  'IAM Access Analyzer reports access that nobody uses, which is a weakness and no attack. Take it away; Tourniquet responds to the attack that uses it.';
const reachable =
  'IAM Access Analyzer reports who can reach a resource, which is a weakness and no attack. Tourniquet responds to the attack that uses it, as GuardDuty or Macie report it.';

/** Kinds of events: EventBridge events reference, of each service the page "… events". */
const others: readonly Other[] = [
  {
    source: 'aws.access-analyzer',
    type: / Finding/,
    where: settled,
    why: 'IAM Access Analyzer reports that a finding of its own is resolved or archived: nothing is left to do.',
  },
  { source: 'aws.access-analyzer', type: /^Unused Access Finding/, why: unusedAccess },
  { source: 'aws.access-analyzer', type: / Finding/, why: reachable },
  {
    source: 'aws.access-analyzer',
    type: /^Access Preview/,
    why: 'IAM Access Analyzer previews a policy that is not in force yet: it is no finding.',
  },
  {
    source: 'aws.config',
    type: /^Config Rules Compliance Change$/,
    where: (detail) => compliance(detail) === 'COMPLIANT',
    why: 'AWS Config reports that a resource keeps to a rule: nothing is left to do.',
  },
  {
    source: 'aws.config',
    type: /^Config Rules Compliance Change$/,
    where: (detail) => compliance(detail) !== 'NON_COMPLIANT',
    why: 'AWS Config reports that a rule has no result for a resource: it is no finding.',
  },
  {
    source: 'aws.config',
    type: /^Config Rules Compliance Change$/,
    why: 'AWS Config reports that a resource breaks a rule, which is a weakness and no attack. Fix it by the rule; Tourniquet responds to the attack that uses it.',
  },
  {
    source: 'aws.config',
    type: /^Config Configuration Item Change$/,
    why: 'AWS Config reports that a resource has changed, and not whether that is bad. Of changes Tourniquet reads the calls that CloudTrail reports.',
  },
  {
    source: 'aws.ecr',
    type: / Scan$/,
    why: 'A scan by ECR reports vulnerabilities in an image, which are weaknesses and no attack. Tourniquet responds to what runs from the image, as GuardDuty Runtime Monitoring reports it.',
  },
  {
    source: 'aws.ecr',
    type: /^ECR Image Action$/,
    why: 'ECR reports that an image was pushed or deleted, and not whether that is bad. Tourniquet responds to what runs from the image, as GuardDuty Runtime Monitoring reports it.',
  },
  {
    source: 'aws.security-ir',
    type: /\bCase\b/,
    why: 'AWS Security Incident Response sends the id of a case and nothing of what it is about: open the case. Tourniquet responds to the findings behind it.',
  },
  {
    source: 'aws.security-ir',
    type: /^Membership/,
    why: 'AWS Security Incident Response reports a change of the membership: it is no finding.',
  },
  {
    source: 'aws.trustedadvisor',
    type: /./,
    where: ({ status }) => /^OK$/i.test(status ?? ''),
    why: 'Trusted Advisor reports that a check finds nothing wrong: nothing is left to do.',
  },
  {
    source: 'aws.trustedadvisor',
    type: /./,
    why: 'Trusted Advisor repeats what it has checked. Exposed access keys are reported by AWS Health first (AWS_RISK_CREDENTIALS_EXPOSED), and Tourniquet answers that; its other checks are weaknesses.',
  },
];

/** Why an event is read as no finding, in words for whoever sent it. */
export function whyNotRead({ source, 'detail-type': detailType, detail }: Envelope): string {
  const told = Detail.parse(detail);
  const other = others.find((one) => one.source === source && one.type.test(detailType) && (one.where?.(told) ?? true));
  return other?.why ?? `An event "${detailType}" of ${source} is not a finding that Tourniquet reads.`;
}

/** What the APIs of IAM Access Analyzer list (API reference, FindingSummary and FindingSummaryV2). */
const OfAccessAnalyzer = z.object({
  id: z.string(),
  resourceType: z.string(),
  status: z.string(),
  createdAt: z.string(),
});

/** Why something without an envelope is read as no finding; null where nobody knows what it is. */
export function whyNotReadBare(fields: Fields): string | null {
  if (!OfAccessAnalyzer.safeParse(fields).success) return null;
  const detailType = /^Unused/.test(String(fields.findingType)) ? 'Unused Access Finding' : 'Access Analyzer Finding';
  const nobody = { id: '', account: '', region: '', time: '', resources: [] };
  return whyNotRead({ ...nobody, source: 'aws.access-analyzer', 'detail-type': detailType, detail: { ...fields } });
}
