import type { PrintedEvent } from '../../../lib/timeline/event.ts';
import { eventIn, type Writer } from '../../../lib/timeline/output/writer.ts';
import { eventsOf } from '../../../lib/timeline/thread.ts';
import { type Sum, Timeline } from '../../../lib/timeline/timeline.ts';
import { StandardOutput } from '../stdout.ts';
import type { Span } from './filters.ts';
import { UnreadableLines } from './unreadable.ts';

export interface Asked {
  readonly files: readonly string[];
  /** Null for the lines as they are sorted: JSON, which costs no more. */
  readonly writer: Writer | null;
  readonly span: Span;
  readonly identity: string | null;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

async function write(timeline: Timeline, writer: Writer | null, identity: string | null): Promise<number> {
  const out = new StandardOutput();
  const feed = Buffer.from('\n');
  let events = 0;
  if (writer === null && identity === null) {
    for (const { bytes, from, to } of timeline.lines()) {
      await out.write(bytes, from, to);
      await out.write(feed);
    }
    await out.flush();
    return timeline.sum.events;
  }
  const all = timeline.lines().map(eventIn);
  const print = (event: PrintedEvent): string => writer?.event(event) ?? `${JSON.stringify(event)}\n`;
  await out.write(Buffer.from(writer?.begin?.() ?? ''));
  for (const event of identity === null ? all : eventsOf(identity, all)) {
    events++;
    await out.write(Buffer.from(print(event)));
  }
  await out.write(Buffer.from(writer?.end?.() ?? ''));
  await out.flush();
  return events;
}

/** Reads, sorts and prints; what cannot be read is named on standard error. */
export async function run({ files, writer, span, identity }: Asked): Promise<Sum> {
  const unreadable = new UnreadableLines();
  const rules = {
    labelsOf: () => [],
    normalOf: () => null,
    isWanted: ({ reading: { at } }: { readonly reading: { readonly at: { readonly seconds: number } } }) =>
      at.seconds >= span.from && at.seconds <= span.to,
  };
  const timeline = new Timeline(rules, {
    unreadable: (file, line, why) => unreadable.add(file, line, why),
    doubt: (file, line, why) => unreadable.add(file, line, why),
    spills: ({ path, free }) =>
      console.error(
        `tourniquet: More than fits into memory: sorting in ${path}, which needs about 1.3 times the size of the logs unpacked. Free there: ${gigabytes(free)}.`,
      ),
  });
  try {
    await timeline.read(files);
    unreadable.flush();
    const events = await write(timeline, writer, identity);
    return { ...timeline.sum, events };
  } finally {
    timeline.close();
  }
}
