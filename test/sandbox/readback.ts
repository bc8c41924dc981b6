import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeLockedSnapshotsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, type HistoryEvent, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import canonicalize from 'canonicalize';
import type { Custody } from '../../lib/domain/custody.ts';
import { firstBreak, type LedgerEntry } from '../../lib/domain/ledger.ts';
import type { Deployment } from './deployment.ts';
import { ec2In } from './rogue.ts';
import type { RecordedCall } from './sandbox.ts';

export type Item = Record<string, unknown> & { readonly sk: string };

/** Everything the table holds of one partition. */
export async function itemsOf(deployment: Deployment, pk: string): Promise<Item[]> {
  const table = DynamoDBDocumentClient.from(deployment.client(DynamoDBClient, 'hub'));
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: deployment.outputs.TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );
  return Items as Item[];
}

export const starting = (items: readonly Item[], prefix: string): Item[] =>
  items.filter(({ sk }) => sk.startsWith(prefix));

export interface InterfaceSeen {
  readonly id: string;
  readonly groups: readonly string[];
  readonly address: string | null;
}

/** The interfaces of an instance as EC2 shows them to the account itself. */
export async function interfacesOf(deployment: Deployment, instance: string): Promise<InterfaceSeen[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instance] }];
  const { NetworkInterfaces = [] } = await deployment
    .client(EC2Client, 'member')
    .send(new DescribeNetworkInterfacesCommand({ Filters }));
  return NetworkInterfaces.map(({ NetworkInterfaceId = '', Groups = [], Association }) => ({
    id: NetworkInterfaceId,
    groups: Groups.map(({ GroupId = '' }) => GroupId).toSorted(),
    address: Association?.PublicIp ?? null,
  })).toSorted((a, b) => a.id.localeCompare(b.id));
}

export interface EvidenceSeen {
  readonly kind: string;
  readonly uri: string;
  readonly sha256: string | null;
  /** What lies there has this hash (objects), or exists and is locked (snapshots, which have no public digest). */
  readonly matches: boolean;
}

async function objectMatches(deployment: Deployment, { uri, version, sha256 }: Custody): Promise<boolean> {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const s3 = deployment.client(S3Client, 'hub');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...(version && { VersionId: version }) }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return createHash('sha256').update(bytes).digest('hex') === sha256;
}

/** A snapshot has no public digest; it has to exist, and to be locked against deletion, where AWS has such a lock: RDS has none. */
async function snapshotStands(deployment: Deployment, uri: string): Promise<boolean> {
  if (uri.startsWith('arn:aws:rds:')) {
    const DBSnapshotIdentifier = uri.split(':').at(-1);
    const rds = deployment.client(RDSClient, 'member');
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }));
    return DBSnapshots.length === 1;
  }
  const SnapshotIds = [uri.split('/').at(-1) ?? ''];
  const ec2 = ec2In(deployment, uri.split(':')[3] ?? '');
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }));
  const locked = await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds }));
  return Snapshots.length === 1 && locked.Snapshots?.[0]?.LockState === 'governance';
}

/** All evidence on an incident's ledger, each held against what really lies there. */
export async function evidenceOf(deployment: Deployment, items: readonly Item[]): Promise<EvidenceSeen[]> {
  const ledger = starting(items, 'LEDGER#') as unknown as {
    detail: { raw?: Custody; result?: { evidence?: Custody[]; draft?: Custody | null } };
  }[];
  const raw = ledger.flatMap(({ detail }) => (detail.raw ? [{ ...detail.raw, kind: 'finding', version: null }] : []));
  const sealed = ledger.flatMap(({ detail: { result } }) => result?.evidence ?? (result?.draft ? [result.draft] : []));
  return Promise.all(
    [...raw, ...sealed].map(async (custody) => ({
      kind: custody.kind,
      uri: custody.uri,
      sha256: custody.sha256,
      matches: custody.uri.startsWith('s3:')
        ? await objectMatches(deployment, custody)
        : await snapshotStands(deployment, custody.uri),
    })),
  );
}

/** Recomputes the hash chain of a ledger, without any code of the app but the rule. */
export function ledgerOf(items: readonly Item[]): { entries: number; intact: boolean } {
  const entries = starting(items, 'LEDGER#').map(
    ({ pk: _, sk: __, ...entry }) => entry as unknown as LedgerEntry & { hash: string },
  );
  const hashOf = (entry: LedgerEntry): string =>
    createHash('sha256')
      .update(canonicalize(entry) ?? '')
      .digest('hex');
  return { entries: entries.length, intact: entries.length > 0 && firstBreak(entries, hashOf) === null };
}

/** The history of the newest execution of a machine whose name contains `text`, once there is one. */
export async function historyOf(deployment: Deployment, machine: string, execution: string): Promise<HistoryEvent[]> {
  const sfn = deployment.client(SFNClient, 'hub');
  const stateMachineArn = deployment.outputs[machine];
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const found = executions.find(({ name }) => name === execution);
  if (!found) return [];
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn: found.executionArn, maxResults: 1000 }),
  );
  return events;
}

/** Transitions as Step Functions bills them: each state entered, and each retry. */
export const transitionsIn = (history: readonly HistoryEvent[]): number =>
  history.filter(({ type = '' }) => type.endsWith('StateEntered')).length;

