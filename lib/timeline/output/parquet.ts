import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { PrintedEvent } from '../event.ts';
import { secondsAndNanos } from '../moment.ts';
import type { Writer } from './writer.ts';

/** Lists are words with a blank between them: every tool reads those. */
const words = (list: readonly string[]): string => list.join(' ');

const texts = {
  time: ({ time }) => time,
  kind: ({ kind }) => kind,
  actor_kind: ({ actor }) => actor?.kind ?? null,
  actor_id: ({ actor }) => actor?.id ?? null,
  account: ({ actor }) => actor?.account ?? null,
  action: ({ action }) => action,
  resources: ({ resources }) => words(resources),
  address: ({ address }) => address,
  outcome: ({ outcome }) => outcome,
  techniques: ({ labels }) => words(labels.map(({ technique }) => technique)),
  rules: ({ labels }) => words(labels.map(({ rule }) => rule)),
  normal: ({ normal }) => normal,
  file: ({ source }) => source.file,
  also: ({ also = [] }) => words(also.map(({ file, line }) => `${file}:${line}`)),
  raw: ({ raw }) => raw,
} satisfies Readonly<Record<string, (event: PrintedEvent) => string | null>>;

const columns = Object.entries(texts);
const schema: ConstructorParameters<typeof ParquetWriter>[0]['schema'] = [
  { name: 'events', num_children: columns.length + 2 },
  // Nanoseconds in UTC; `time` beside it has the precision of the record.
  {
    name: 'instant',
    type: 'INT64',
    repetition_type: 'REQUIRED',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
  },
  { name: 'line', type: 'INT64', repetition_type: 'REQUIRED' },
  ...columns.map(
    ([name]) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const,
  ),
];

/** A row group is held in memory until it is written. */
const mostRows = 20_000;
const mostBytes = 16 * 1024 * 1024;

function nanoseconds(time: string): bigint {
  const { seconds, nanos } = secondsAndNanos(time);
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

/** Parquet with one row an event, a row group at a time. */
export function parquet(): Writer {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema });
  let rows: PrintedEvent[] = [];
  let size = 0;
  const taken = (): Buffer => {
    const part = Buffer.from(bytes.getBytes());
    bytes.index = 0;
    return part;
  };
  const flush = (): Buffer => {
    const columnData = [
      { name: 'instant', data: rows.map(({ time }) => nanoseconds(time)) },
      { name: 'line', data: rows.map(({ source }) => BigInt(source.line)) },
      ...columns.map(([name, of]) => ({ name, data: rows.map(of) })),
    ];
    if (rows.length > 0) writer.write({ columnData, rowGroupSize: rows.length });
    rows = [];
    size = 0;
    return taken();
  };
  return {
    event(event) {
      rows.push(event);
      size += event.raw.length;
      return rows.length === mostRows || size > mostBytes ? flush() : '';
    },
    end() {
      const last = flush();
      writer.finish();
      return Buffer.concat([last, taken()]);
    },
  };
}
