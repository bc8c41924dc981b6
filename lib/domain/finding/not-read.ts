import type { Envelope } from './reader.ts';

/** Events of AWS's security services that no playbook answers, each with why, and what answers the same. */
const others: ReadonlyMap<string, string> = new Map([
  [
    'aws.access-analyzer',
    'IAM Access Analyzer reports who can reach a resource, which is a weakness and no attack. Tourniquet responds to the attack that uses it, as GuardDuty or Macie report it.',
  ],
  [
    'aws.config',
    'AWS Config reports that a resource breaks a rule, which is a weakness and no attack. Fix it by the rule; Tourniquet responds to the attack that uses it.',
  ],
  [
    'aws.ecr',
    'A scan by ECR reports vulnerabilities in an image, which are weaknesses and no attack. Tourniquet responds to what runs from the image, as GuardDuty Runtime Monitoring reports it.',
  ],
  [
    'aws.security-ir',
    'AWS Security Incident Response sends the id of a case and nothing of what it is about: open the case. Tourniquet responds to the findings behind it.',
  ],
  [
    'aws.trustedadvisor',
    'Trusted Advisor repeats what it has checked. Exposed access keys are reported by AWS Health first (AWS_RISK_CREDENTIALS_EXPOSED), and Tourniquet answers that; its other checks are weaknesses.',
  ],
]);

/** Why an event is read as no finding, in words for whoever sent it. */
export function whyNotRead({ source, 'detail-type': detailType }: Envelope): string {
  return others.get(source) ?? `An event "${detailType}" of ${source} is not a finding that Tourniquet reads.`;
}
