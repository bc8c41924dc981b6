import * as z from 'zod';

const list = z.union([z.array(z.unknown()), z.unknown().transform((one) => (one === undefined ? [] : [one]))]);
const Statement = z.looseObject({
  Effect: z.string().optional(),
  Action: list,
  Resource: list,
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const Document = z.looseObject({ Statement: list.pipe(z.array(Statement)) });
const Role = z.looseObject({ Policies: z.array(z.looseObject({ PolicyDocument: z.unknown() })).default([]) });
const FunctionProperties = z.looseObject({
  Environment: z.looseObject({ Variables: z.record(z.string(), z.string()).default({}) }).prefault({}),
  DeadLetterConfig: z.looseObject({ TargetArn: z.string() }).optional(),
  Role: z.string(),
});

export type Properties = Readonly<Record<string, unknown>>;

/** The properties of the resource of the same template that a reference such as `arn:…/<Id>` is to. */
type Referred = (reference: string) => Properties | undefined;

/** A number that AWS refuses to exceed, with where AWS says so and what helps. */
export interface Limit {
  readonly what: string;
  readonly most: number;
  readonly unit: string;
  readonly source: string;
  readonly remedy: string;
}

/** A limit of one type of resource. */
export interface ResourceLimit extends Limit {
  readonly type: string;
  readonly size: (properties: Properties, referred: Referred) => number;
}

/** A limit of a template as a whole. */
export interface TemplateLimit extends Limit {
  readonly size: (template: Whole) => number;
}

/** A template by its numbers. */
export interface Whole {
  readonly bytes: number;
  readonly resources: number;
  readonly outputs: number;
  readonly rules: number;
  /** Without the bootstrap of an account, so with no bucket to put it into: it is sent inside the request. */
  readonly sent: 'in the request' | 'by a bucket';
}

/** Characters as AWS counts them: without white space, which JSON.stringify adds none of. */
const written = (value: unknown): number => JSON.stringify(value ?? '').length;
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value ?? ''));
const text = (property: string) => (properties: Properties) => {
  const value = properties[property];
  return typeof value === 'string' ? value.length : 0;
};
const statementsIn = ({ PolicyDocument }: Properties) => Document.parse(PolicyDocument).Statement;
const inlineOf = (properties: Properties) =>
  Role.parse(properties).Policies.map(({ PolicyDocument }) => PolicyDocument);

/** Dead letters of a function for which its role, found in the same template, holds no right. */
function refusedLetters(properties: Properties, referred: Referred): number {
  const { DeadLetterConfig, Role: role } = FunctionProperties.parse(properties);
  const holder = referred(role);
  if (!DeadLetterConfig || !holder) return 0;
  const may = inlineOf(holder).flatMap((policy) => Document.parse(policy).Statement);
  const letting = may.some(
    ({ Effect, Action, Resource }) =>
      Effect === 'Allow' &&
      Action.some((action) => action === 'sqs:SendMessage' || action === 'sns:Publish') &&
      Resource.includes(DeadLetterConfig.TargetArn),
  );
  return letting ? 0 : 1;
}

const sqs = 'SQS developer guide, "Amazon SQS policy quotas"';
const iam = 'IAM user guide, "IAM and AWS STS quotas"';
const shorten = 'Choose a shorter name in the configuration, or a shorter name of what is deployed.';
const pattern = 'Let one statement cover all by a pattern of names, in place of one entry each.';

const named = (type: string, property: string, most: number, source: string): ResourceLimit => ({
  type,
  what: property,
  most,
  unit: 'characters',
  size: text(property),
  source,
  remedy: shorten,
});

