import { aws, mitre, panther, sigma, stratus, table } from './rule.ts';
import { at, by, says, textAt } from './when.ts';

const decrypts = { requestParameters: { withDecryption: [true] } };

/** What is read to get further: secrets, and the lie of the land. */
export const secrets = table(
  [
    'secret',
    'T1555.006',
    'secretsmanager:GetSecretValue secretsmanager:BatchGetSecretValue',
    'A secret was read, or somebody tried to',
    stratus('credential-access.secretsmanager-retrieve-secrets'),
  ],
  [
    'parameter-decrypted',
    'T1555.006',
    'ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory',
    'Parameters were read in the clear',
    stratus('credential-access.ssm-retrieve-securestring-parameters'),
    decrypts,
  ],
  [
    'instance-password',
    'T1552',
    'ec2:GetPasswordData',
    'The administrator’s password of a Windows instance was read, or somebody tried to',
    stratus('credential-access.ec2-get-password-data'),
  ],
  [
    'user-data-read',
    'T1580',
    'ec2:DescribeInstanceAttribute',
    'The user data of an instance was read, where people leave secrets',
    stratus('discovery.ec2-download-user-data'),
    says('requestParameters.attribute', /^userData$/),
  ],
  [
    'console-screenshot',
    'T1113',
    'ec2:GetConsoleScreenshot',
    'A picture of an instance’s screen was made',
    stratus('collection.ec2-console-screenshots'),
  ],
  [
    'traffic-mirrored',
    'T1040',
    'ec2:CreateTrafficMirrorSession',
    'The traffic of an interface is copied to somewhere else',
    panther('AWS.EC2.Traffic.Mirroring'),
  ],
);

const inventory =
  'ec2:DescribeInstances ec2:DescribeSnapshots ec2:DescribeVolumes ec2:DescribeSecurityGroups ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeImages ec2:DescribeAddresses rds:DescribeDBInstances rds:DescribeDBClusters rds:DescribeDBSnapshots ssm:DescribeParameters ssm:DescribeInstanceInformation secretsmanager:ListSecrets lambda:ListFunctions eks:ListClusters ecs:ListClusters kms:ListKeys logs:DescribeLogGroups cloudtrail:DescribeTrails guardduty:ListDetectors organizations:ListAccounts';
const people =
  'iam:ListUsers iam:ListRoles iam:ListAccessKeys iam:ListGroups iam:ListGroupsForUser iam:ListAttachedUserPolicies iam:ListUserPolicies iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListMFADevices iam:GetUser iam:GetAccountSummary iam:GetLoginProfile';

/** Systems and tools that are made for attacks: those of GuardDuty's findings about penetration tests, and what Sigma and Stratus name. */
const attackers = /stratus-red-team|\bpacu\b|kali|parrot|pentoo|trufflehog/i;

/** Looking around: what anybody does once is nobody's news, so most of it counts only in numbers. */
export const discovery = table(
  [
    'inventory',
    'T1580',
    inventory,
    'One principal listed infrastructure ten times within a minute',
    stratus('discovery.ec2-enumerate-from-instance'),
    null,
    { of: 10, within: 60, by: 'actor' },
  ],
  [
    'inventory-wide',
    'T1580',
    inventory,
    'One principal listed five kinds of infrastructure within a minute',
    stratus('discovery.ec2-enumerate-from-instance'),
    null,
    { of: 5, within: 60, by: 'actor', different: ({ action }) => action },
  ],
  [
    'people-listed',
    'T1087.004',
    people,
    'One principal asked five different questions about users and roles within a minute',
    mitre('T1087.004'),
    null,
    { of: 5, within: 60, by: 'actor', different: ({ action }) => action },
  ],
  [
    'all-of-iam',
    'T1087.004',
    'iam:GetAccountAuthorizationDetails',
    'All users, roles and their policies were read with one call',
    mitre('T1087.004'),
  ],
  [
    'who-am-i',
    'T1087.004',
    'sts:GetCallerIdentity',
    'One principal asked five times within a minute whose credentials these are',
    panther('AWS.STS.GetCallerIdentity.TruffleHog'),
    null,
    { of: 5, within: 60, by: 'actor' },
  ],
  [
    'buckets-listed',
    'T1619',
    's3:ListObjects s3:ListObjectsV2 s3:ListBucket s3:GetBucketAcl s3:GetBucketPolicy s3:GetBucketLocation',
    'One principal looked into ten buckets within a minute',
    mitre('T1619'),
    null,
    { of: 10, within: 60, by: 'actor', different: ({ resources }) => resources.join() },
  ],
  [
    'mail-explored',
    'T1526',
    'ses:GetSendQuota ses:GetAccountSendingEnabled ses:ListIdentities ses:GetIdentityVerificationAttributes ses:GetAccount',
    'One principal asked three different questions about who may send mail, and how much',
    stratus('discovery.ses-enumerate'),
    null,
    { of: 3, within: 300, by: 'actor', different: ({ action }) => action },
  ],
  [
    'models-explored',
    'T1526',
    'bedrock:ListFoundationModels bedrock:GetFoundationModelAvailability bedrock:GetUseCaseForModelAccess bedrock:ListFoundationModelAgreementOffers',
    'One principal asked in three Regions, or of three models, what can be used',
    stratus('discovery.bedrock-enumerate-models-multiple-regions'),
    null,
    {
      of: 3,
      within: 300,
      by: 'actor',
      different: (event) =>
        `${textAt(event, 'awsRegion')} ${event.action} ${JSON.stringify(at(event, 'requestParameters') ?? '')}`,
    },
  ],
  [
    'refused-often',
    'T1526',
    '*',
    'One principal was refused ten times within a minute: it tries what it may do',
    panther('AWS.IAMUser.ReconAccessDenied'),
    says('errorCode', /AccessDenied|UnauthorizedOperation|Forbidden/),
    { of: 10, within: 60, by: 'actor' },
    ({ outcome, raw }) => outcome === 'failure' && /AccessDenied|UnauthorizedOperation|Forbidden/.test(raw),
  ],
  [
    'attack-tool',
    'T1059.009',
    '*',
    'The call names a tool, or a system, that is made for attacks; the caller chooses that name',
    aws('guardduty/latest/ug/guardduty_finding-types-iam.html'),
    null,
    null,
    ({ agent }) => agent !== null && attackers.test(agent),
  ],
  [
    'gui-thief',
    'T1059.009',
    'iam:CreateUser iam:CreateAccessKey iam:CreateLoginProfile s3:PutBucketPolicy',
    'Users, keys or policies were made with S3 Browser, a desktop program that nobody administers accounts with',
    sigma('aws_iam_s3browser_user_or_accesskey_creation'),
    says('userAgent', /S3 Browser/),
  ],
  [
    'region-enabled',
    'T1535',
    'account:EnableRegion',
    'A Region was switched on that nobody used before',
    sigma('aws_cloudtrail_region_enabled'),
    by('IAMUser', 'AssumedRole', 'Root', 'FederatedUser'),
  ],
);
