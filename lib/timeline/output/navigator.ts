import type { PrintedEvent } from '../event.ts';
import type { Writer } from './writer.ts';

interface Seen {
  count: number;
  readonly first: string;
  last: string;
  readonly rules: Set<string>;
}

function layer(seen: ReadonlyMap<string, Seen>, attackVersion: string): object {
  const scores = [...seen.values()].map(({ count }) => count);
  const techniques = [...seen].map(([techniqueID, { count, first, last, rules }]) => ({
    techniqueID,
    score: count,
    comment: `${count} events from ${first} to ${last}, by ${[...rules].join(', ')}`,
    enabled: true,
    showSubtechniques: techniqueID.includes('.'),
  }));
  return {
    name: 'Tourniquet timeline',
    versions: { attack: attackVersion, navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'How many events were labelled with each technique.',
    techniques,
    gradient: { colors: ['#ffffff', '#ff6666'], minValue: 0, maxValue: Math.max(1, ...scores) },
  };
}

/** A layer of ATT&CK Navigator (format 4.5): which techniques were seen, how often, when, and by which rules. */
export function navigator(): Writer {
  const seen = new Map<string, Seen>();
  let version = '19';
  const note = ({ time, labels }: PrintedEvent): void => {
    for (const { technique, attackVersion, rule } of labels) {
      version = attackVersion;
      const known = seen.get(technique) ?? { count: 0, first: time, last: time, rules: new Set() };
      known.count++;
      known.last = time;
      known.rules.add(rule);
      seen.set(technique, known);
    }
  };
  return {
    event(event) {
      note(event);
      return '';
    },
    end: () => `${JSON.stringify(layer(seen, version), null, 2)}\n`,
  };
}
