import type { PrintedEvent } from '../event.ts';
import { secondsAndNanos } from '../moment.ts';
import type { Writer } from './writer.ts';

/** Microseconds since 1970: Timesketch's `timestamp`. What is finer stays in `datetime`. */
function microseconds(time: string): number {
  const { seconds, nanos } = secondsAndNanos(time);
  return seconds * 1_000_000 + Math.floor(nanos / 1000);
}

function message({ actor, action, resources, address, outcome }: PrintedEvent): string {
  const who = actor ? actor.id : 'someone';
  const what = resources.length > 0 ? ` on ${resources.join(', ')}` : '';
  return `${who}: ${action}${what}${address ? ` from ${address}` : ''} (${outcome})`;
}

/** Flat, with names that do not begin with an underscore (those are dropped), ids as text, the record as one string. */
function flat(event: PrintedEvent): object {
  const { time, kind, actor, action, resources, address, outcome, labels, normal, source, also = [], raw } = event;
  return {
    message: message(event),
    datetime: time,
    timestamp: microseconds(time),
    timestamp_desc: 'Event Logged',
    tag: [...labels.map(({ technique }) => technique), ...(normal ? ['known-normal'] : [])],
    data_type: `tourniquet:${kind}`,
    kind,
    actor_kind: actor?.kind ?? '',
    actor_id: actor?.id ?? '',
    account: actor?.account ?? '',
    action,
    resources: resources.join(' '),
    address: address ?? '',
    outcome,
    tactics: labels.flatMap(({ tactics }) => tactics).join(' '),
    normal: normal ?? '',
    source_file: source.file,
    source_line: source.line,
    also: also.map(({ file, line }) => `${file}:${line}`).join(' '),
    raw,
  };
}

/** JSON Lines as Timesketch's importer takes them. */
export const timesketch: Writer = { event: (event) => `${JSON.stringify(flat(event))}\n` };
