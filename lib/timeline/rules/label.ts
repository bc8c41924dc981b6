import type { Label, TimelineEvent } from '../event.ts';
import { attackVersion, techniques } from './attack.ts';
import { type Counted, toBeCounted } from './burst.ts';
import { rules } from './every-rule.ts';
import { holds, type Rule } from './rule.ts';

const none: readonly (Label | Counted)[] = [];

/** Lambda puts the version of its API behind the name of the call: `UpdateFunctionCode20150331v2` (Lambda guide, "Logging with CloudTrail"). */
const versioned = /20\d{6}(?:v\d+)?$/;

const asLabel = ({ id, technique }: Rule): Label => ({
  technique,
  tactics: [...(techniques.get(technique)?.tactics ?? [])],
  attackVersion,
  rule: id,
});

/** The rules that may be about an event, by the name of its call or by its format. */
function byName(all: readonly Rule[]): (event: TimelineEvent) => readonly Rule[] {
  const named = new Map<string, Rule[]>();
  for (const rule of all) for (const name of rule.on) named.set(name, [...(named.get(name) ?? []), rule]);
  const always = named.get('*') ?? [];
  return ({ format, action }) => {
    if (format !== 'cloudtrail') return named.get(format) ?? [];
    const found = named.get(versioned.test(action) ? action.replace(versioned, '') : action);
    return found ? [...found, ...always] : always;
  };
}

/** Gives an event its labels, in whatever order events come. Those of rules that count are still to be settled. */
export function labelling(all: readonly Rule[] = rules): (event: TimelineEvent) => readonly (Label | Counted)[] {
  const about = byName(all);
  return (event) => {
    const found: (Label | Counted)[] = [];
    for (const rule of about(event)) {
      if (!holds(rule, event)) continue;
      const label = rule.burst ? toBeCounted(asLabel(rule), rule.burst, event) : asLabel(rule);
      if (label) found.push(label);
    }
    return found.length === 0 ? none : found;
  };
}
