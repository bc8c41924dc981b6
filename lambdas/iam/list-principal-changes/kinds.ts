/** A kind of change a responder asks for by name, and the calls that make it. */
interface Kind {
  readonly one: string;
  readonly many: string;
  readonly calls: readonly string[];
}

/** Each call by CloudTrail's eventSource and eventName, the version that Lambda puts behind its names left out. */
const kinds: readonly Kind[] = [
  { one: 'user created', many: 'users created', calls: ['iam:CreateUser'] },
  { one: 'access key created', many: 'access keys created', calls: ['iam:CreateAccessKey'] },
  {
    one: 'other credential created',
    many: 'other credentials created',
    calls: ['iam:CreateServiceSpecificCredential', 'iam:UploadSSHPublicKey', 'iam:UploadSigningCertificate'],
  },
  {
    one: 'login profile created or changed',
    many: 'login profiles created or changed',
    calls: ['iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:ChangePassword'],
  },
  { one: 'role created', many: 'roles created', calls: ['iam:CreateRole'] },
  {
    one: 'trust edited',
    many: 'trusts edited',
    calls: [
      'iam:UpdateAssumeRolePolicy',
      'iam:CreateSAMLProvider',
      'iam:UpdateSAMLProvider',
      'iam:CreateOpenIDConnectProvider',
      'iam:AddClientIDToOpenIDConnectProvider',
      'rolesanywhere:CreateTrustAnchor',
    ],
  },
  {
    one: 'permission granted',
    many: 'permissions granted',
    calls: [
      'iam:AttachUserPolicy',
      'iam:AttachRolePolicy',
      'iam:AttachGroupPolicy',
      'iam:AddUserToGroup',
      'iam:PutUserPolicy',
      'iam:PutRolePolicy',
      'iam:PutGroupPolicy',
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:DeleteUserPermissionsBoundary',
      'iam:DeleteRolePermissionsBoundary',
    ],
  },
  {
    one: 'policy removed',
    many: 'policies removed',
    calls: [
      'iam:DetachUserPolicy',
      'iam:DetachRolePolicy',
      'iam:DetachGroupPolicy',
      'iam:RemoveUserFromGroup',
      'iam:DeleteUserPolicy',
      'iam:DeleteRolePolicy',
      'iam:DeleteGroupPolicy',
    ],
  },
  {
    one: 'function created or changed',
    many: 'functions created or changed',
    calls: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'],
  },
  {
    one: 'start of instances',
    many: 'starts of instances',
    calls: ['ec2:RunInstances', 'ec2:StartInstances', 'ec2:RequestSpotInstances', 'ec2:CreateFleet'],
  },
  {
    one: 'model, job or notebook started',
    many: 'models, jobs or notebooks started',
    calls: [
      'sagemaker:CreateNotebookInstance',
      'sagemaker:CreateEndpoint',
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateProcessingJob',
      'sagemaker:CreateTransformJob',
      'bedrock:CreateProvisionedModelThroughput',
    ],
  },
  {
    one: 'share opened or changed',
    many: 'shares opened or changed',
    calls: [
      'ec2:ModifySnapshotAttribute',
      'ec2:ModifyImageAttribute',
      'rds:ModifyDBSnapshotAttribute',
      'rds:ModifyDBClusterSnapshotAttribute',
      's3:PutBucketPolicy',
      's3:PutBucketAcl',
      's3:DeleteBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:DeleteBucketPublicAccessBlock',
      's3:PutAccountPublicAccessBlock',
      'ec2:DisableSnapshotBlockPublicAccess',
      'ec2:DisableImageBlockPublicAccess',
      'kms:PutKeyPolicy',
      'kms:CreateGrant',
      'secretsmanager:PutResourcePolicy',
      'ram:CreateResourceShare',
      'ecr:SetRepositoryPolicy',
    ],
  },
  {
    one: 'mail identity created or changed',
    many: 'mail identities created or changed',
    calls: [
      'ses:CreateEmailIdentity',
      'ses:VerifyEmailIdentity',
      'ses:VerifyDomainIdentity',
      'ses:PutAccountDetails',
      'ses:UpdateAccountSendingEnabled',
    ],
  },
  {
    one: 'change to logging or detection',
    many: 'changes to logging or detection',
    calls: [
      'cloudtrail:StopLogging',
      'cloudtrail:DeleteTrail',
      'cloudtrail:UpdateTrail',
      'cloudtrail:PutEventSelectors',
      'cloudtrail:DeleteEventDataStore',
      'guardduty:DeleteDetector',
      'guardduty:UpdateDetector',
      'guardduty:CreateFilter',
      'guardduty:DisassociateFromAdministratorAccount',
      'securityhub:DisableSecurityHub',
      'config:StopConfigurationRecorder',
      'config:DeleteConfigurationRecorder',
      'config:DeleteDeliveryChannel',
      'ec2:DeleteFlowLogs',
      'logs:DeleteLogGroup',
      'logs:PutRetentionPolicy',
    ],
  },
];

const byCall = new Map(kinds.flatMap((kind) => kind.calls.map((call) => [call, kind] as const)));

/** The kind of change a call makes, for one and for many; null for all that has no name of its own. */
export const kindOf = (call: string): Pick<Kind, 'one' | 'many'> | null => {
  const kind = byCall.get(call);
  return kind ? { one: kind.one, many: kind.many } : null;
};
