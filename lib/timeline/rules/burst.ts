import type { Label, TimelineEvent } from '../event.ts';
import type { Burst, Rule } from './rule.ts';

/** So many principals, addresses or resources are counted at once; the one that was quiet longest is forgotten first. */
const most = 10_000;

/** A label that holds only where enough of its kind came together: who is counted, and what has to differ. */
export interface Counted extends Label {
  readonly counted: { readonly who: string; readonly what: string };
}

interface Seen {
  readonly at: number;
  readonly what: string;
}

function subject({ actor, address, resources }: TimelineEvent, by: Burst['by']): string | null {
  if (by === 'address') return address;
  return by === 'actor' ? (actor?.id ?? address) : resources.join();
}

/** The label of a rule that counts, before anything was counted; null where nobody is there to count it for. */
export function toBeCounted(label: Label, burst: Burst, event: TimelineEvent): Counted | null {
  const who = subject(event, burst.by);
  return who === null ? null : { ...label, counted: { who, what: burst.different?.(event) ?? '' } };
}

/** Puts a sight into what was seen, without what is too old, too much, or the same again where only what differs counts. */
function remember(seen: Seen[], one: Seen, { of, within, different }: Burst): void {
  const same = different ? seen.findIndex(({ what }) => what === one.what) : -1;
  if (same >= 0) seen.splice(same, 1);
  seen.push(one);
  while (seen.length > of || one.at - (seen[0]?.at ?? one.at) > within * 1000) seen.shift();
}

/** Whether a sight is one of so many within so many seconds. Keeps of each subject at most as many sights as the rule asks for. */
function counting(burst: Burst): (at: number, counted: Counted['counted']) => boolean {
  const recent = new Map<string, Seen[]>();
  return (at, { who, what }) => {
    const seen = recent.get(who) ?? [];
    remember(seen, { at, what }, burst);
    // Set anew, so that the map's order is that of the last sight.
    recent.delete(who);
    recent.set(who, seen);
    if (recent.size > most) recent.delete(recent.keys().next().value ?? '');
    return seen.length >= burst.of;
  };
}

const isCounted = (label: Label | Counted): label is Counted => 'counted' in label;

/**
 * Counts, and leaves the labels that hold at a moment in milliseconds. Events have to come in the order of their time, each once; how much is remembered does not grow with
 * them.
 */
export function settling(rules: readonly Rule[]): (at: number, labels: readonly (Label | Counted)[]) => Label[] {
  const counters = new Map(rules.flatMap(({ id, burst }) => (burst ? [[id, counting(burst)] as const] : [])));
  const settled = (at: number, label: Label | Counted): Label[] => {
    if (!isCounted(label)) return [label];
    const { counted, ...plain } = label;
    return counters.get(label.rule)?.(at, counted) ? [plain] : [];
  };
  return (at, labels) => labels.flatMap((label) => settled(at, label));
}
