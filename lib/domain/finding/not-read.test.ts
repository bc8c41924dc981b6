import { expect, test } from 'vitest';
import { readFindings } from './read.ts';

const evaluated = (complianceType: string) => ({ newEvaluationResult: { complianceType } });

test.each<[string, string, object, RegExp]>([
  ['aws.config', 'Config Rules Compliance Change', evaluated('NON_COMPLIANT'), /breaks a rule/],
  ['aws.config', 'Config Rules Compliance Change', evaluated('COMPLIANT'), /keeps to a rule/],
  ['aws.config', 'Config Rules Compliance Change', evaluated('NOT_APPLICABLE'), /has no result/],
  ['aws.config', 'Config Configuration Item Change', {}, /a resource has changed/],
  [
    'aws.config',
    'Config Rules Re-evaluation Status',
    {},
    /^An event "Config Rules Re-evaluation Status" of aws\.config/,
  ],
  ['aws.ecr', 'ECR Image Scan', {}, /vulnerabilities in an image/],
  ['aws.ecr', 'ECR Image Action', { 'action-type': 'PUSH' }, /an image was pushed or deleted/],
  ['aws.ecr', 'ECR Replication Action', {}, /^An event "ECR Replication Action" of aws\.ecr/],
  ['aws.security-ir', 'Case Comment Added', {}, /open the case/],
  ['aws.security-ir', 'Membership Updated', { membershipId: 'm-1' }, /change of the membership/],
  ['aws.access-analyzer', 'Access Analyzer Finding', { status: 'ACTIVE' }, /who can reach a resource/],
  ['aws.access-analyzer', 'Access Analyzer Finding', { status: 'RESOLVED' }, /is resolved or archived/],
  ['aws.access-analyzer', 'Unused Access Finding for IAM entities', { status: 'ACTIVE' }, /access that nobody uses/],
  ['aws.access-analyzer', 'Access Preview State Change', { status: 'COMPLETED' }, /not in force yet/],
  ['aws.trustedadvisor', 'Trusted Advisor Check Item Refresh Notification', { status: 'OK' }, /finds nothing wrong/],
  [
    'aws.trustedadvisor',
    'Trusted Advisor Check Item Refresh Notification',
    { status: 'WARN' },
    /Trusted Advisor repeats/,
  ],
])('%s, %s, %j is refused in words true of it', (source, type, detail, words) => {
  expect(readFindings({ source, 'detail-type': type, detail })).toEqual([{ unreadable: expect.stringMatching(words) }]);
});

test.each<[object, RegExp]>([
  [{ isPublic: true, action: ['s3:GetObject'] }, /who can reach a resource/],
  [{ findingType: 'UnusedIAMRole' }, /access that nobody uses/],
])('what the API of Access Analyzer lists says what it is: %j', (more, words) => {
  const bare = { id: 'x', resource: 'arn:aws:s3:::b', resourceType: 'AWS::S3::Bucket', status: 'ACTIVE' };
  const createdAt = '2026-11-20T10:00:00Z';
  expect(readFindings({ findings: [{ ...bare, createdAt, ...more }] })).toEqual([
    { unreadable: expect.stringMatching(words) },
  ]);
});
