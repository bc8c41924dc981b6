import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Custody } from '../../../lib/domain/custody.ts';
import type { Kind } from '../../../lib/domain/logs.ts';
import { seal } from '../../runtime/vault.ts';
import { type Context, isLate, type Room } from './files.ts';
import { count, fileName, later, reading, type Span, shellWord } from './plan.ts';
import { attempted, type Taken } from './taken.ts';

/** Bytes of messages that are held before they are sealed. */
const partBytes = 8 * 1024 * 1024;
/** Parts of one series: what is more is left. */
const mostParts = 8;

/** A log group, or some of its streams, and what of it concerns the incident. */
export interface Group {
  readonly kind: Kind;
  /** What people call it. */
  readonly what: string;
  readonly group: string;
  /** What the names of the streams begin with; left out: all of them. */
  readonly streams?: string;
  /** A message has to have one of them; none: all that was written in the time. */
  readonly terms?: readonly string[];
  /**
   * How it is kept. `messages`: as they were written, one a line, below these first lines. `events`: as CloudWatch Logs answers them, one a line, where
   * only that knows when it was.
   */
  readonly as: 'events' | { readonly messagesBelow: readonly string[] };
}

/** Names as AWS makes them: one with a quote in it would end the pattern. */
const plainTerm = /^[\w+=,.@:/-]+$/;
/** Characters of a pattern (CloudWatch Logs API reference, FilterLogEvents). */
const longest = 1024;

/** Messages in which one of the terms stands (CloudWatch Logs user guide, "Filter pattern syntax"); null where none is wanted in particular. */
export function patternOf(terms: readonly string[]): string | null {
  const sound = terms.filter((term) => plainTerm.test(term));
  const [only, ...more] = sound;
  if (only === undefined) return null;
  if (more.length === 0) return `"${only}"`;
  let pattern = '';
  for (const term of sound) if (pattern.length + term.length + 4 <= longest) pattern += ` ?"${term}"`;
  return pattern.trim();
}

function askedOf({ group, streams, terms = [] }: Group, span: Span) {
  const { from, to } = reading(span);
  return {
    logGroupName: group,
    logStreamNamePrefix: streams,
    filterPattern: patternOf(terms) ?? undefined,
    startTime: from.getTime(),
    endTime: to.getTime(),
  };
}

/** Whether it has come since the earlier look, by the time at which CloudWatch Logs took it in. */
const isNew = ({ ingestionTime }: FilteredLogEvent, { earlier }: Span): boolean =>
  earlier === undefined || ingestionTime === undefined || ingestionTime > earlier.at.getTime();

const lineOf = ({ as, group }: Group, event: FilteredLogEvent): string =>
  as === 'events' ? JSON.stringify({ logGroup: group, ...event }) : (event.message ?? '').replace(/\n$/, '');

/** What is there, in parts. A page may be empty and still lead to another one (CloudWatch Logs API reference, FilterLogEvents). */
async function* parts({ session }: Context, group: Group, span: Span): AsyncGenerator<string> {
  const logs = session.client(CloudWatchLogsClient);
  const head = group.as === 'events' ? [] : group.as.messagesBelow;
  let [lines, bytes]: [string[], number] = [[...head], 0];
  for (let nextToken: string | undefined, more = true; more; ) {
    const command = new FilterLogEventsCommand({ ...askedOf(group, span), nextToken });
    const page: FilterLogEventsCommandOutput = await logs.send(command);
    for (const event of page.events ?? []) {
      if (!isNew(event, span)) continue;
      const line = lineOf(group, event);
      lines.push(line);
      bytes += line.length;
    }
    nextToken = page.nextToken;
    more = nextToken !== undefined;
    if (more && bytes < partBytes) continue;
    if (bytes > 0) yield `${lines.join('\n')}\n`;
    [lines, bytes] = [[...head], 0];
  }
}

/** The whole command by which a person has what was left. */
export function filterCommand(region: string, group: Group, span: Span): string {
  const { logGroupName, logStreamNamePrefix, filterPattern, startTime, endTime } = askedOf(group, span);
  const words = [
    `aws logs filter-log-events --region ${region} --log-group-name ${shellWord(logGroupName)}`,
    ...(logStreamNamePrefix ? [`--log-stream-name-prefix ${shellWord(logStreamNamePrefix)}`] : []),
    ...(filterPattern ? [`--filter-pattern ${shellWord(filterPattern)}`] : []),
    `--start-time ${startTime} --end-time ${endTime}`,
  ];
  return words.join(' ');
}

/** Seals what a group has of the time, as far as there is room. Observing, nothing is read. */
async function take(context: Context, group: Group, span: Span, room: Room): Promise<Taken> {
  const { run, target } = context;
  const { account, region, partition } = target;
  const sealed: Custody[] = [];
  const { kind, what, streams = '' } = group;
  const source = `arn:${partition}:logs:${region}:${account}:log-group:${group.group}${streams && `:${streams}`}`;
  const done = (left: string[] = []): Taken => ({
    sealed,
    words: `${what}: ${count(sealed.length, 'part')} of log group ${group.group}`,
    trouble: left,
    commands: left.length > 0 ? [filterCommand(region, group, span)] : [],
    came: 'read',
  });
  if (run.mode === 'observe') return done();
  const file = fileName([group.group.replaceAll('/', '-').replace(/^-/, ''), streams].filter(Boolean).join('-'));
  for await (const text of parts(context, group, span)) {
    const body = Buffer.from(text);
    if (room.files < 1 || room.bytes < body.length) return done([`${what}: no room for more than was sealed`]);
    room.files -= 1;
    room.bytes -= body.length;
    const name = `logs/${kind}/${file}${later(span)}-${sealed.length + 1}.log`;
    const artefact = { incident: run.incident, kind: `${kind}-logs`, name, source, account, region, body };
    sealed.push(await seal(context, artefact));
    if (sealed.length >= mostParts || isLate(room))
      return done([`${what}: what came after ${count(sealed.length, 'part')} was left`]);
  }
  return done();
}

/** Takes what a log group has; what forbids it is said with the command that a person needs. */
export async function takeGroup(context: Context, group: Group, span: Span, room: Room): Promise<Taken> {
  const taken = await attempted(`${group.what}, log group ${group.group},`, () => take(context, group, span, room));
  if (taken.came !== 'denied' && taken.came !== 'not read') return taken;
  return { ...taken, commands: [filterCommand(context.target.region, group, span)] };
}
