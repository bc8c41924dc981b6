import type { Fields } from '../event.ts';
import { placeOf, table } from '../json/names.ts';
import { scan } from '../json/scan.ts';
import { stringAt, textAt } from '../json/value.ts';
import { isoMoment, millisecondsMoment } from '../moment.ts';
import { readCloudTrail } from '../readers/cloudtrail.ts';
import { readLogged } from '../readers/container.ts';
import { jsonReaders } from '../readers/every-reader.ts';
import type { Answer, Around } from '../readers/reader.ts';
import { Draft, type Reading } from './draft.ts';
import { exportedAt, Lines } from './lines.ts';
import type { Pieces } from './split.ts';

/** Where records go, and what cannot be read or is in doubt. */
export interface Sink {
  event(draft: Draft): void;
  unreadable(line: number, why: string): void;
  doubt(line: number, why: string): void;
}

/** Members that hold a record as an object, and those that hold it as text. */
const asObject = (['detail', 'record'] as const).map(placeOf);
const asText = (['CloudTrailEvent', '@message', 'message'] as const).map(placeOf);
const stamp = placeOf('timestamp');
const group = placeOf('logGroup');
const streams = (['logStreamName', 'logStream'] as const).map(placeOf);
const [atStamp, field, value] = [placeOf('@timestamp'), placeOf('field'), placeOf('value')];

/** Wrapped deeper than this it is nothing of ours. */
const deepest = 4;
const nowhere: Around = { at: null, group: null, stream: null };

/** A record: where it begins, and what is around it. */
interface Where {
  readonly line: number;
  readonly around: Around;
  readonly depth: number;
}

const brace = 123;

function objectIn(text: string): Fields {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** Reads the records of one file, whatever its formats. */
export class FileReader implements Pieces {
  #around: Around = nowhere;
  #doubts = false;
  readonly #file: string;
  readonly #sink: Sink;
  readonly #lines: Lines;

  /** `year` is taken for times that have none. */
  constructor(file: string, year: number, sink: Sink) {
    this.#file = file;
    this.#sink = sink;
    this.#lines = new Lines(year, this);
  }

  holder(bytes: Buffer): void {
    this.#around = this.#aroundOf(bytes, nowhere);
  }

  object(bytes: Buffer, from: number, to: number, line: number): void {
    this.#lines.close();
    this.#object(bytes, from, to, { line, around: this.#around, depth: 0 });
  }

  text(bytes: Buffer, from: number, to: number, line: number, fault: string | null): void {
    // A line is in no list of CloudWatch Logs: what was around the last one is over.
    this.#around = nowhere;
    const head = bytes.toString('latin1', from, Math.min(to, from + 25));
    const time = exportedAt(head);
    const at = time === null ? null : isoMoment(time);
    if (at && this.#exported(bytes, from + head.length, to, { line, around: { ...nowhere, at }, depth: 1 })) return;
    this.#lines.add(bytes, from, to, { line, around: nowhere, fault });
  }

  unreadable(line: number, why: string): void {
    this.#sink.unreadable(line, why);
  }

  /** Called where the file ends. */
  end(): void {
    this.#lines.close();
  }

  take(reading: Reading, bytes: Buffer, from: number, to: number, line: number): void {
    if (reading.doubt !== undefined && !this.#doubts) {
      this.#doubts = true;
      this.#sink.doubt(line, reading.doubt);
    }
    this.#sink.event(new Draft(reading, { file: this.#file, line }, bytes, from, to));
  }

  /** JSON behind the time that an export begins its lines with; other lines are known by their own readers. */
  #exported(bytes: Buffer, from: number, to: number, where: Where): boolean {
    if (bytes[from] !== brace) {
      const text = bytes.toString('utf8', from, to);
      return this.#lines.known(text) && this.#lines.message(text, where.line, where.around);
    }
    if (scan(bytes, from, to, table) !== to) return false;
    this.#lines.close();
    this.#object(bytes, from, to, where);
    return true;
  }

  #object(bytes: Buffer, from: number, to: number, where: Where): void {
    const answer = readCloudTrail(bytes) ?? this.#read(bytes, from, to, where.around);
    if (answer !== null) this.#answer(answer, bytes, from, to, where.line);
    else this.#wrapped(bytes, from, to, where);
  }

  #answer(answer: Reading | string, bytes: Buffer, from: number, to: number, line: number): void {
    if (typeof answer === 'string') this.#sink.unreadable(line, answer);
    else this.take(answer, bytes, from, to, line);
  }

  #read(bytes: Buffer, from: number, to: number, around: Around): Answer {
    const record = objectIn(bytes.toString('utf8', from, to));
    for (const read of jsonReaders) {
      const answer = read(record, around);
      if (answer !== null) return answer;
    }
    return null;
  }

  /** A record within another object: of EventBridge, of CloudWatch Logs, of the event history. */
  #wrapped(bytes: Buffer, from: number, to: number, where: Where): void {
    const around = this.#aroundOf(bytes, where.around);
    const inner = { ...where, around, depth: where.depth + 1 };
    if (this.#answered(bytes, where)) return;
    for (const place of where.depth < deepest ? asObject : []) {
      const [start, end] = [table.starts[place] ?? 0, table.ends[place] ?? 0];
      if (end === 0 || bytes[start] !== brace) continue;
      scan(bytes, start, end, table);
      this.#object(bytes, start, end, inner);
      return;
    }
    for (const place of where.depth < deepest ? asText : []) {
      const text = stringAt(bytes, table, place);
      if (text !== null && this.#message(text, inner)) return;
    }
    const logged = readLogged({}, where.around);
    this.#answer(logged ?? 'No format known here has such a record.', bytes, from, to, where.line);
  }

  /** A column of what CloudWatch Logs Insights answers: `{"field":"@message","value":…}`, behind the one with the time. */
  #answered(bytes: Buffer, where: Where): boolean {
    const [name, text] = [stringAt(bytes, table, field), stringAt(bytes, table, value)];
    if (name === null || text === null) return false;
    if (name === '@timestamp') this.#around = { ...nowhere, at: isoMoment(text) };
    if (name === '@logStream') this.#around = { ...this.#around, stream: text };
    if (name === '@message' && !this.#message(text, { ...where, around: this.#around, depth: where.depth + 1 }))
      this.#sink.unreadable(where.line, 'No format known here has such a record.');
    return true;
  }

  /** What a string holds: JSON, or a line as it was logged. */
  #message(text: string, where: Where): boolean {
    const bytes = Buffer.from(text.trimEnd());
    const isObject = bytes[0] === brace && scan(bytes, 0, bytes.length, table) === bytes.length;
    if (!isObject) return this.#lines.message(text.trimEnd(), where.line, where.around);
    this.#object(bytes, 0, bytes.length, where);
    return true;
  }

  #aroundOf(bytes: Buffer, around: Around): Around {
    const written = stringAt(bytes, table, atStamp) ?? stringAt(bytes, table, stamp);
    const number = textAt(bytes, table, stamp);
    const at = written === null ? millisecondsMoment(number === '' ? Number.NaN : Number(number)) : isoMoment(written);
    const stream = streams.map((place) => stringAt(bytes, table, place)).find((one) => one !== null);
    return {
      at: at ?? around.at,
      group: stringAt(bytes, table, group) ?? around.group,
      stream: stream ?? around.stream,
    };
  }
}
