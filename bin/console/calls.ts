/** The calls to AWS behind the verbs, as data: each verb lists those it takes, and the policies of people are made of them. */

/** Answers questions; only reads and checks; runs the deployment. Somebody may be several. */
export const offices = ['responder', 'auditor', 'operator'] as const;
export type Office = (typeof offices)[number];

/** The functions nobody waits for, but for the daily ones: what they fail at lies in the dead-letter queue, and goes to them again. */
export const redriven = ['route-finding', 'report-failed-run', 'clock-tick', 'copy-to-vault'] as const;
export type Redriven = (typeof redriven)[number];

/** What a call is made on: the stack, what one of its outputs names, the list of what is in the vault, the functions that letters go to again, its state machines, or its functions when they are only checked. */
export type CalledOn =
  | 'anything'
  | 'stack'
  | 'TableName'
  | 'SettingsTableName'
  | 'VaultName'
  | 'vaultList'
  | 'VaultKeyArn'
  | 'SealingKeyArn'
  | 'SecretArn'
  | 'DecisionsUrl'
  | 'SealUrl'
  | 'ClocksUrl'
  | 'SettingsUrl'
  | 'RetentionUrl'
  | 'DeadLettersArn'
  | 'redriven'
  | 'machines'
  | 'checked';

export interface Call {
  readonly action: string;
  readonly on: CalledOn;
  readonly when?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Whose work a verb is, and the calls each makes with it. sts:GetCallerIdentity takes no permission (STS API reference). */
export type Calls = Readonly<Partial<Record<Office, readonly Call[]>>>;

const findStack: Call = { action: 'cloudformation:DescribeStacks', on: 'stack' };
const query: Call = { action: 'dynamodb:Query', on: 'TableName' };
const getItem: Call = { action: 'dynamodb:GetItem', on: 'TableName' };

/** To find the deployment. */
export const seeingStack: readonly Call[] = [findStack];

/** To list incidents and to read them whole. */
export const reading: readonly Call[] = [findStack, query];

/** To see the settings, every change of them, and whether their ledger holds. */
export const seeingSettings: readonly Call[] = [
  findStack,
  { action: 'dynamodb:GetItem', on: 'SettingsTableName' },
  { action: 'dynamodb:Query', on: 'SettingsTableName' },
];

/** To see the mode, which an earlier version kept among the incidents, and of which version the roles of members are. */
export const seeingMode: readonly Call[] = [
  findStack,
  { action: 'dynamodb:GetItem', on: 'SettingsTableName' },
  getItem,
  query,
];

/** To take a sealed record out of the vault, and to know the key it has to be signed with. */
export const fetching: readonly Call[] = [
  findStack,
  getItem,
  { action: 's3:GetObjectVersion', on: 'VaultName' },
  { action: 'kms:Decrypt', on: 'VaultKeyArn' },
  { action: 'kms:GetPublicKey', on: 'SealingKeyArn' },
];

/** To tell of an incident from the logs of it that are in the vault: part of what fetching its record takes. */
export const telling: readonly Call[] = [
  findStack,
  query,
  { action: 's3:GetObjectVersion', on: 'VaultName' },
  { action: 'kms:Decrypt', on: 'VaultKeyArn' },
];

/** To hold every ledger against the checkpoints in the vault, or to take them out of it. */
export const checking: readonly Call[] = [...fetching, query, { action: 's3:ListBucketVersions', on: 'vaultList' }];

const deadLetters = (action: string): Call => ({ action: `sqs:${action}`, on: 'DeadLettersArn' });

/** To see what was lost. A letter holds the whole of what was sent, so this is no right of auditors. */
export const readingLetters: readonly Call[] = [
  findStack,
  ...['GetQueueUrl', 'ReceiveMessage', 'ChangeMessageVisibility'].map(deadLetters),
];

/** To send it again. With this right any finding may be sent to the router, so it is the operator's. */
export const redrivingLetters: readonly Call[] = [
  ...readingLetters,
  deadLetters('DeleteMessage'),
  { action: 'lambda:InvokeFunction', on: 'redriven' },
];

/** To be let in; who is an approver is decided behind the door. */
export const through = (
  door: 'DecisionsUrl' | 'SealUrl' | 'ClocksUrl' | 'SettingsUrl' | 'RetentionUrl',
): readonly Call[] => [findStack, { action: 'execute-api:Invoke', on: door }];

const onStack = (action: string): Call => ({ action: `cloudformation:${action}`, on: 'stack' });

/** To see what a deployment still holds, and to remove it. CloudFormation deletes with the role that deployed it (API reference, DeleteStack). */
export const destroying: readonly Call[] = [
  ...reading,
  { action: 'states:ListExecutions', on: 'machines' },
  ...[
    'DeleteStack',
    'UpdateTerminationProtection',
    'GetTemplateSummary',
    'ListStackResources',
    'DescribeStackEvents',
  ].map(onStack),
];

/** To take everything out of the vault, and to see until when it is locked. */
export const emptying: readonly Call[] = [...checking, { action: 's3:GetObjectRetention', on: 'VaultName' }];

/** The same for everybody. */
export const everybody = (calls: readonly Call[]): Calls => ({ responder: calls, auditor: calls, operator: calls });
