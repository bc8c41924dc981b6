import type { Fields } from '../event.ts';
import type { Reading } from '../input/draft.ts';
import type { Moment } from '../moment.ts';

/** What is known of a record besides its own words: when and where CloudWatch Logs took it in. */
export interface Around {
  readonly at: Moment | null;
  readonly group: string | null;
  readonly stream: string | null;
}

/** What it is, why it cannot be read although it is ours, or null where it is of another format. */
export type Answer = Reading | string | null;

/** The reader of a format whose records are JSON objects. */
export type JsonReader = (record: Fields, around: Around) => Answer;

/**
 * The reader of a format of lines, one for each file: it may remember what it has read before. `heading` is a line that says how the next ones are
 * to be read and is no record itself.
 */
export interface LineReader {
  read(line: string, around: Around): Answer | 'heading';
  /** Whether a line goes on with the record before it; asked first, and only where no other reader knows the line. Then the whole is read again. */
  continues?(line: string): boolean;
}
