import { EC2Client, type FlowLog, paginateDescribeFlowLogs } from '@aws-sdk/client-ec2';
import type { Context, Folder, Room } from './files.ts';
import { takeFolder } from './folders.ts';
import { takeGroup } from './groups.ts';
import { count, type Found, few, found, period, type Span } from './plan.ts';
import { noRows, type Rows, rowOf, type Taken, untaken } from './taken.ts';

/** The format that a flow log has unless another is asked for (VPC user guide, "Flow log records"). */
const defaultHead =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const headOf = ({ LogFormat = '' }: FlowLog): string => LogFormat.replace(/[${}]/g, '') || defaultHead;

const interfacesOf = ({ target }: Context) => (target.kind === 'instance' ? target.interfaces : []);

/** Flow logs of the interfaces, their subnets and VPCs; all of the Region where the incident names no interface. */
async function flowLogs(context: Context): Promise<FlowLog[]> {
  const watched = interfacesOf(context).flatMap(({ id, subnet, vpc }) => [id, subnet, vpc]);
  const Filter = watched.length > 0 ? [{ Name: 'resource-id', Values: [...new Set(watched)] }] : [];
  const logs: FlowLog[] = [];
  const client = context.session.client(EC2Client);
  for await (const page of paginateDescribeFlowLogs({ client }, { Filter })) logs.push(...(page.FlowLogs ?? []));
  return logs;
}

const nameOf = ({ FlowLogId = '', ResourceId = '' }: FlowLog): string => `${FlowLogId} of ${ResourceId}`;

function folderOf({ target }: Context, { LogDestination = '', DestinationOptions }: FlowLog): Folder {
  const [bucket = '', ...path] = LogDestination.split(':').slice(5).join(':').split('/');
  const prefix = path.filter(Boolean).map((part) => `${part}/`);
  const { account, region } = target;
  const hive = DestinationOptions?.HiveCompatiblePartitions === true;
  const below = hive
    ? `aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/`
    : `${account}/vpcflowlogs/${region}/`;
  return { bucket, base: `${prefix.join('')}AWSLogs/${below}`, layout: hive ? 'hive' : 'plain' };
}

/** The streams of a group are named after the interfaces (VPC user guide, "Flow logs in CloudWatch Logs"). */
async function fromGroup(context: Context, log: FlowLog, span: Span, room: Room): Promise<Taken[]> {
  const head = headOf(log) === defaultHead ? [] : [headOf(log)];
  const taken: Taken[] = [];
  for (const { id: streams } of interfacesOf(context)) {
    const group = log.LogGroupName ?? '';
    const wanted = { kind: 'network', what: nameOf(log), group, streams, as: { messagesBelow: head } } as const;
    taken.push(await takeGroup(context, wanted, span, room));
  }
  return taken;
}

async function take(context: Context, log: FlowLog, span: Span, room: Room): Promise<Taken[]> {
  if (log.LogDestinationType === 's3') {
    const isOwn = ({ key }: { key: string }) => key.includes(`_${log.FlowLogId}_`);
    const wanted = { kind: 'network', span, room, isOwn } as const;
    return [await takeFolder(context, nameOf(log), folderOf(context, log), wanted)];
  }
  if (log.LogDestinationType === 'cloud-watch-logs' || log.LogGroupName) return fromGroup(context, log, span, room);
  return [untaken(`${nameOf(log)} goes to ${log.LogDestination}, which is not read`, 'not read')];
}

/** The time before the first of them was made; null where one of them saw all of the span. */
function unseen(logs: readonly FlowLog[], span: Span): Partial<Found> | null {
  const working = logs.filter(({ DeliverLogsStatus }) => DeliverLogsStatus !== 'FAILED');
  if (working.length === 0) return period(span);
  const since = Math.min(...working.map(({ CreationTime }) => CreationTime?.getTime() ?? 0));
  return since > span.from.getTime() ? { ...period(span), to: new Date(since).toISOString() } : null;
}

const failing = (logs: readonly FlowLog[]): string[] =>
  logs
    .filter(({ DeliverLogsStatus }) => DeliverLogsStatus === 'FAILED')
    .map((log) => `${nameOf(log)} delivers nothing: ${log.DeliverLogsErrorMessage ?? 'AWS does not say why'}`);

/** A log that is younger than the incident, or that delivers nothing, leaves a gap whatever was taken. */
function withGap({ rows: [row], sealed }: Rows, logs: readonly FlowLog[], span: Span): Rows {
  if (!row) return noRows;
  const told = { ...row, words: [row.words, ...failing(logs)].join('; ') };
  const missing = row.state === 'available' ? unseen(logs, span) : null;
  return { rows: [missing ? { ...told, state: 'gap', ...missing } : told], sealed };
}

/** Flow logs: of the interfaces that the incident is about their records, else whether there are any. */
export async function network(context: Context, span: Span, room: Room): Promise<Rows> {
  const logs = await flowLogs(context);
  const concerned = interfacesOf(context).length > 0;
  if (logs.length === 0) {
    const words = concerned ? 'no flow log of its interfaces, their subnets or VPCs' : 'no flow log in this Region';
    return { rows: [found('network', 'not enabled', words)], sealed: [] };
  }
  if (!concerned) {
    const words = `${count(logs.length, 'flow log')} here (${few(logs.map(nameOf))}); the incident names no interface, so nothing was taken`;
    return { rows: [found('network', 'available', words)], sealed: [] };
  }
  const taken: Taken[] = [];
  for (const log of logs) taken.push(...(await take(context, log, span, room)));
  return withGap(rowOf('network', taken, span), logs, span);
}
