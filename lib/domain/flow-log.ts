import * as z from 'zod';

/** The tag of a flow log that Tourniquet has made again; its value is the id of the one that was deleted. */
export const madeFor = 'tourniquet-made-for';

/** The format that a flow log has unless another is asked for (VPC user guide, "Flow log records"). */
const defaultFormat =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'
    .split(' ')
    .map((field) => `\${${field}}`)
    .join(' ');

/** What was left out, empty or null. */
const orNull = z.preprocess((value) => (value === '' ? null : value), z.string().nullish().default(null));

const Options = z.object({
  FileFormat: z.enum(['plain-text', 'parquet']).default('plain-text'),
  HiveCompatiblePartitions: z.boolean().default(false),
  PerHourPartition: z.boolean().default(false),
});

const Given = z.object({
  ResourceId: z.string(),
  TrafficType: z.enum(['ALL', 'ACCEPT', 'REJECT']).nullish().default(null),
  LogDestinationType: z
    .preprocess(
      (value) => (value === '' ? null : value),
      z.enum(['cloud-watch-logs', 's3', 'kinesis-data-firehose']).nullish(),
    )
    .transform((type) => type ?? 'cloud-watch-logs'),
  LogDestination: orNull,
  LogGroupName: orNull,
  DeliverLogsPermissionArn: orNull,
  LogFormat: orNull,
  MaxAggregationInterval: z.number().nullish().default(null),
  DestinationOptions: Options.nullish().default(null),
});
type Given = z.infer<typeof Given>;

/** What tells one flow log from another, in one form whoever says it. */
const Made = z.object({
  resource: z.string(),
  traffic: z.enum(['ALL', 'ACCEPT', 'REJECT']).nullable(),
  to: z.enum(['cloud-watch-logs', 's3', 'kinesis-data-firehose']),
  /** ARN of a bucket, with what is below it, or of a stream; of a log group its name. */
  destination: z.string(),
  role: z.string().nullable(),
  format: z.string(),
  interval: z.number(),
  options: Options.nullable(),
});
export type Made = z.infer<typeof Made>;

/** A flow log that was deleted. */
export const Flow = z.object({
  was: Made,
  /** Since when AWS Config knows it. */
  since: z.string(),
  /** Whose flow log of the same kind is active now. */
  by: z.enum(['Tourniquet', 'somebody']).nullable(),
  /** Why that delivers nothing. */
  fails: z.string().nullable(),
});
export type Flow = z.infer<typeof Flow>;

const groupOf = ({ LogGroupName, LogDestination }: Given): string =>
  LogGroupName ?? LogDestination?.replace(/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '') ?? '';

/**
 * A flow log in one form: as DescribeFlowLogs answers it (EC2 API reference, FlowLog), or as AWS Config keeps it, under the names that CloudFormation
 * gives it (CloudFormation template reference, AWS::EC2::FlowLog). Null of what is neither.
 */
export function madeOf(said: unknown): Made | null {
  const read = Given.safeParse(said);
  if (!read.success) return null;
  const one = read.data;
  const toGroup = one.LogDestinationType === 'cloud-watch-logs';
  const destination = toGroup ? groupOf(one) : (one.LogDestination?.replace(/\/$/, '') ?? '');
  if (!destination) return null;
  return {
    resource: one.ResourceId,
    traffic: one.TrafficType,
    to: one.LogDestinationType,
    destination,
    role: one.DeliverLogsPermissionArn,
    format: one.LogFormat ?? defaultFormat,
    interval: one.MaxAggregationInterval ?? 600,
    options: one.LogDestinationType === 's3' ? (one.DestinationOptions ?? Options.parse({})) : null,
  };
}

const Item = z.object({
  configuration: z.string().nullish(),
  configurationItemCaptureTime: z.date(),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a flow log was by AWS Config's history, newest first: of one that is deleted the newest item has no configuration. */
export function keptIn(items: readonly unknown[]): Pick<Flow, 'was' | 'since'> | null {
  const whole = items.flatMap((item) => {
    const { configuration, configurationItemCaptureTime: at } = Item.parse(item);
    const was = configuration ? madeOf(parsed(configuration)) : null;
    return was ? [{ was, at }] : [];
  });
  const [newest, oldest] = [whole[0], whole.at(-1)];
  return newest && oldest ? { was: newest.was, since: oldest.at.toISOString() } : null;
}

/** What CreateFlowLogs wants to know of a resource besides its id. */
const kinds = {
  vpc: 'VPC',
  subnet: 'Subnet',
  eni: 'NetworkInterface',
  tgw: 'TransitGateway',
  'tgw-attach': 'TransitGatewayAttachment',
} as const;

/** By the beginning of its id (EC2 user guide, "Resource IDs"); undefined of a resource that has no flow logs that we know. */
export const kindOfResource = (id: string): (typeof kinds)[keyof typeof kinds] | undefined =>
  Object.entries(kinds).find(([prefix]) => id.slice(0, id.lastIndexOf('-')) === prefix)?.[1];
