import type { Finding } from '../domain/finding/finding.ts';
import { type Calls, callPatterns, type EventPattern, type Matcher, type Matching } from './calls.ts';

/** Forwarders send to the default bus of the hub, whose policy has no name of ours. */
const hubBus = 'event-bus/default';

/** Parts of a deployment, and the calls that take them away, stop them or hand them to somebody else. */
interface Part {
  readonly service: string;
  readonly events: readonly string[];
  /** What the request says of a part of the deployment of this name. */
  readonly at?: (name: string) => Matching;
  /** The same of the answer, where the request has an id alone. */
  readonly answered?: (name: string) => Matching;
  /** What only the hub has under this name; in other accounts the same is somebody else's. */
  readonly in?: 'the hub';
  /** Our own functions make these calls every day. */
  readonly butOurs?: true;
}

/** IAM does not tell names apart by case (IAM user guide, "IAM identifiers"), and the record has what the caller typed. */
const begins = (name: string): readonly Matcher[] => [{ prefix: { 'equals-ignore-case': `${name}-` } }];
const field =
  (parameter: string) =>
  (name: string): Matching => ({ [parameter]: begins(name) });
const arn =
  (parameter: string, path: string) =>
  (name: string): Matching => ({ [parameter]: [{ wildcard: `arn:*:${path}${name}-*` }] });
/** By its name or by its ARN, as the caller likes. */
const either =
  (parameter: string, path: string) =>
  (name: string): Matching => ({ [parameter]: [...begins(name), { wildcard: `arn:*:${path}${name}-*` }] });

const parts: readonly Part[] = [
  { service: 'events', events: ['DisableRule', 'DeleteRule', 'PutRule'], at: field('name') },
  { service: 'events', events: ['RemoveTargets', 'PutTargets'], at: field('rule') },
  // Who may send events to the hub: forwarders of other accounts by a statement of ours (lib/infra/bus-policy.ts).
  { service: 'events', events: ['PutPermission', 'RemovePermission'], at: field('statementId') },
  // The policy of the bus as a whole: whom it leaves out sends no more (EventBridge API reference, PutPermission: Policy).
  {
    service: 'events',
    events: ['PutPermission'],
    at: () => ({ policy: [{ exists: true }], eventBusName: ['default', { exists: false }] }),
    in: 'the hub',
  },
  {
    service: 'states',
    events: ['DeleteStateMachine', 'UpdateStateMachine'],
    at: arn('stateMachineArn', 'stateMachine:'),
  },
  {
    service: 'lambda',
    // As CloudTrail names them, with the version of Lambda's interface (Lambda developer guide, "CloudTrail").
    events: [
      'DeleteFunction20150331',
      'UpdateFunctionCode20150331v2',
      'UpdateFunctionConfiguration20150331v2',
      'PutFunctionConcurrency20171031',
      'RemovePermission20150331v2',
    ],
    at: either('functionName', 'function:'),
  },
  {
    service: 'lambda',
    // By the mapping's id; its answer names the function that reads the stream (Lambda API reference, EventSourceMappingConfiguration).
    events: ['UpdateEventSourceMapping20150331', 'DeleteEventSourceMapping20150331'],
    answered: arn('functionArn', 'function:'),
  },
  {
    service: 'iam',
    events: [
      'DeleteRole',
      'DeleteRolePolicy',
      'PutRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'UpdateAssumeRolePolicy',
      'PutRolePermissionsBoundary',
      'TagRole',
      'UntagRole',
    ],
    at: field('roleName'),
  },
  {
    service: 'dynamodb',
    events: ['DeleteTable', 'UpdateTable', 'UpdateContinuousBackups', 'UpdateTimeToLive'],
    at: either('tableName', 'table/'),
  },
  // By the table's ARN, or that of its stream (DynamoDB API reference, PutResourcePolicy).
  { service: 'dynamodb', events: ['PutResourcePolicy'], at: arn('resourceArn', 'table/') },
  { service: 'sns', events: ['DeleteTopic', 'SetTopicAttributes', 'RemovePermission'], at: arn('topicArn', '') },
  { service: 'sns', events: ['Unsubscribe'], at: arn('subscriptionArn', '') },
  {
    service: 'sqs',
    events: ['DeleteQueue', 'PurgeQueue', 'SetQueueAttributes'],
    at: (name) => ({ queueUrl: [{ wildcard: `https://*/${name}-*` }] }),
  },
  {
    service: 's3',
    events: ['DeleteBucket', 'DeleteBucketPolicy', 'PutBucketPolicy', 'PutBucketLifecycle', 'PutBucketReplication'],
    at: field('bucketName'),
  },
  {
    service: 'secretsmanager',
    // Whoever exchanges the token is told, once: nobody else can tell it from a token of a thief.
    events: ['DeleteSecret', 'PutSecretValue', 'UpdateSecret'],
    at: (name) => ({ secretId: [{ prefix: `${name}/` }, { wildcard: `arn:*:secret:${name}/*` }] }),
  },
  // The sign of life of a forwarder; the clocks' own schedules are called after their incidents.
  { service: 'scheduler', events: ['DeleteScheduleGroup', 'DeleteSchedule', 'UpdateSchedule'], at: field('name') },
  {
    service: 'scheduler',
    events: ['DeleteSchedule', 'UpdateSchedule'],
    at: field('groupName'),
    butOurs: true,
  },
  { service: 'monitoring', events: ['DeleteAlarms', 'DisableAlarmActions'], at: field('alarmNames') },
  {
    service: 'cloudformation',
    events: ['DeleteStack', 'UpdateTerminationProtection'],
    at: (name) => ({ stackName: [name, ...begins(name), { wildcard: `arn:*:stack/${name}*` }] }),
  },
  { service: 'cloudformation', events: ['DeleteStackSet', 'DeleteStackInstances'], at: field('stackSetName') },
];

