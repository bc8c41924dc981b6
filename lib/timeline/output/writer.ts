import type { PrintedEvent } from '../event.ts';
import type { Entry } from '../sort/cursor.ts';

/** Takes events one by one in their order, and gives out what is to be written. */
export interface Writer {
  /** What comes before the first event. */
  begin?(): string;
  event(event: PrintedEvent): string | Buffer;
  /** What comes behind the last one. */
  end?(): string | Buffer;
  /** What whoever reads it should know besides, once all is written. */
  notes?(): readonly string[];
  /** The file of an event, where somebody wants a folder of several. */
  fileOf?(event: PrintedEvent): string;
}

/** An event as it was printed into an entry. */
export function eventIn({ bytes, from, to }: Entry): PrintedEvent {
  return JSON.parse(bytes.toString('utf8', from, to)) as PrintedEvent;
}
