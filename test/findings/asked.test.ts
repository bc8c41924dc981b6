/** What starts a playbook although it looks like somebody else's business: AWS's own quarantine, and what a person asked for. */
import { describe, expect, it } from 'vitest';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import { playbooks } from '../../playbooks/index.ts';

function comesOf(event: object) {
  const [reading] = readFindings(event);
  if (!reading || 'unreadable' in reading) throw new Error(reading?.unreadable ?? 'nothing read');
  const { finding } = reading;
  const chosen = route(playbooks, finding);
  return { finding, playbook: chosen.playbook, verdict: verdictOn(finding, chosen, 'tourniquet') };
}

const names = {
  User: [{ userName: 'alice' }, { Attach: 'iam-access-key', Detach: 'iam-access-key' }],
  Role: [{ roleName: 'alice' }, { Attach: 'iam-role-session', Detach: 'iam-role-session' }],
  // Attached, it says that a key leaked: nothing is switched off.
  Group: [{ groupName: 'alice' }, { Attach: 'iam-access-key', Detach: 'defence-impairment' }],
} as const;
const forms = (['User', 'Role', 'Group'] as const).flatMap((whose) =>
  (['Attach', 'Detach'] as const).flatMap((act) =>
    ['', 'V1', 'V2', 'V3', 'V4'].map((version) => [act, whose, version] as const),
  ),
);

describe("AWS's quarantine policy", () => {
  it.each(forms)('%s on a %s, version "%s"', (act, whose, version) => {
    const [name, expected] = names[whose];
    const policyArn = `arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine${version}`;
    const { finding, playbook, verdict } = comesOf({
      eventID: 'e-1',
      eventSource: 'iam.amazonaws.com',
      eventName: `${act}${whose}Policy`,
      awsRegion: 'us-east-1',
      recipientAccountId: '111122223333',
      userIdentity: { type: 'IAMUser', userName: 'thief', accountId: '111122223333', principalId: 'AIDAEXAMPLE' },
      requestParameters: { ...name, policyArn },
    });
    expect(finding.targets[0]?.id).toContain('alice');
    // Whoever takes it off is named beside.
    expect(finding.targets.some(({ id }) => id === 'thief')).toBe(act === 'Detach');
    expect({ playbook, outcome: verdict.outcome }).toEqual({ playbook: expected[act], outcome: 'respond' });
  });
});

const found = (more: object) => ({
  Id: 'arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/f1',
  ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty',
  AwsAccountId: '111122223333',
  Region: 'eu-central-1',
  Types: ['TTPs/UnauthorizedAccess:IAMUser-MaliciousIPCaller.Custom'],
  Severity: { Label: 'MEDIUM' },
  Resources: [{ Type: 'AwsIamAccessKey', Id: 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE' }],
  RecordState: 'ACTIVE',
  ...more,
});
const hub = (detailType: string, more: object) => ({
  source: 'aws.securityhub',
  'detail-type': `Security Hub Findings - ${detailType}`,
  detail: { actionName: 'contain', findings: [found(more)] },
});

describe('a finding that somebody has put aside', () => {
  const states: [object, string][] = [
    [{ Workflow: { Status: 'SUPPRESSED' } }, 'suppressed'],
    [{ Workflow: { Status: 'RESOLVED' } }, 'archived or resolved'],
    [{ RecordState: 'ARCHIVED' }, 'archived or resolved'],
  ];

  it.each(states)('is responded to where a person asks for it, and says how it stood: %j', (state, words) => {
    const { verdict } = comesOf(hub('Custom Action', state));
    expect(verdict.outcome).toBe('respond');
    expect(verdict.because).toContain(`It is ${words}, and a person asked for it`);
    expect(comesOf(hub('Imported', state)).verdict.outcome).toBe('ignore');
  });

  it('is responded to where it was NOTIFIED, too; of a sample people are told why not', () => {
    expect(comesOf(hub('Custom Action', { Workflow: { Status: 'NOTIFIED' } })).verdict.outcome).toBe('respond');
    expect(comesOf(hub('Custom Action', { Sample: true })).verdict).toMatchObject({
      outcome: 'observe',
      because: expect.stringContaining('a sample'),
    });
    expect(comesOf(hub('Imported', { Sample: true })).verdict.outcome).toBe('ignore');
  });

  it('is responded to where it is only an attempt from outside', () => {
    const probe = { Types: ['TTPs/Recon:EC2-PortProbeUnprotectedPort'] };
    expect(comesOf(hub('Imported', probe)).verdict.outcome).toBe('observe');
    expect(comesOf(hub('Custom Action', probe)).verdict.outcome).toBe('respond');
  });
});

describe('a service of AWS that is none of the sources', () => {
  it.each([
    ['aws.access-analyzer', 'Access Analyzer Finding', /a weakness and no attack/],
    ['aws.config', 'Config Rules Compliance Change', /breaks a rule/],
    ['aws.ecr', 'ECR Image Scan', /vulnerabilities in an image/],
    ['aws.security-ir', 'Case Created', /open the case/],
    ['aws.trustedadvisor', 'Trusted Advisor Check Item Refresh Notification', /AWS_RISK_CREDENTIALS_EXPOSED/],
  ])('%s is refused in true words', (source, detailType, words) => {
    const event = { source, 'detail-type': detailType, detail: { status: 'ACTIVE', 'check-name': 'x', caseId: '1' } };
    expect(readFindings(event)).toEqual([{ unreadable: expect.stringMatching(words) }]);
  });
});
