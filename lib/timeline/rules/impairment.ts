import { type Blinding, blinding } from '../../domain/finding/blinding.ts';
import { matches } from '../../domain/finding/matching.ts';
import type { TechniqueId } from './attack.ts';
import { mitre, panther, type Rule, sigma, stratus, table } from './rule.ts';
import { at, says } from './when.ts';

/** What watches is a tool to ATT&CK, what writes down is a log, and an organisation is a hierarchy of resources. */
const called: Readonly<Record<string, TechniqueId>> = {
  guardduty: 'T1685',
  securityhub: 'T1685',
  macie2: 'T1685',
  'access-analyzer': 'T1685',
  organizations: 'T1666',
};

function blinds([type, { blinds: what, only }]: readonly [string, Blinding]): Rule {
  const call = type.replace(/\/.*$/, '');
  const technique = called[call.slice(0, call.indexOf(':'))] ?? 'T1685.002';
  const when = only?.when;
  return {
    id: `blinds:${type}`,
    technique,
    on: [call],
    says: `Less is seen from then on: ${what}`,
    source: mitre(technique),
    ...(when && { when: (event) => when.some((one) => matches(one, at(event, 'requestParameters'))) }),
  };
}

/** Each call that the table of blinding calls knows, with the request it takes there. */
const blinders: readonly Rule[] = [...blinding].map(blinds);

const anywhere = says('requestParameters', /"(?:0\.0\.0\.0\/0|::\/0)"/);
const weakened = says('requestParameters.PublicAccessBlockConfiguration', /:(?:"false"|false)/);

/** What protects, and is switched off, or around which a way is opened. */
export const impairment: readonly Rule[] = [
  ...blinders,
  ...table(
    [
      'bucket-unlogged',
      'T1685.002',
      's3:PutBucketLogging',
      'Requests to a bucket are not logged any more',
      panther('AWS.S3.DisableBucketLogging'),
      {
        requestParameters: { BucketLoggingStatus: { xmlns: [{ exists: true }], LoggingEnabled: [{ exists: false }] } },
      },
    ],
    [
      'activity-stream-off',
      'T1685.002',
      'rds:StopActivityStream',
      'What is done in a database is not recorded any more',
      panther('AWS.RDS.ActivityStreamStopped'),
    ],
    [
      'alarms-off',
      'T1685',
      'cloudwatch:DeleteAlarms cloudwatch:DisableAlarmActions monitoring:DeleteAlarms monitoring:DisableAlarmActions',
      'Alarms were deleted, or are not heard any more',
      mitre('T1685'),
    ],
    [
      'rules-off',
      'T1685',
      'events:DisableRule events:DeleteRule events:RemoveTargets',
      'Events do not reach those who wait for them',
      mitre('T1685'),
    ],
    [
      'guardrail-off',
      'T1685',
      'bedrock:DeleteGuardrail',
      'What a model must not say is not checked any more',
      stratus('defense-evasion.bedrock-guardrail-delete'),
    ],
    [
      'open-to-the-world',
      'T1686.001',
      'ec2:AuthorizeSecurityGroupIngress',
      'A security group lets the whole internet in',
      stratus('exfiltration.ec2-security-group-open-port-22-ingress'),
      anywhere,
    ],
    [
      'acl-open',
      'T1686.001',
      'ec2:CreateNetworkAclEntry ec2:ReplaceNetworkAclEntry',
      'A network ACL lets the whole internet in',
      panther('AWS.CloudTrail.NetworkACLPermissiveEntry'),
      { requestParameters: { ruleAction: ['allow'], egress: [false], cidrBlock: ['0.0.0.0/0'] } },
    ],
    [
      'public-access-allowed',
      'T1686.001',
      's3:PutBucketPublicAccessBlock s3:PutAccountPublicAccessBlock s3:PutPublicAccessBlock',
      'A bucket, or all of them, can be made public again',
      sigma('aws_cloudtrail_bucket_block_public_access_weakened'),
      weakened,
    ],
    [
      'public-access-block-deleted',
      'T1686.001',
      's3:DeleteBucketPublicAccessBlock s3:DeleteAccountPublicAccessBlock s3:DeletePublicAccessBlock',
      'A bucket, or all of them, can be made public again',
      panther('AWS.S3.DeletePublicAccessBlock'),
    ],
    [
      'firewall-off',
      'T1686.001',
      'wafv2:DisassociateWebACL wafv2:DeleteWebACL network-firewall:DeleteFirewall network-firewall:DeleteFirewallPolicy network-firewall:DisassociateSubnets',
      'A firewall was deleted, or has nothing behind it any more',
      panther('AWS.WAF.Disassociation'),
    ],
  ),
];