/** A stack of ours that is deployed makes the same calls; CloudFormation's name stands there and no address, which nobody else can write (CloudTrail user guide, "record contents"). */
const byHand: Matching = { sourceIPAddress: [{ 'anything-but': 'cloudformation.amazonaws.com' }, { exists: false }] };

/** Anybody but a role that is called as ours are: the schedules of the clocks stand in the hub, where all of those are ours. */
const anybodyElse = (name: string): Matching => ({
  sessionContext: {
    sessionIssuer: { userName: [{ 'anything-but': { prefix: `${name}-` } }, { exists: false }] },
  },
});

/**
 * What is done to a deployment of this name itself, wherever a part of it stands.
 *
 * @param name the deployment's; all that is deployed begins with it
 * @param where in the hub there is more of it than in the accounts of forwarders
 */
export const ownPatterns = (name: string, where: 'in the hub' | 'elsewhere'): EventPattern[] => {
  const calls = ({ service, events, at, answered, butOurs }: Part): Calls => ({
    service,
    events,
    ...(at && { requests: at(name) }),
    ...(answered && { answers: answered(name) }),
    ...(butOurs && { callers: anybodyElse(name) }),
  });
  const { anywhere = [], hub = [] } = Object.groupBy(parts, (part) => (part.in ? 'hub' : 'anywhere'));
  // By itself: all other rules are the forwarders' too.
  const alone = where === 'in the hub' ? callPatterns(hub.map(calls), byHand) : [];
  return [...callPatterns(anywhere.map(calls), byHand), ...alone];
};

/** The types of findings about parts of a deployment. */
export const ownTypes: readonly string[] = [
  ...new Set(parts.flatMap(({ service, events }) => events.map((event) => `${service}:${event}`))),
];
const own = new Set(ownTypes);

/** Why a call on what might be a part of the deployment of this name is none; null of calls on its parts, and of all others. */
export function notOurs(
  { type, source, targets }: Pick<Finding, 'type' | 'source' | 'targets'>,
  name: string,
): string | null {
  if (source !== 'cloudtrail' || !own.has(type)) return null;
  const called = name.toLowerCase();
  const ours = targets
    .flatMap(({ id, arn: whole }) => `${id}:${whole ?? ''}`.toLowerCase().split(/[:/]/))
    .some((word) => word === called || word.startsWith(`${called}-`));
  if (type === 'events:PutPermission' && targets.some(({ id }) => id === hubBus)) return null;
  return ours ? null : `${type} counts where it changes a part of Tourniquet, whose names begin with ${name}-`;
}