/** Calls recorded by the gateway, oldest first. */
export const callsSince = (deployment: Deployment, since: number): Promise<RecordedCall[]> =>
  deployment.sandbox.get<RecordedCall[]>(`/_sandbox/calls?since=${since}`);

/** One AWS call as our functions record it, timed where it was made. */
interface MadeCall {
  readonly call: string;
  readonly at: string;
  readonly ms: number;
  readonly requestId: string | null;
}

/**
 * How many calls were awaited one after another: the longest chain in which each began after the one before had ended. Calls that
 * overlap wait for the same moment and count once.
 */
export function awaitedInARow(calls: readonly Pick<MadeCall, 'at' | 'ms'>[]): number {
  const spans = calls
    .map(({ at, ms }) => ({ from: Date.parse(at), to: Date.parse(at) + ms }))
    .toSorted((a, b) => a.to - b.to);
  let free = Number.NEGATIVE_INFINITY;
  return spans.filter(({ from, to }) => {
    if (from < free) return false;
    free = to;
    return true;
  }).length;
}

/** The calls that one function made since `since` (epoch milliseconds), by invocation, as far as its log has come by now. */
async function loggedCalls(deployment: Deployment, step: string, since: number): Promise<MadeCall[][]> {
  const logs = deployment.client(CloudWatchLogsClient, 'hub');
  const query = { logGroupName: '/tourniquet/functions', filterPattern: '"AWS calls"', startTime: since };
  const lines: string[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, query))
    lines.push(...events.flatMap(({ message = '' }) => (message.includes('"AWS calls"') ? [message] : [])));
  const entries = lines.map((line) => JSON.parse(line) as { service: string; calls: MadeCall[] });
  // A log may come after the next story has begun: what counts is when the calls were made.
  const isIts = ({ service, calls: [first] }: (typeof entries)[number]) =>
    service === step && first && Date.parse(first.at) >= since;
  return entries.filter(isIts).map(({ calls }) => calls);
}

/** Invocations, oldest first. */
const inOrder = (invocations: readonly MadeCall[][]): MadeCall[][] =>
  invocations.toSorted(([one], [other]) => ((one?.at ?? '') < (other?.at ?? '') ? -1 : 1));

/** The same, once the log is there of an invocation that is looked for. */
async function loggedWith(
  deployment: Deployment,
  step: string,
  since: number,
  isIt: (calls: readonly MadeCall[]) => boolean,
): Promise<MadeCall[][]> {
  for (let look = 0; look < 20; look++) {
    const invocations = await loggedCalls(deployment, step, since);
    if (invocations.some(isIt)) return inOrder(invocations);
    await sleep(500);
  }
  throw new Error(`What ${step} called was not found in its log.`);
}

/** Of which step the containing call is awaited, and how it is known among all that were recorded. */
export interface Containing {
  readonly step: string;
  /** The step that begins the run in which it is; undefined where that is the finding's own. */
  readonly begunBy: string | undefined;
  isIt(call: RecordedCall): boolean;
}

const endOf = ({ at, ms }: MadeCall): number => Date.parse(at) + ms;

/** Of a run that another one begins: what that step awaits, and what the newest opening before the containing call does. */
async function wayThrough(
  deployment: Deployment,
  since: number,
  begunBy: string,
  openings: MadeCall[][],
  contained: number,
) {
  // Of several invocations the first: those that follow are of the runs it has begun.
  const [beginning = []] = inOrder(await loggedCalls(deployment, begunBy, since));
  const opening = openings.findLast((calls) => calls.every((call) => endOf(call) <= contained)) ?? [];
  const begins = Math.min(...opening.map(({ at }) => Date.parse(at)));
  const before = beginning.filter((call) => endOf(call) <= begins);
  // What the step keeps and writes down once it has begun the run is not on the way.
  const begun = Math.max(...before.filter(({ call }) => call === 'SFN.StartExecution').map(endOf));
  if (before.length > 0 && begun < 0) throw new Error(`${begunBy} began no run before the one that contained.`);
  return [...before.filter((call) => endOf(call) <= begun), ...opening];
}

/**
 * The calls on the way from the finding to containment: all of open-incident, and those of the containing step before its first call
 * that contains; where that is in a run that a step begins, those of that step and of the run's opening too. What people are asked with runs
 * beside it and is not on the way.
 */
export async function wayToContainment(
  deployment: Deployment,
  since: number,
  { step, begunBy, isIt }: Containing,
): Promise<MadeCall[]> {
  const recorded = await callsSince(deployment, since);
  const containing = recorded.find((call) => call.allowed && isIt(call));
  if (!containing) throw new Error(`No call of ${step} contained anything.`);
  const contains = ({ requestId }: MadeCall): boolean => requestId === containing.requestId;
  const invocations = await loggedWith(deployment, step, since, (calls) => calls.some(contains));
  const made = invocations.find((calls) => calls.some(contains)) ?? [];
  const begins = Date.parse(made.find(contains)?.at ?? '');
  // On a busy machine the emulator hands the last lines of a function over with its next call only: where none comes the opening is not counted.
  const openings = await loggedWith(deployment, 'open-incident', since, () => true).catch(() => []);
  const [opening = []] = openings;
  const begun = begunBy ? await wayThrough(deployment, since, begunBy, openings, begins) : [];
  return [...opening, ...begun, ...made.filter((call) => endOf(call) <= begins)];
}
