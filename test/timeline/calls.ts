import { another, call, own, root, session, stranger } from './a-record.ts';

/** What a rule is about, and what looks like it and is nothing of the kind. Of a rule that counts the first is repeated. */
export interface Case {
  readonly yes: readonly object[];
  readonly no: readonly object[];
}

const one = (yes: object, no: object): Case => ({ yes: [yes], no: [no] });
const many = (of: number, record: object): object[] => Array.from({ length: of }, () => record);
/** As many as it takes, and one fewer. */
const counted = (of: number, record: object): Case => ({ yes: many(of, record), no: many(of - 1, record) });
const each = (actions: string): object[] => actions.split(' ').map((action) => call(action));
const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const trusts = (AWS: string, more: object = {}): string =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more });
const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const few = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop-images/*' });
const console_ = (identity: object, MFAUsed: string, answer = 'Success'): object =>
  call('signin:ConsoleLogin', null, {
    ...identity,
    additionalEventData: { MFAUsed, MobileVersion: 'No' },
    responseElements: { ConsoleLogin: answer },
  });
const byRoot = { userIdentity: root };
const inSession = (role = 'shop-web', name = 'i-0abc1234def567890') => ({ userIdentity: session(role, name) });
const throughService = { userIdentity: { ...session('deploy', 'ci'), invokedBy: 'autoscaling.amazonaws.com' } };
const ofSso = { userIdentity: session('AWSReservedSSO_Admin_1', 'rosa', own, '/aws-reserved/sso.amazonaws.com/') };
const assume = (account: string): object => ({ roleArn: `arn:aws:iam::${account}:role/deploy`, roleSessionName: 'ci' });

/** Cases of the rules about calls, by the id of the rule. */
export const calls: Readonly<Record<string, Case>> = {
  'console-without-mfa': one(console_({}, 'No'), console_({}, 'Yes')),
  'console-as-root': one(console_(byRoot, 'Yes'), console_({}, 'Yes')),
  'console-failures': counted(5, console_({}, 'No', 'Failure')),
  'signin-token': one(call('signin:GetSigninToken', null, inSession()), call('signin:GetSigninToken', null, ofSso)),
  'federation-token': one(call('sts:GetFederationToken', { name: 'x' }), call('sts:GetCallerIdentity')),
  'session-without-mfa': one(
    call('sts:GetSessionToken'),
    call('sts:GetSessionToken', { serialNumber: `arn:aws:iam::${own}:mfa/mallory` }),
  ),
  'role-by-user': one(call('sts:AssumeRole', assume(own)), call('sts:AssumeRole', assume(own), inSession())),
  'role-chained': one(
    call('sts:AssumeRole', assume(own), inSession()),
    call('sts:AssumeRole', assume(own), throughService),
  ),
  'role-across-accounts': one(
    call('sts:AssumeRole', assume(own), { userIdentity: another }),
    call('sts:AssumeRole', assume(own)),
  ),
  'root-acts': one(call('iam:DeleteUser', { userName: 'leo' }, byRoot), call('iam:ListUsers', null, byRoot)),
  'instance-elsewhere': {
    yes: ['203.0.113.77', '198.51.100.9'].map((sourceIPAddress) =>
      call('s3:ListBuckets', null, { ...inSession(), sourceIPAddress }),
    ),
    no: ['203.0.113.77', '10.0.1.5', '203.0.113.77'].map((sourceIPAddress) =>
      call('s3:ListBuckets', null, { ...inSession(), sourceIPAddress }),
    ),
  },
  'access-key': one(call('iam:CreateAccessKey', { userName: 'leo' }), call('iam:ListAccessKeys', { userName: 'leo' })),
  'login-profile': one(
    call('iam:CreateLoginProfile', { userName: 'leo' }),
    call('iam:GetLoginProfile', { userName: 'leo' }),
  ),
  'login-profile-changed': one(
    call('iam:UpdateLoginProfile', { userName: 'leo' }),
    call('iam:GetLoginProfile', { userName: 'leo' }),
  ),
  'other-credential': one(
    call('iam:CreateServiceSpecificCredential', { userName: 'leo', serviceName: 'bedrock.amazonaws.com' }),
    call('iam:ListSSHPublicKeys'),
  ),
  'key-pair': one(call('ec2:ImportKeyPair', { keyName: 'x' }), call('ec2:DescribeKeyPairs')),
  user: one(call('iam:CreateUser', { userName: 'backup-svc' }), call('iam:TagUser', { userName: 'backup-svc' })),
  'role-for-strangers': one(
    call('iam:CreateRole', { roleName: 'x', assumeRolePolicyDocument: trusts(`arn:aws:iam::${stranger}:root`) }),
    call('iam:CreateRole', { roleName: 'x', assumeRolePolicyDocument: trusts(`arn:aws:iam::${own}:root`) }),
  ),
  'role-opened': one(
    call('iam:UpdateAssumeRolePolicy', { policyDocument: trusts('*') }),
    call('iam:UpdateAssumeRolePolicy', {
      policyDocument: trusts('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
    }),
  ),
  administrator: one(
    call('iam:AttachUserPolicy', { userName: 'x', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    call('iam:AttachUserPolicy', { userName: 'x', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
  ),
  'administrator-inline': one(
    call('iam:PutUserPolicy', { userName: 'x', policyName: 'p', policyDocument: all }),
    call('iam:PutUserPolicy', { userName: 'x', policyName: 'p', policyDocument: few }),
  ),
  'policy-version': one(
    call('iam:SetDefaultPolicyVersion', { policyArn: `arn:aws:iam::${own}:policy/p`, versionId: 'v2' }),
    call('iam:GetPolicyVersion'),
  ),
  'group-joined': one(
    call('iam:AddUserToGroup', { groupName: 'admins', userName: 'x' }),
    call('iam:RemoveUserFromGroup', { groupName: 'admins', userName: 'x' }),
  ),
  'permission-set': one(call('sso:CreateAccountAssignment', { targetId: own }), call('sso:ListAccountAssignments')),
  'mfa-removed': one(call('iam:DeactivateMFADevice', { userName: 'leo' }), call('iam:ListMFADevices')),
  'password-rules': one(call('iam:DeleteAccountPasswordPolicy'), call('iam:GetAccountPasswordPolicy')),
  'identity-provider': one(call('iam:UpdateSAMLProvider'), call('iam:GetSAMLProvider')),
  'trust-anchor': one(call('rolesanywhere:CreateTrustAnchor', { name: 'x' }), call('rolesanywhere:ListTrustAnchors')),
  'refresh-token': one(call('cognito-idp:GetTokensFromRefreshToken'), call('cognito-idp:InitiateAuth')),
  'cluster-access': one(
    call('eks:CreateAccessEntry', { name: 'shop' }),
    call('eks:DescribeAccessEntry', { name: 'shop' }),
  ),
  secret: one(
    call('secretsmanager:GetSecretValue', { secretId: 'shop/db' }),
    call('secretsmanager:DescribeSecret', { secretId: 'shop/db' }),
  ),
  'parameter-decrypted': one(
    call('ssm:GetParameters', { names: ['/shop/db'], withDecryption: true }),
    call('ssm:GetParameters', { names: ['/shop/colour'], withDecryption: false }),
  ),
  'instance-password': one(
    call('ec2:GetPasswordData', { instanceId: 'i-0abc1234def567890' }),
    call('ec2:DescribeInstances'),
  ),
  'user-data-read': one(
    call('ec2:DescribeInstanceAttribute', { attribute: 'userData', instanceId: 'i-0abc1234def567890' }),
    call('ec2:DescribeInstanceAttribute', { attribute: 'instanceType', instanceId: 'i-0abc1234def567890' }),
  ),
  'console-screenshot': one(
    call('ec2:GetConsoleScreenshot', { instanceId: 'i-0abc1234def567890' }),
    call('ec2:DescribeInstances'),
  ),
  'traffic-mirrored': one(call('ec2:CreateTrafficMirrorSession', {}), call('ec2:DescribeTrafficMirrorSessions')),
  inventory: counted(10, call('ec2:DescribeInstances')),
  'inventory-wide': {
    yes: each('ec2:DescribeInstances ec2:DescribeVolumes rds:DescribeDBInstances lambda:ListFunctions kms:ListKeys'),
    no: many(5, call('ec2:DescribeInstances')),
  },
  'people-listed': {
    yes: each('iam:ListUsers iam:ListRoles iam:ListGroups iam:GetUser iam:ListAccessKeys'),
    no: many(9, call('iam:GetUser')),
  },
  'all-of-iam': one(call('iam:GetAccountAuthorizationDetails'), call('iam:GetAccountSummary')),
  'who-am-i': counted(5, call('sts:GetCallerIdentity')),
  'buckets-listed': {
    yes: Array.from({ length: 10 }, (_, n) => call('s3:ListObjects', { bucketName: `shop-${n}` })),
    no: many(20, call('s3:ListObjects', { bucketName: 'shop' })),
  },
  'mail-explored': {
    yes: each('ses:GetSendQuota ses:ListIdentities ses:GetAccountSendingEnabled'),
    no: many(5, call('ses:GetSendQuota')),
  },
  'models-explored': {
    yes: ['us-east-1', 'us-west-2', 'eu-west-1'].map((awsRegion) =>
      call('bedrock:ListFoundationModels', null, { awsRegion }),
    ),
    no: many(5, call('bedrock:ListFoundationModels')),
  },
  'refused-often': counted(10, call('s3:ListBuckets', null, { errorCode: 'AccessDenied' })),
  'attack-tool': one(
    call('ec2:DescribeInstances', null, { userAgent: 'stratus-red-team_00000000-0000-4000-8000-000000000001' }),
    call('ec2:DescribeInstances', { filterSet: { items: [{ name: 'tag:owner', value: 'stratus-red-team' }] } }),
  ),
  'gui-thief': one(
    call('iam:CreateUser', { userName: 'x' }, { userAgent: '[S3 Browser/11.6.7 (https://s3browser.com)]' }),
    call('iam:CreateUser', { userName: 'x' }),
  ),
  'region-enabled': one(call('account:EnableRegion', { RegionName: 'af-south-1' }), call('account:ListRegions')),
};
