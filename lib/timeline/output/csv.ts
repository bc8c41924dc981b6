import type { PrintedEvent } from '../event.ts';
import type { Writer } from './writer.ts';

const columns = ['time', 'kind', 'actor', 'account', 'action', 'resources', 'address', 'outcome'] as const;
const further = ['labels', 'normal', 'file', 'line', 'also', 'raw'] as const;

/** A cell that begins like a formula is none in a spreadsheet once a quote stands before it (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;
const cell = (text: string): string => {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function row(event: PrintedEvent): string[] {
  const { time, kind, actor, action, resources, address, outcome, labels, normal, source, also = [], raw } = event;
  const about = [
    time,
    kind,
    actor?.id ?? '',
    actor?.account ?? '',
    action,
    resources.join(' '),
    address ?? '',
    outcome,
  ];
  const techniques = labels.map(({ technique }) => technique).join(' ');
  const places = also.map(({ file, line }) => `${file}:${line}`).join(' ');
  return [...about, techniques, normal ?? '', source.file, `${source.line}`, places, raw];
}

/** RFC 4180. Lossy: lists become words, and a spreadsheet reads account ids as numbers. */
export const csv: Writer = {
  begin: () => `${[...columns, ...further].join(',')}\r\n`,
  event: (event) => `${row(event).map(cell).join(',')}\r\n`,
};
