import { mitre, sigma, stratus, table } from './rule.ts';
import { at, both, by, byHand, opensPolicy, says, textAt } from './when.ts';

/** Types of instances with what mines: graphics and other accelerators. */
const accelerated = /"(?:instanceType|value)":"(?:p|g|gr|inf|trn|dl|vt)\d/;

/** What runs because somebody called. */
export const execution = table(
  [
    'user-data-changed',
    'T1059',
    'ec2:ModifyInstanceAttribute',
    'The script that an instance runs as root when it starts was replaced',
    stratus('execution.ec2-user-data'),
    { requestParameters: { userData: [{ exists: true }] } },
  ],
  [
    'instance-stopped-by-force',
    'T1489',
    'ec2:StopInstances',
    'Instances were stopped by force; so is done before their user data is replaced',
    stratus('execution.ec2-user-data'),
    { requestParameters: { force: [true] } },
  ],
  [
    'command-sent',
    'T1651',
    'ssm:SendCommand ssm:CreateAssociation',
    'Commands were sent to instances',
    stratus('execution.ssm-send-command'),
  ],
  [
    'shell-opened',
    'T1021.008',
    'ssm:StartSession',
    'A shell on an instance was opened',
    stratus('execution.ssm-start-session'),
  ],
  [
    'ssh-key-sent',
    'T1021.008',
    'ec2-instance-connect:SendSSHPublicKey',
    'A key for SSH was sent to an instance',
    stratus('lateral-movement.ec2-instance-connect'),
  ],
  [
    'serial-console',
    'T1021.008',
    'ec2-instance-connect:SendSerialConsoleSSHPublicKey ec2:EnableSerialConsoleAccess',
    'The serial console of an instance was opened: no security group is in its way',
    stratus('lateral-movement.ec2-serial-console-send-ssh-public-key'),
  ],
  ['task-entered', 'T1609', 'ecs:ExecuteCommand', 'A command was run in a container of ECS', mitre('T1609')],
  [
    'task-definition',
    'T1525',
    'ecs:RegisterTaskDefinition',
    'A task was defined that asks for its role’s credentials and sends something somewhere',
    sigma('aws_ecs_task_definition_cred_endpoint_query'),
    says('requestParameters.containerDefinitions', /AWS_CONTAINER_CREDENTIALS_RELATIVE_URI|169\.254\.170\.2/),
  ],
  [
    'function-code',
    'T1648',
    'lambda:UpdateFunctionCode',
    'The code of a function was replaced',
    stratus('persistence.lambda-overwrite-code'),
    (event) => at(event, 'requestParameters.dryRun') !== true,
  ],
  [
    'function-layer',
    'T1648',
    'lambda:UpdateFunctionConfiguration',
    'A layer was put under a function, whose code runs with it',
    stratus('persistence.lambda-layer-extension'),
    says('requestParameters.layers', /arn:/),
  ],
  [
    'function-for-strangers',
    'T1546',
    'lambda:AddPermission',
    'Another account, or everybody, may call a function from now on',
    stratus('persistence.lambda-backdoor-function'),
    (event) => {
      const principal = textAt(event, 'requestParameters.principal');
      const account = /(?<!\d)\d{12}(?!\d)/.exec(principal)?.[0];
      return principal === '*' || (account !== undefined && account !== textAt(event, 'recipientAccountId'));
    },
  ],
  [
    'notebook',
    'T1059',
    'sagemaker:UpdateNotebookInstance sagemaker:UpdateNotebookInstanceLifecycleConfig sagemaker:CreateNotebookInstanceLifecycleConfig',
    'What a notebook runs when it starts was changed',
    stratus('execution.sagemaker-update-lifecycle-config'),
    says('requestParameters', /lifecycleConfigName|notebookInstanceLifecycleConfigName|onStart|onCreate/i),
  ],
  [
    'image-pushed',
    'T1525',
    'ecr:PutImage',
    'A user, not a pipeline’s role, pushed an image of a container',
    mitre('T1525'),
    by('IAMUser', 'Root'),
  ],
  [
    'accelerated-instances',
    'T1496.001',
    'ec2:RunInstances',
    'Instances with graphics or other accelerators were started, or somebody tried to; they mine best',
    stratus('execution.ec2-launch-unusual-instances'),
    says('requestParameters', accelerated),
  ],
  [
    'instances-in-numbers',
    'T1578.002',
    'ec2:RunInstances',
    'One principal started instances five times within ten minutes',
    mitre('T1578.002'),
    byHand,
    { of: 5, within: 600, by: 'actor' },
  ],
  [
    'metadata-opened',
    'T1578.005',
    'ec2:ModifyInstanceMetadataOptions',
    'Credentials of an instance can be read without a token again',
    mitre('T1578.005'),
    { requestParameters: { ModifyInstanceMetadataOptionsRequest: { HttpTokens: ['optional'] } } },
  ],
  [
    'models-used',
    'T1496.004',
    'bedrock:InvokeModel bedrock:InvokeModelWithResponseStream bedrock:Converse bedrock:ConverseStream',
    'A user’s own access key called a model; programs do so with roles',
    stratus('impact.bedrock-invoke-model'),
    both(by('IAMUser', 'Root'), byHand),
  ],
  [
    'models-unlocked',
    'T1496.004',
    'bedrock:PutUseCaseForModelAccess bedrock:PutFoundationModelEntitlement bedrock:CreateFoundationModelAgreement',
    'Models were made available to the account',
    sigma('aws_cloudtrail_bedrock_put_foundation_model_entitlement'),
  ],
  [
    'queue-opened',
    'T1546',
    'sns:SetTopicAttributes sqs:SetQueueAttributes sns:AddPermission sqs:AddPermission',
    'Another account, or everybody, may use a topic or a queue from now on',
    mitre('T1546'),
    opensPolicy('attributeValue', 'attributes.Policy'),
  ],
);
