import * as z from 'zod';
import type { Config } from '../../lib/domain/config.ts';
import { Finding } from '../../lib/domain/finding.ts';
import type { Run } from '../../lib/domain/incident.ts';
import { LedgerEntry } from '../../lib/domain/ledger.ts';
import { Obligation, obligationOf } from '../../lib/domain/obligation.ts';
import type { Known } from '../../lib/domain/report.ts';
import { type Target, targetArn } from '../../lib/domain/target.ts';

type Item = Readonly<Record<string, unknown>>;

const Received = z.object({ finding: Finding, receivedAt: z.string() });

/** The items of one kind. One of a shape we do not know, perhaps of a newer version, is left out rather than losing the report. */
function parsed<T>(items: readonly Item[], prefix: string, schema: z.ZodType<T>): T[] {
  return items
    .filter(({ sk }) => String(sk).startsWith(prefix))
    .flatMap((item) => {
      const one = schema.safeParse(item);
      return one.success ? [one.data] : [];
    });
}

/** Obligations on record, and the configured ones that are not: a clock runs even when writing it down failed. */
function obligationsIn(items: readonly Item[], { regimes }: Config, openedAt: string): Obligation[] {
  const standing = parsed(items, 'OBLIGATION#', Obligation);
  const missing = regimes.filter((name) => !standing.some(({ regime }) => regime === name));
  const all = [...standing, ...missing.map((name) => obligationOf(name, openedAt))];
  return all.toSorted((a, b) => a.dueAt.localeCompare(b.dueAt));
}

/** The record of an incident as the report needs it. The ledger may be growing meanwhile: what is read is its beginning. */
export function knownFrom(items: readonly Item[], run: Run, target: Target, config: Config, now: string): Known {
  return {
    incident: run.incident,
    now,
    openedAt: run.openedAt,
    resource: targetArn(target),
    account: target.account,
    region: target.region,
    entity: config.entity,
    obligations: obligationsIn(items, config, run.openedAt),
    findings: parsed(items, 'FINDING#', Received).toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt)),
    entries: parsed(items, 'LEDGER#', LedgerEntry).toSorted((a, b) => a.sequence - b.sequence),
  };
}

/** When the first report is due of those nobody has sent; null when none is open. */
export const earliestDue = (obligations: readonly Obligation[]): string | null =>
  obligations
    .filter(({ state }) => state === 'running')
    .map(({ dueAt }) => dueAt)
    .toSorted()[0] ?? null;
