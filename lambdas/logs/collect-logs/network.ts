import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client, type FlowLog, paginateDescribeFlowLogs } from '@aws-sdk/client-ec2';
import type { Custody } from '../../../lib/domain/custody.ts';
import { isGone, sentence } from '../../runtime/errors.ts';
import { seal } from '../../runtime/vault.ts';
import type { Rows } from './audit.ts';
import { type Context, type Folder, isLate, type Room } from './files.ts';
import { count, type Found, few, found, period, type Span } from './plan.ts';
import { copyFolders } from './trails.ts';

/** Bytes of messages that are held before they are sealed. */
const partBytes = 8 * 1024 * 1024;
/** Parts of one flow log: what is more is left. */
const mostParts = 8;

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

/** What was taken of one flow log. */
interface Taken {
  readonly sealed: Custody[];
  readonly words: string;
  readonly trouble: string[];
  readonly commands: string[];
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

async function fromBucket(context: Context, log: FlowLog, span: Span, room: Room): Promise<Taken> {
  const folder = folderOf(context, log);
  const own = ({ key }: { key: string }) => key.includes(`_${log.FlowLogId}_`);
  const taken = await copyFolders(context, { kind: 'network', folders: [folder], span, room }, own);
  const { sealed, listed, left, failed, commands } = taken;
  const words = `${nameOf(log)}: ${sealed.length} of ${count(listed, 'file')} in s3://${folder.bucket}/${folder.base}`;
  const over = left.length > 0 ? [`${nameOf(log)}: no room for ${count(left.length, 'file')}`] : [];
  return { sealed, words, trouble: [...failed.map((one) => `${nameOf(log)}: ${one}`), ...over], commands };
}

/** Messages of a group, in parts, each line as it was written; a format of its own is named first, as its files do. */
async function* parts(context: Context, log: FlowLog, stream: string, span: Span): AsyncGenerator<string> {
  const logs = context.session.client(CloudWatchLogsClient);
  const head = headOf(log) === defaultHead ? [] : [headOf(log)];
  let [lines, bytes]: [string[], number] = [[...head], 0];
  for (let token: string | undefined, more = true; more; ) {
    const page: FilterLogEventsCommandOutput = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: log.LogGroupName,
        logStreamNamePrefix: stream,
        startTime: span.from.getTime(),
        endTime: span.to.getTime(),
        nextToken: token,
      }),
    );
    for (const { message = '' } of page.events ?? []) {
      lines.push(message);
      bytes += message.length;
    }
    token = page.nextToken;
    more = token !== undefined;
    if (more && bytes < partBytes) continue;
    if (bytes > 0) yield `${lines.join('\n')}\n`;
    [lines, bytes] = [[...head], 0];
  }
}

/** The streams of a group are named after the interfaces (VPC user guide, "Flow logs in CloudWatch Logs"). */
async function fromGroup(context: Context, log: FlowLog, span: Span, room: Room): Promise<Taken> {
  const { run, target } = context;
  const { account, region, partition } = target;
  const group = log.LogGroupName ?? '';
  const [sealed, trouble]: [Custody[], string[]] = [[], []];
  const source = `arn:${partition}:logs:${region}:${account}:log-group:${group}`;
  const streams = run.mode === 'respond' ? interfacesOf(context).map(({ id }) => id) : [];
  for (const stream of streams) {
    let part = 0;
    for await (const text of parts(context, log, stream, span)) {
      part += 1;
      const name = `logs/network/${log.FlowLogId}-${stream}-${part}.log`;
      const what = { incident: run.incident, kind: 'network-logs', name, source: `${source}:${stream}` };
      sealed.push(await seal(context, { ...what, account, region, body: Buffer.from(text) }));
      if (part < mostParts && !isLate(room)) continue;
      trouble.push(`${nameOf(log)}: what ${stream} had after ${count(part, 'part')} was left`);
      break;
    }
  }
  const commands = trouble.length > 0 ? [filterCommand(group, region, span)] : [];
  return { sealed, words: `${nameOf(log)}: ${count(sealed.length, 'part')} of log group ${group}`, trouble, commands };
}

const filterCommand = (group: string, region: string, { from, to }: Span): string =>
  `aws logs filter-log-events --region ${region} --log-group-name '${group}' --start-time ${from.getTime()} --end-time ${to.getTime()}`;

async function take(context: Context, log: FlowLog, span: Span, room: Room): Promise<Taken> {
  const nothing = { sealed: [], commands: [] };
  try {
    if (log.LogDestinationType === 's3') return await fromBucket(context, log, span, room);
    if (log.LogDestinationType === 'cloud-watch-logs' || log.LogGroupName)
      return await fromGroup(context, log, span, room);
    const words = `${nameOf(log)} goes to ${log.LogDestination}, which is not read`;
    return { ...nothing, words, trouble: [words] };
  } catch (error) {
    const gone = isGone(error) ? ', which is gone' : '';
    const words = `${nameOf(log)} could not be read${gone}: ${sentence(error)}`;
    return { ...nothing, words, trouble: [words] };
  }
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

function rowOf(logs: readonly FlowLog[], taken: readonly Taken[], span: Span): Found {
  const sealed = taken.reduce((sum, one) => sum + one.sealed.length, 0);
  const words = [...taken.map((one) => one.words), ...failing(logs)].join('; ');
  const more = { sealed, left: taken.flatMap((one) => one.commands), trouble: taken.flatMap((one) => one.trouble) };
  const missing = unseen(logs, span);
  if (missing) return found('network', 'gap', words, { ...more, ...missing });
  return found('network', 'available', words, { ...more, ...period(span) });
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
  for (const log of logs) taken.push(await take(context, log, span, room));
  return { rows: [rowOf(logs, taken, span)], sealed: taken.flatMap((one) => one.sealed) };
}
