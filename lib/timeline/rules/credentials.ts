import { mitre, panther, sigma, stratus, table } from './rule.ts';
import { allowsAll, opensPolicy, says } from './when.ts';

/** Managed policies of AWS with which somebody can give themselves all others. */
const administrators = says(
  'requestParameters.policyArn',
  /:policy\/(?:AdministratorAccess|IAMFullAccess|PowerUserAccess)$/,
);

/** What somebody makes so as to come back, or to be more than they were. */
export const credentials = table(
  [
    'access-key',
    'T1098.001',
    'iam:CreateAccessKey',
    'A further access key was made',
    stratus('persistence.iam-backdoor-user'),
  ],
  [
    'login-profile',
    'T1098.001',
    'iam:CreateLoginProfile',
    'A user was given a password for the console',
    stratus('persistence.iam-create-user-login-profile'),
  ],
  [
    'login-profile-changed',
    'T1098',
    'iam:UpdateLoginProfile iam:ChangePassword signin:PasswordUpdated',
    'A password for the console was changed',
    stratus('privilege-escalation.iam-update-user-login-profile'),
  ],
  [
    'other-credential',
    'T1098.001',
    'iam:CreateServiceSpecificCredential iam:UploadSSHPublicKey iam:UploadSigningCertificate',
    'A user was given another kind of credential than an access key',
    mitre('T1098.001'),
  ],
  [
    'key-pair',
    'T1098.001',
    'ec2:CreateKeyPair ec2:ImportKeyPair',
    'A key pair for log-ins to instances was made',
    stratus('persistence.ec2-create-suspicious-keypair'),
  ],
  ['user', 'T1136.003', 'iam:CreateUser', 'A user was made', stratus('persistence.iam-create-admin-user')],
  [
    'role-for-strangers',
    'T1136.003',
    'iam:CreateRole',
    'A role was made that another account, or everybody, may take on',
    stratus('persistence.iam-create-backdoor-role'),
    opensPolicy('assumeRolePolicyDocument'),
  ],
  [
    'role-opened',
    'T1098',
    'iam:UpdateAssumeRolePolicy',
    'Another account, or everybody, may take on a role from now on',
    stratus('persistence.iam-backdoor-role'),
    opensPolicy('policyDocument'),
  ],
  [
    'administrator',
    'T1098.003',
    'iam:AttachUserPolicy iam:AttachRolePolicy iam:AttachGroupPolicy',
    'An administrator’s policy was attached',
    stratus('persistence.iam-create-admin-user'),
    administrators,
  ],
  [
    'administrator-inline',
    'T1098.003',
    'iam:PutUserPolicy iam:PutRolePolicy iam:PutGroupPolicy iam:CreatePolicy iam:CreatePolicyVersion',
    'A policy was written that allows everything on everything',
    mitre('T1098.003'),
    allowsAll('policyDocument'),
  ],
  [
    'policy-version',
    'T1098.003',
    'iam:SetDefaultPolicyVersion',
    'Another version of a policy is in force',
    panther('AWS.IAM.PolicyModified'),
  ],
  [
    'group-joined',
    'T1098.003',
    'iam:AddUserToGroup',
    'A user was put into a group, and has its rights',
    mitre('T1098.003'),
  ],
  [
    'permission-set',
    'T1098.003',
    'sso:CreateAccountAssignment sso:PutInlinePolicyToPermissionSet sso:AttachManagedPolicyToPermissionSet',
    'Rights were given through IAM Identity Center',
    mitre('T1098.003'),
  ],
  [
    'mfa-removed',
    'T1556.006',
    'iam:DeactivateMFADevice iam:DeleteVirtualMFADevice',
    'A second factor was removed',
    mitre('T1556.006'),
  ],
  [
    'password-rules',
    'T1556',
    'iam:DeleteAccountPasswordPolicy iam:UpdateAccountPasswordPolicy',
    'The rules for passwords were changed',
    panther('AWS.CloudTrail.SecurityConfigurationChange'),
  ],
  [
    'identity-provider',
    'T1484.002',
    'iam:CreateSAMLProvider iam:UpdateSAMLProvider iam:CreateOpenIDConnectProvider iam:UpdateOpenIDConnectProviderThumbprint',
    'An identity provider was added or changed: it decides who comes in',
    sigma('aws_susp_saml_activity'),
  ],
  [
    'trust-anchor',
    'T1484.002',
    'rolesanywhere:CreateTrustAnchor',
    'A certificate authority was trusted to let machines outside of AWS in',
    stratus('persistence.rolesanywhere-create-trust-anchor'),
  ],
  [
    'refresh-token',
    'T1550.001',
    'cognito-idp:GetTokensFromRefreshToken',
    'New tokens were made from an old one, without a password',
    stratus('persistence.cognito-refresh-token-reuse'),
  ],
  [
    'cluster-access',
    'T1098.006',
    'eks:CreateAccessEntry eks:AssociateAccessPolicy',
    'Somebody was given access to a cluster of EKS',
    stratus('lateral-movement.create-access-entry', 'EKS', 'eks'),
  ],
);
