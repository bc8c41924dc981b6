import type { Actor, Fields, Format, Kind, Outcome, Position, TimelineEvent } from '../event.ts';
import type { Moment } from '../moment.ts';

/** What the reader of a format says of one record. */
export interface Reading {
  readonly format: Format;
  readonly kind: Kind;
  readonly at: Moment;
  readonly actor: Actor | null;
  readonly action: string;
  readonly resources: readonly string[];
  readonly address: string | null;
  readonly outcome: Outcome;
  readonly agent?: string | null;
  /** What makes two records the same; null where only the same bytes do. */
  readonly identity?: string;
  /** What is not sure of it: said once for its file. */
  readonly doubt?: string;
  /** The columns of a line; left out where the record is JSON. */
  columns?(): Fields;
}

const nothing: Fields = {};

function parsed(raw: string): Fields {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? (value as Fields) : nothing;
  } catch {
    return nothing;
  }
}

/** One record between reading and printing. What is not asked for is not decoded. */
export class Draft implements TimelineEvent {
  readonly reading: Reading;
  readonly source: Position;
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  #raw: string | null = null;
  #fields: Fields | null = null;

  constructor(reading: Reading, source: Position, bytes: Buffer, from: number, to: number) {
    this.reading = reading;
    this.source = source;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  get format() {
    return this.reading.format;
  }
  get time() {
    return this.reading.at.time;
  }
  get kind() {
    return this.reading.kind;
  }
  get actor() {
    return this.reading.actor;
  }
  get action() {
    return this.reading.action;
  }
  get resources() {
    return this.reading.resources;
  }
  get address() {
    return this.reading.address;
  }
  get outcome() {
    return this.reading.outcome;
  }
  get agent(): string | null {
    return this.reading.agent ?? null;
  }
  get raw(): string {
    this.#raw ??= this.bytes.toString('utf8', this.from, this.to);
    return this.#raw;
  }

  fields(): Fields {
    this.#fields ??= this.reading.columns?.() ?? parsed(this.raw);
    return this.#fields;
  }
}
