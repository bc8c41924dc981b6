import type { Label, TimelineEvent } from '../event.ts';
import { type Counted, settling } from './burst.ts';
import { rules } from './every-rule.ts';
import { labelling } from './label.ts';
import { normalOf } from './normal.ts';
import type { Ours } from './ours.ts';

/** What the rules say of an event: what ATT&CK calls it, or why it is set apart. */
export interface Judgement<L = Label> {
  readonly labels: readonly L[];
  readonly normal: string | null;
}

/** The rules for events in whatever order they are read. What is normal has no labels, and counts for no rule that counts. */
export function reading(ours?: Ours): (event: TimelineEvent) => Judgement<Label | Counted> {
  const labelsOf = labelling();
  return (event) => {
    const normal = normalOf(event, ours);
    return normal ? { labels: [], normal: normal.id } : { labels: labelsOf(event), normal: null };
  };
}

/** The same for events in the order of their time, each once: with rules that count. */
export function judging(ours?: Ours): (event: TimelineEvent) => Judgement {
  const read = reading(ours);
  const settle = settling(rules);
  return (event) => {
    const { labels, normal } = read(event);
    return { labels: settle(Date.parse(event.time), labels), normal };
  };
}
