import { withThreads } from '../../../lib/timeline/correlate/threads.ts';
import type { PrintedEvent } from '../../../lib/timeline/event.ts';
import { eventIn, type Writer } from '../../../lib/timeline/output/writer.ts';
import { explained } from '../../../lib/timeline/rules/explain.ts';
import { reading } from '../../../lib/timeline/rules/judge.ts';
import type { Ours } from '../../../lib/timeline/rules/ours.ts';
import { eventsOf } from '../../../lib/timeline/thread.ts';
import { type Sum, Timeline } from '../../../lib/timeline/timeline.ts';
import { oneLine } from '../one-line.ts';
import type { Span } from './filters.ts';
import type { Logs } from './logs.ts';
import { type Output, outputTo } from './output.ts';
import { UnreadableLines } from './unreadable.ts';

export interface Asked {
  readonly logs: Pick<Logs, 'files' | 'nameOf'>;
  /** Null for the lines as they are sorted: JSON, which costs no more. */
  readonly writer: Writer | null;
  readonly span: Span;
  readonly identity: string | null;
  /** Null for standard output. */
  readonly folder: string | null;
  /** Says why each event has its labels, or is normal. */
  readonly explain: boolean;
  /** Says to which thread each event belongs. */
  readonly threads: boolean;
  /** Whose acts are this deployment's own. */
  readonly ours: Ours | undefined;
}

/** The file of a folder, where a format does not name others. */
const lines = 'events.ndjson';
/** The record stands last, behind what was found out about it. */
const asLines: Writer = { event: ({ raw, ...said }) => `${JSON.stringify({ ...said, raw })}\n` };

/** Characters of a note. */
const longest = 500;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** The lines as they are sorted. */
async function writeLines(timeline: Timeline, out: Output): Promise<number> {
  const feed = Buffer.from('\n');
  for (const { bytes, from, to } of timeline.lines()) {
    await out.write(bytes, from, to, lines);
    await out.write(feed, 0, 1, lines);
  }
  return timeline.sum.events;
}

/** The events that are asked for, with what is asked of each. */
export function* wanted(
  timeline: Timeline,
  { identity, explain, threads }: Pick<Asked, 'identity' | 'explain' | 'threads'>,
): Generator<PrintedEvent> {
  const all = timeline.lines().map(eventIn);
  const threaded = threads ? withThreads(all) : all;
  for (const event of identity === null ? threaded : eventsOf(identity, threaded))
    yield explain ? explained(event) : event;
}

async function write(timeline: Timeline, asked: Asked, out: Output): Promise<number> {
  const { writer, identity, explain, threads } = asked;
  if (writer === null && identity === null && !explain && !threads) return writeLines(timeline, out);
  const { event: printed, fileOf = () => lines, begin, end, notes }: Writer = writer ?? asLines;
  const print = async (text: string | Buffer, name: string): Promise<void> => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) await out.write(bytes, 0, bytes.length, name);
  };
  let events = 0;
  await print(begin?.() ?? '', lines);
  for (const event of wanted(timeline, asked)) {
    events++;
    const text = printed(event);
    // Most formats say nothing before the end: not even a turn of the loop for that.
    if (text.length > 0) await print(text, fileOf(event));
  }
  await print(end?.() ?? '', lines);
  for (const note of notes?.() ?? []) console.error(oneLine(`tourniquet: ${note}`, longest));
  return events;
}

type Read = Pick<Asked, 'logs' | 'span' | 'ours'>;

/** Reads and sorts, and lets somebody use what comes out; what cannot be read is named on standard error. */
export async function using<T>({ logs, span, ours }: Read, use: (timeline: Timeline) => Promise<T>): Promise<T> {
  const unreadable = new UnreadableLines();
  const rules = {
    judge: reading(ours),
    isWanted: ({ reading: { at } }: { readonly reading: { readonly at: { readonly seconds: number } } }) =>
      at.seconds >= span.from && at.seconds <= span.to,
  };
  const timeline = new Timeline(rules, {
    unreadable: (file, line, why) => unreadable.add(file, line, why),
    doubt: (file, line, why) => unreadable.add(file, line, why),
    spills: ({ path, free }) =>
      console.error(
        `tourniquet: More than fits into memory: sorting in ${path}, which needs 1.5 times (CloudTrail) to 5 times (flow logs) the size of the logs unpacked. Free there: ${gigabytes(free)}.`,
      ),
  });
  try {
    await timeline.read(logs.files, logs.nameOf);
    unreadable.flush();
    return await use(timeline);
  } finally {
    timeline.close();
  }
}

/** Reads, sorts and prints. */
export function run(asked: Asked): Promise<Sum> {
  const out = outputTo(asked.folder);
  return using(asked, async (timeline) => {
    const events = await write(timeline, asked, out);
    await out.end();
    return { ...timeline.sum, events };
  });
}
