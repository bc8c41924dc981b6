import { placeOf, table } from '../json/names.ts';
import { scan } from '../json/scan.ts';
import { stringAt, textAt } from '../json/value.ts';
import { isoMoment, type Moment, millisecondsMoment } from '../moment.ts';
import { readCloudTrail } from '../readers/cloudtrail.ts';
import { Draft, type Reading } from './draft.ts';
import type { Pieces } from './split.ts';

/** Where records and what cannot be read go. */
export interface Sink {
  event(draft: Draft): void;
  unreadable(line: number, why: string): void;
}

/** What is known of a record besides its own words: when and where CloudWatch Logs took it in. */
export interface Around {
  readonly at: Moment | null;
  readonly group: string | null;
  readonly stream: string | null;
}

/** Members that hold a record as an object, and those that hold it as text. */
const asObject = (['detail', 'record'] as const).map(placeOf);
const asText = (['CloudTrailEvent', '@message', 'message'] as const).map(placeOf);
const [stamp, atStamp] = (['timestamp', '@timestamp'] as const).map(placeOf) as [number, number];
const [stream, streamName, group] = (['logStream', 'logStreamName', 'logGroup'] as const).map(placeOf) as [
  number,
  number,
  number,
];

/** Wrapped deeper than this it is nothing of ours. */
const deepest = 4;
const nowhere: Around = { at: null, group: null, stream: null };

/** Reads the records of one file, whatever its formats. */
export class FileReader implements Pieces {
  #around: Around = nowhere;
  readonly #file: string;
  readonly #sink: Sink;

  constructor(file: string, sink: Sink) {
    this.#file = file;
    this.#sink = sink;
  }

  holder(bytes: Buffer): void {
    this.#around = { at: null, group: stringAt(bytes, table, group), stream: stringAt(bytes, table, stream) };
  }

  object(bytes: Buffer, from: number, to: number, line: number): void {
    this.#object(bytes, from, to, { line, around: this.#around, depth: 0 });
  }

  text(_bytes: Buffer, _from: number, _to: number, line: number, fault: string | null): void {
    this.#sink.unreadable(line, fault ?? 'No format known here has such a line.');
  }

  unreadable(line: number, why: string): void {
    this.#sink.unreadable(line, why);
  }

  #object(bytes: Buffer, from: number, to: number, where: Where): void {
    const reading = readCloudTrail(bytes);
    if (reading === null) this.#wrapped(bytes, from, to, where);
    else this.#take(reading, bytes, from, to, where.line);
  }

  #take(reading: Reading | string, bytes: Buffer, from: number, to: number, line: number): void {
    if (typeof reading === 'string') this.#sink.unreadable(line, reading);
    else this.#sink.event(new Draft(reading, { file: this.#file, line }, bytes, from, to));
  }

  /** A record within another object: of EventBridge, of CloudWatch Logs, of the event history. */
  #wrapped(bytes: Buffer, _from: number, _to: number, where: Where): void {
    const around = this.#aroundOf(bytes, where.around);
    for (const place of where.depth < deepest ? asObject : []) {
      const [from, to] = [table.starts[place] ?? 0, table.ends[place] ?? 0];
      if (to === 0 || bytes[from] !== 123) continue;
      scan(bytes, from, to, table);
      this.#object(bytes, from, to, { ...where, around, depth: where.depth + 1 });
      return;
    }
    for (const place of where.depth < deepest ? asText : []) {
      const text = stringAt(bytes, table, place);
      if (text === null) continue;
      this.#message(text, { ...where, around, depth: where.depth + 1 });
      return;
    }
    this.#sink.unreadable(where.line, 'No format known here has such a record.');
  }

  /** What a string holds: JSON, or a line as it was logged. */
  #message(text: string, where: Where): void {
    const bytes = Buffer.from(text);
    const isObject = bytes[0] === 123 && scan(bytes, 0, bytes.length, table) > 0;
    if (isObject) this.#object(bytes, 0, bytes.length, where);
    else this.text(bytes, 0, bytes.length, where.line, null);
  }

  #aroundOf(bytes: Buffer, around: Around): Around {
    const written = stringAt(bytes, table, atStamp) ?? stringAt(bytes, table, stamp);
    const milliseconds = textAt(bytes, table, stamp);
    const at =
      written === null
        ? millisecondsMoment(milliseconds === '' ? Number.NaN : Number(milliseconds))
        : isoMoment(written);
    return {
      at: at ?? around.at,
      group: stringAt(bytes, table, group) ?? around.group,
      stream: stringAt(bytes, table, streamName) ?? stringAt(bytes, table, stream) ?? around.stream,
    };
  }
}

interface Where {
  readonly line: number;
  readonly around: Around;
  readonly depth: number;
}
