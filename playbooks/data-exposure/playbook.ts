import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { measureCopies } from '../../lambdas/ec2/measure-copies/step.ts';
import { unshareImage } from '../../lambdas/ec2/unshare-image/step.ts';
import { unshareSnapshot } from '../../lambdas/ec2/unshare-snapshot/step.ts';
import { respondForPrincipal } from '../../lambdas/incident/respond-for-principal/step.ts';
import { collectLogs } from '../../lambdas/logs/collect-logs/step.ts';
import { blockAccountPublicAccess } from '../../lambdas/s3/block-account-public-access/step.ts';
import { blockPublicAccess } from '../../lambdas/s3/block-public-access/step.ts';
import { denyOnBucket } from '../../lambdas/s3/deny-on-bucket/step.ts';
import { measureBucket } from '../../lambdas/s3/measure-bucket/step.ts';
import { measurePublicBuckets } from '../../lambdas/s3/measure-public-buckets/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { byDeed, malwareInCopies } from '../../lib/domain/finding/families.ts';
import { guardDuty, macie } from '../../lib/routing/claim.ts';

export default playbook('data-exposure', 'Data exposed or carried off')
  .handles(
    guardDuty('*:S3/*', 'Exfiltration:EC2/*').except(...byDeed, 'Object:S3/*', ...malwareInCopies, 'Impact:S3/*'),
    macie('*'),
  )
  .preserve(respondForPrincipal)
  .meanwhile(collectLogs)
  // Snapshots and images.
  .contain(
    'block',
    { unless: 'standing order', measure: measureCopies, within: minutes(15), ifNobodyAnswers: 'hold' },
    unshareSnapshot,
    unshareImage,
  )
  .contain(
    'close',
    {
      unless: 'standing order',
      measure: measureBucket,
      stands: { held: 'exposure closed', open: 'still exposed' },
      within: minutes(15),
      ifNobodyAnswers: 'hold',
    },
    // First, since S3 stores no policy that is public in part once public access is blocked.
    denyOnBucket,
    blockPublicAccess,
  )
  // The whole account: websites go dark.
  .contain(
    'restrict',
    { measure: measurePublicBuckets, within: minutes(15), ifNobodyAnswers: 'hold' },
    blockAccountPublicAccess,
  )
  .orHandOver(
    'handover',
    { within: minutes(15) },
    'Find out what was carried off, and where to: open the finding in its console, and look for the calls around its time (CloudTrail).',
    'Remove by hand what lets it out: the share, the policy, or the route to the other account.',
  )
  .inform(openObligations, fileReportTask)
  .leave(
    'List and count the objects that were read, with identity and time, from where the question found it on record: a trail with data events of S3, or access logs. Where it says NOT ON RECORD, count all that lay in the bucket.',
    'A copy that others made of a snapshot or an image cannot be recalled: write to them, and count what was in it as theirs.',
    'Of an account whose buckets stay open on purpose, block those that do not have to be, one by one: `aws s3api put-public-access-block --bucket NAME --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`.',
    'Where the question names an access point with a public policy, correct that: it stays blocked by the bucket alone.',
    'Where a repository of images was shared: `aws ecr get-repository-policy --repository-name NAME` shows with whom; `aws ecr delete-repository-policy --repository-name NAME` ends it, or `aws ecr set-repository-policy --repository-name NAME --policy-text` with the policy it had.',
    'Where a key was shared: `aws kms list-grants --key-id KEY` shows with whom; `aws kms revoke-grant --key-id KEY --grant-id GRANT` ends it, for each grant that is not yours. What was decrypted stays known.',
    'Ask the owner to fix the template that caused it, before the release puts back what was there.',
  )
  .report('Counts of records and people for GDPR and HIPAA; the foreign account id is an indicator.');