/** What AWS refuses at deployment, by type of resource, though the template is well-formed. */
export const resourceLimits: readonly ResourceLimit[] = [
  named('AWS::IAM::Role', 'RoleName', 64, iam),
  named('AWS::IAM::ManagedPolicy', 'ManagedPolicyName', 128, iam),
  named('AWS::Lambda::Function', 'FunctionName', 64, 'Lambda API reference, CreateFunction'),
  named('AWS::Lambda::Function', 'Description', 256, 'Lambda API reference, CreateFunction'),
  named('AWS::Scheduler::ScheduleGroup', 'Name', 64, 'EventBridge Scheduler API reference, CreateScheduleGroup'),
  named('AWS::StepFunctions::StateMachine', 'StateMachineName', 80, 'Step Functions API reference, CreateStateMachine'),
  named('AWS::Events::Rule', 'Name', 64, 'EventBridge API reference, PutRule'),
  named('AWS::Events::Rule', 'Description', 512, 'EventBridge API reference, PutRule'),
  named('AWS::CloudWatch::Alarm', 'AlarmDescription', 1024, 'CloudWatch API reference, PutMetricAlarm'),
  named('AWS::Logs::LogGroup', 'LogGroupName', 512, 'CloudWatch Logs API reference, CreateLogGroup'),
  {
    type: 'AWS::SQS::QueuePolicy',
    what: 'the policy',
    most: 20,
    unit: 'statements',
    size: (properties) => statementsIn(properties).length,
    source: sqs,
    remedy: pattern,
  },
  {
    type: 'AWS::SQS::QueuePolicy',
    what: 'the policy',
    most: 10,
    unit: 'conditions',
    size: (properties) =>
      statementsIn(properties).flatMap(({ Condition }) => Object.values(Condition).flatMap(Object.keys)).length,
    source: sqs,
    remedy: pattern,
  },
  {
    type: 'AWS::SQS::QueuePolicy',
    what: 'the policy',
    most: 8192,
    unit: 'bytes',
    size: ({ PolicyDocument }) => bytes(PolicyDocument),
    source: sqs,
    remedy: pattern,
  },
  {
    type: 'AWS::S3::BucketPolicy',
    what: 'the policy',
    most: 20_480,
    unit: 'bytes',
    size: ({ PolicyDocument }) => bytes(PolicyDocument),
    source: 'S3 user guide, "Bucket policies"',
    remedy: pattern,
  },
  {
    type: 'AWS::KMS::Key',
    what: 'the policy',
    most: 32_768,
    unit: 'bytes',
    size: ({ KeyPolicy }) => bytes(KeyPolicy),
    source: 'KMS developer guide, "Resource quotas"',
    remedy: pattern,
  },
  {
    type: 'AWS::IAM::Role',
    what: 'its inline policies together',
    most: 10_240,
    unit: 'characters',
    size: (properties) => inlineOf(properties).reduce<number>((sum, policy) => sum + written(policy), 0),
    source: iam,
    remedy: 'Set organization.id in place of a long list of members, so that rights name no account.',
  },
  {
    type: 'AWS::IAM::Role',
    what: 'the trust policy',
    most: 2048,
    unit: 'characters',
    size: ({ AssumeRolePolicyDocument }) => written(AssumeRolePolicyDocument),
    source: iam,
    remedy: 'Trust a pattern of names or a tag, in place of each role by name.',
  },
  {
    type: 'AWS::IAM::Role',
    what: 'attached managed policies',
    most: 10,
    unit: 'policies',
    size: ({ ManagedPolicyArns }) => list.parse(ManagedPolicyArns).length,
    source: iam,
    remedy: 'Put the rights into inline policies.',
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    what: 'the policy',
    most: 6144,
    unit: 'characters',
    size: ({ PolicyDocument }) => written(PolicyDocument),
    source: iam,
    remedy: 'Split the policy in two.',
  },
  {
    type: 'AWS::Events::Rule',
    what: 'the event pattern',
    most: 2048,
    unit: 'characters',
    size: (properties) =>
      text('EventPattern')(properties) || (properties.EventPattern ? written(properties.EventPattern) : 0),
    source: 'EventBridge user guide, "Amazon EventBridge quotas"',
    remedy: 'Split the claim, so that it becomes two rules.',
  },
  {
    type: 'AWS::Events::EventBusPolicy',
    what: 'the policy',
    most: 10_240,
    unit: 'characters',
    size: ({ Statement }) => written({ Version: '2012-10-17', Statement: [Statement] }),
    source: 'EventBridge API reference, PutPermission: PolicyLengthExceededException',
    remedy:
      'Set organization.id in place of a long list of members, so that the bus lets in whom the organisation has.',
  },
  {
    type: 'AWS::Events::Rule',
    what: 'targets',
    most: 5,
    unit: 'targets',
    size: ({ Targets }) => list.parse(Targets).length,
    source: 'EventBridge user guide, "Amazon EventBridge quotas"',
    remedy: 'Make a second rule with the same pattern.',
  },
  {
    type: 'AWS::Lambda::Function',
    what: 'the environment',
    most: 4096,
    unit: 'bytes',
    size: (properties) => bytes(FunctionProperties.parse(properties).Environment.Variables),
    source: 'Lambda developer guide, "Lambda quotas"',
    remedy: 'Put the value into the configuration beside the code.',
  },
  {
    type: 'AWS::Lambda::Function',
    what: 'dead letters that its role may not send',
    most: 0,
    unit: 'queues',
    size: refusedLetters,
    source: 'Lambda developer guide, "Adding a dead-letter queue": checked when the function is made',
    remedy: 'Allow sqs:SendMessage on the queue in an inline policy of the role.',
  },
];

const cloudFormation = 'CloudFormation user guide, "Understand CloudFormation quotas"';
const split = 'Move part of it into a stack of its own.';

/** What CloudFormation refuses of a template, whatever its resources. */
export const templateLimits: readonly TemplateLimit[] = [
  {
    what: 'the template',
    most: 1_000_000,
    unit: 'bytes',
    size: (whole) => whole.bytes,
    source: cloudFormation,
    remedy: split,
  },
  {
    what: 'the template',
    most: 500,
    unit: 'resources',
    size: (whole) => whole.resources,
    source: cloudFormation,
    remedy: split,
  },
  {
    what: 'the template',
    most: 200,
    unit: 'outputs',
    size: (whole) => whole.outputs,
    source: cloudFormation,
    remedy: split,
  },
  {
    what: 'the template, sent inside the request since no bootstrap bucket is asked for',
    most: 51_200,
    unit: 'bytes',
    size: (whole) => (whole.sent === 'in the request' ? whole.bytes : 0),
    source: cloudFormation,
    remedy: split,
  },
  {
    what: 'the template',
    most: 300,
    unit: 'rules on one event bus',
    size: (whole) => whole.rules,
    source: 'EventBridge user guide, "Amazon EventBridge quotas"',
    remedy: 'Join claims, or ask AWS for a higher quota and raise the number here.',
  },
];
