import * as z from 'zod';
import { IncidentFact, openingFacts } from '../domain/clock/incident-fact.ts';
import { clocksAt } from '../domain/clock/live-clock.ts';
import { Obligation } from '../domain/clock/obligation.ts';
import { Config } from '../domain/config.ts';
import { Finding } from '../domain/finding/finding.ts';
import { LedgerEntry } from '../domain/ledger.ts';
import { Stated } from '../domain/report/field.ts';
import type { Known } from '../domain/report/known.ts';
import { hashOf } from './hash.ts';
import { type Item, parsed } from './items.ts';

const Received = z.object({ finding: Finding, receivedAt: z.string() });

/** Facts and obligations on record, and the configured ones that are not: a clock runs even when writing it down failed. */
function clocksIn(items: readonly Item[], { regimes }: Reporting, openedAt: string, now: string) {
  const recorded = parsed(items, 'FACT#', IncidentFact).toSorted((a, b) => a.n - b.n);
  const facts = recorded.length > 0 ? recorded : openingFacts(openedAt);
  const obligations = clocksAt({ facts, obligations: parsed(items, 'OBLIGATION#', Obligation) }, regimes, now);
  return { facts, obligations };
}

/** Who reports, and under which regimes. */
export type Reporting = Pick<Config, 'entity' | 'regimes'>;

/** Which incident, and what it is mainly about. */
export type About = Pick<Known, 'incident' | 'openedAt' | 'resource' | 'account' | 'region'>;

/** The kinds of items a report is made from, by how their sort keys begin. Before-states, approvals and their task tokens are none of them. */
export const reportKinds = ['FINDING#', 'LEDGER#', 'FACT#', 'OBLIGATION#', 'FIELD#'] as const;

const Meta = z.object({
  incident: z.string(),
  openedAt: z.string(),
  resource: z.string(),
  /** As configured when the incident was opened. */
  entity: Config.shape.entity.catch(() => Config.shape.entity.parse({})),
});

/** What its own record says an incident is mainly about, and who reports it; null where there is no incident. */
export function recordedIn(items: readonly Item[]): { readonly about: About; readonly reporting: Reporting } | null {
  const [meta] = parsed(items, 'META', Meta);
  if (!meta) return null;
  const { incident, openedAt, resource, entity } = meta;
  const [, , , region, account] = resource.split(':');
  const [first] = parsed(items, 'FINDING#', Received);
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
    findings: parsed(items, 'FINDING#', Received).toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt)),
    entries: parsed(items, 'LEDGER#', LedgerEntry).toSorted((a, b) => a.sequence - b.sequence),
    stated: parsed(items, 'FIELD#', Stated),
    hashOf,
  };
}
