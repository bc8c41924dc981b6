import { type Claim, holders, surfaces } from './claim.ts';

const finders: Readonly<Record<Claim['finder'], string>> = {
  guardduty: 'GuardDuty findings, and their copies in Security Hub',
  'malware-scan': 'Malware Protection for S3: scans that found a threat',
  macie: 'Macie findings',
  health: 'AWS Health events',
  backup: 'AWS Backup: scans of recovery points that found malware',
  cloudtrail: 'Calls, by CloudTrail',
  securityhub: 'Findings of other products in Security Hub',
};
const whose = {
  root: 'root',
  'identity-center': 'a person of Identity Center',
  role: 'a role',
  user: 'a user',
  other: 'nobody named',
};
const runsOn = { eks: 'EKS', ecs: 'ECS', instance: 'a plain instance', none: 'nothing named' };

/** A claim as the page of a playbook says it: whose findings, of which types, and when only. */
export function claimLine(claim: Claim): string {
  const code = (types: readonly string[]): string => types.map((type) => `\`${type}\``).join(', ');
  const all = claim.types.join() === '*';
  const narrow = [
    ...(claim.exceptions.length > 0 ? [`except ${code(claim.exceptions)}`] : []),
    ...(claim.finder === 'guardduty' && claim.holders.length < holders.length - 1
      ? [`when the credential belongs to ${claim.holders.map((one) => whose[one]).join(' or ')}`]
      : []),
    ...(claim.surfaces.length < surfaces.length
      ? [`when it runs on ${claim.surfaces.map((one) => runsOn[one]).join(' or ')}`]
      : []),
  ];
  if (claim.names) narrow.push(`when it names ${claim.names}`);
  const what = claim.parts === 'own' ? 'Calls that change parts of Tourniquet, by CloudTrail' : finders[claim.finder];
  return [`${what}${all ? '' : `: ${code(claim.types)}`}`, ...narrow].join('; ');
}
