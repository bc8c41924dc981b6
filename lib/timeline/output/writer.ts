import type { PrintedEvent } from '../event.ts';
import type { Entry } from '../sort/cursor.ts';

/** Takes events one by one in their order, and gives out bytes. */
export interface Writer {
  /** What comes before the first event. */
  begin?(): string;
  /** An event as a text with its line feed. */
  event(event: PrintedEvent): string;
  /** What comes behind the last one. */
  end?(): string;
}

/** An event as it was printed into an entry. */
export function eventIn({ bytes, from, to }: Entry): PrintedEvent {
  return JSON.parse(bytes.toString('utf8', from, to)) as PrintedEvent;
}
