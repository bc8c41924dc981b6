import * as z from 'zod';
import { switchingOn } from '../../../lib/domain/finding/blinding.ts';
import { Flow, madeFor } from '../../../lib/domain/flow-log.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Log, type Writer, writers } from '../log/target.ts';

/** Of a trail that selects the plain way (CloudTrail API reference, EventSelector). What AWS leaves out has its default. */
const EventSelector = z.object({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  IncludeManagementEvents: z.boolean().default(true),
  DataResources: z.array(z.object({ Type: z.string(), Values: z.array(z.string()).default([]) })).default([]),
  ExcludeManagementEventSources: z.array(z.string()).default([]),
});
export type EventSelector = z.infer<typeof EventSelector>;

const words = z.array(z.string()).optional();
/** Of a trail that selects by fields (CloudTrail API reference, AdvancedEventSelector). */
const AdvancedEventSelector = z.object({
  Name: z.string().optional(),
  FieldSelectors: z.array(
    z.object({
      Field: z.string(),
      Equals: words,
      StartsWith: words,
      EndsWith: words,
      NotEquals: words,
      NotStartsWith: words,
      NotEndsWith: words,
    }),
  ),
});
export type AdvancedEventSelector = z.infer<typeof AdvancedEventSelector>;

/** A trail has one kind or the other. */
export const Selectors = z.object({
  plain: z.array(EventSelector).nullable(),
  advanced: z.array(AdvancedEventSelector).nullable(),
});
export type Selectors = z.infer<typeof Selectors>;

/** Whether it records; of a trail what, null of what has no choice; of a flow log what it was before it was deleted, null where AWS Config has none of it. */
export const Recording = z.object({
  recording: z.boolean(),
  selectors: Selectors.nullable(),
  flow: Flow.nullable().optional(),
});
export type Recording = z.infer<typeof Recording>;

/** The log itself, where this service writes it. */
const of =
  (writer: Writer) =>
  (target: Log): string[] => {
    if (target.id === '*') return [arn(target, writers[writer], `${writer}/*`)];
    return target.id.startsWith(`${writer}/`) ? [arn(target, writers[writer], target.id)] : [];
  };
/** Recorders have ids in their ARNs that no call tells; these calls are allowed on any, and name one. */
const recorder = (target: Log): string[] => (of('configuration-recorder')(target).length > 0 ? ['*'] : []);
/** What is done about a flow log, on what no id tells: it has a new one when it is made again, and what it watched AWS Config knows. */
const flowLog =
  (...paths: readonly string[]) =>
  (target: Log): string[] =>
    of('vpc-flow-log')(target).length > 0 ? paths.map((path) => (path === '*' ? path : arn(target, 'ec2', path))) : [];
const anyOfEc2 = (target: Log): string[] => flowLog('*')(target).map(() => arn(target, 'ec2', '*'));
const roles = (target: Log): string[] => (flowLog('*')(target).length > 0 ? [arn(target, 'iam', 'role/*')] : []);
const toFlowLogs = { StringEquals: { 'iam:PassedToService': 'vpc-flow-logs.amazonaws.com' } };
const whenMade = { StringEquals: { 'ec2:CreateAction': 'CreateFlowLogs' } };
const onlyOurs = { Null: { [`aws:ResourceTag/${madeFor}`]: 'false' } };

export const switchLoggingOn = defineLever({
  name: switchingOn,
  title: 'Switch logging on again',
  phase: 'preserve',
  csf: 'RS.MI-01',
  effect:
    'The trail, detector or recorder records again, a trail all management events. What it was set to is kept as evidence. A flow log that was deleted is made again as AWS Config has kept it, with a new id and without its tags. What happened meanwhile is not recorded by it.',
  undo: 'It records again what it recorded when the incident began, or nothing; of flow logs the one that Tourniquet made is deleted.',
  stands: { held: 'logging on', open: 'logging off' },
  target: Log,
  beforeState: Recording,
  look: [
    allow('cloudtrail:GetTrailStatus', of('trail')),
    allow('cloudtrail:GetEventSelectors', of('trail')),
    allow('guardduty:GetDetector', of('detector')),
    allow('config:DescribeConfigurationRecorderStatus', recorder),
    allow('config:GetResourceConfigHistory', flowLog('*')),
    allow('ec2:DescribeFlowLogs', flowLog('*')),
  ],
  apply: {
    permissions: [
      allow('cloudtrail:StartLogging', of('trail')),
      allow('cloudtrail:PutEventSelectors', of('trail')),
      allow('guardduty:UpdateDetector', of('detector')),
      allow('config:StartConfigurationRecorder', recorder),
      // All that AWS checks it on, whatever it is of: a flow log, and an interface, a subnet, a VPC, a transit gateway or an attachment of one (Service Authorization Reference, Amazon EC2).
      allow('ec2:CreateFlowLogs', anyOfEc2),
      allow('ec2:CreateTags', flowLog('vpc-flow-log/*'), whenMade),
      // VPC user guide, "Publish flow logs to Amazon S3": rights of whoever makes one.
      allow('logs:CreateLogDelivery', flowLog('*')),
      allow('iam:PassRole', roles, toFlowLogs),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('cloudtrail:StopLogging', of('trail')),
      allow('cloudtrail:PutEventSelectors', of('trail')),
      allow('guardduty:UpdateDetector', of('detector')),
      allow('config:StopConfigurationRecorder', recorder),
      allow('ec2:DeleteFlowLogs', flowLog('vpc-flow-log/*'), onlyOurs),
      allow('logs:DeleteLogDelivery', flowLog('*')),
    ],
    within: 60,
  },
});
