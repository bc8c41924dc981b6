import { openingFacts } from '../domain/clock/incident-fact.ts';
import { clocksAt } from '../domain/clock/live-clock.ts';
import type { Config } from '../domain/config.ts';
import type { Known } from '../domain/report/known.ts';
import { factItem, obligationItem } from '../items/clocks.ts';
import { fieldItem } from '../items/field.ts';
import { findingItem } from '../items/finding.ts';
import { incidentItem } from '../items/incident.ts';
import type { Item } from '../items/item.ts';
import { entryItem } from '../items/ledger.ts';
import { hashOf } from './hash.ts';

/** Facts and obligations on record, and the configured ones that are not: a clock runs even when writing it down failed. */
function clocksIn(items: readonly Item[], { regimes }: Reporting, openedAt: string, now: string) {
  const recorded = factItem.sorted(items).values.toSorted((a, b) => a.n - b.n);
  const facts = recorded.length > 0 ? recorded : openingFacts(openedAt);
  const standing = obligationItem.sorted(items).values.map(({ obligation }) => obligation);
  const obligations = clocksAt({ facts, obligations: standing }, regimes, now);
  return { facts, obligations };
}

/** Who reports, and under which regimes. */
export type Reporting = Pick<Config, 'entity' | 'regimes'>;

/** Which incident, and what it is mainly about. */
export type About = Pick<Known, 'incident' | 'openedAt' | 'resource' | 'account' | 'region'>;

/** The kinds of items a report is made from, by how their sort keys begin. Before-states, approvals and their task tokens are none of them. */
export const reportKinds = [findingItem, entryItem, factItem, obligationItem, fieldItem].map(({ prefix }) => prefix);

/** What its own record says an incident is mainly about, and who reports it; null where there is no incident. Throws Broken where it cannot be read. */
export function recordedIn(items: readonly Item[]): { readonly about: About; readonly reporting: Reporting } | null {
  const [meta] = incidentItem.all(items);
  if (!meta) return null;
  const { incident, openedAt, resource, entity } = meta;
  const [, , , region, account] = resource.split(':');
  const [first] = findingItem.sorted(items).values;
  // A bucket's ARN names neither account nor Region; its finding does.
  const where = { account: account || (first?.finding.account ?? ''), region: region || (first?.finding.region ?? '') };
  return { about: { incident, openedAt, resource, ...where }, reporting: { entity, regimes: [] } };
}

/** The record of an incident as a report needs it. The ledger may be growing meanwhile: what is read is its beginning. */
export function knownFrom(items: readonly Item[], about: About, config: Reporting, now: string): Known {
  return {
    ...about,
    now,
    entity: config.entity,
    ...clocksIn(items, config, about.openedAt, now),
    findings: findingItem.sorted(items).values.toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt)),
    entries: entryItem.sorted(items).values.toSorted((a, b) => a.sequence - b.sequence),
    stated: fieldItem.sorted(items).values,
    hashOf,
  };
}
