import type { PrintedEvent } from '../../../lib/timeline/event.ts';
import type { Writer } from '../../../lib/timeline/output/writer.ts';
import { coloured, dim, harmless } from '../paint.ts';

/** More resources than these are in the other formats. */
const mostResources = 3;

function line({ time, kind, actor, action, resources, address, outcome, labels, normal }: PrintedEvent): string {
  const shown = resources.slice(0, mostResources).join(' ');
  const more = resources.length > mostResources ? ` and ${resources.length - mostResources} more` : '';
  const marks = [...labels.map(({ technique }) => technique), ...(normal ? [`normal: ${normal}`] : [])];
  const parts = [
    kind.padEnd(10),
    outcome === 'failure' ? `${action} (failed)` : action,
    actor?.id ?? '-',
    address ?? '-',
  ];
  const about = [shown + more, marks.length > 0 ? `[${marks.join(', ')}]` : ''].filter(Boolean);
  return `${dim(time)}  ${harmless([...parts, ...about].join('  '))}`;
}

const reasons = ({ why = [] }: PrintedEvent): string => why.map((one) => `    ${harmless(one)}\n`).join('');

/** For people at a terminal: one line an event, and below it why, where somebody asked. */
export const words: Writer = {
  event: (event) => `${event.labels.length > 0 ? coloured(line(event)) : line(event)}\n${reasons(event)}`,
};
