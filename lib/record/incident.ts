import * as z from 'zod';
import { byDueTime } from '../domain/clock/obligation.ts';
import { meaningOf } from '../domain/earlier-entries.ts';
import { firstBreak, LedgerEntry } from '../domain/ledger.ts';
import { Meaning } from '../domain/outcome.ts';
import { standingsOf } from '../domain/standing.ts';
import { approvalItem } from '../items/approval.ts';
import { beforeStateItem } from '../items/before-state.ts';
import { factItem, obligationItem } from '../items/clocks.ts';
import { findingItem } from '../items/finding.ts';
import { incidentItem } from '../items/incident.ts';
import type { Item } from '../items/item.ts';
import { entryItem, headItem } from '../items/ledger.ts';
import { receiptItem } from '../items/receipt.ts';
import { custodyRecords } from './custody.ts';
import { gapsOf } from './gaps.ts';
import { groundsOf } from './grounds.ts';
import { hashOf } from './hash.ts';
import { parsed } from './items.ts';
import { leversOf } from './levers.ts';
import { logsOf } from './logs.ts';
import { asked } from './question.ts';
import { removalsOf } from './removals.ts';
import { saidIn } from './said.ts';
import { threatsIn } from './threats.ts';
import { unreadAmong } from './unread.ts';

/** `i-0abc… (444455556666, eu-central-1)`. */
export function resourceWords(arn: string): string {
  const [, , , region = '', account = '', ...path] = arn.split(':');
  return `${path.join(':').split('/').at(-1)} (${account}, ${region})`;
}

const Trouble = z.array(z.object({ what: z.string(), error: z.string() })).catch([]);
const Gaps = z.array(z.object({ kind: z.string(), because: z.string() })).catch([]);
const Receipt = z.object({
  run: z.string(),
  step: z.string(),
  operation: z.string(),
  of: z.string(),
  at: z.string(),
  means: Meaning,
  result: z.object({
    outcome: z.string(),
    because: z.string().optional().catch(undefined),
    failed: Trouble,
    gaps: Gaps,
    facts: z.array(z.string()).catch([]),
    unknown: z.array(z.string()).catch([]),
    isolation: z.record(z.string(), z.string()).optional().catch(undefined),
  }),
});
const Failed = LedgerEntry.pick({ at: true, act: true }).extend({
  kind: z.literal('failure'),
  detail: z.object({ run: z.string(), because: z.string() }),
});

/** As it lies there, whatever it tells of: whether the chain holds does not turn on who can read it. */
const Chained = LedgerEntry.pick({ sequence: true, previous: true, at: true }).loose().extend({ hash: z.string() });

/** Why the ledger cannot be whole, or null. The head tells when entries are missing at the end. */
function flaw(items: readonly Item[]): string | null {
  // Whatever else stands in an entry is hashed too: nothing may be added to it unseen.
  const chained = items.map(({ pk: _, sk: __, ...entry }) => Chained.safeParse(entry));
  const unreadable = chained.findIndex(({ success }) => !success);
  if (unreadable >= 0) return `entry ${unreadable + 1} is unreadable`;
  return firstBreak(
    chained.flatMap(({ data }) => data ?? []),
    hashOf,
  );
}

/** Recomputes the hash chain of an incident's ledger. */
export function ledgerOf(items: readonly Item[]) {
  const entries = items.filter(entryItem.isOf);
  const [head] = headItem.sorted(items).values;
  const missing =
    head?.sequence !== entries.length || head.hash !== entries.at(-1)?.hash
      ? `it has ${entries.length} entries, but its head says ${head?.sequence ?? 'nothing'}`
      : null;
  const because = flaw(entries) ?? missing;
  return { entries: entries.length, intact: because === null, because, head: head?.hash ?? null };
}

function stepsOf(items: readonly Item[]) {
  const done = parsed(items, receiptItem, Receipt).map(({ run, step, operation, of, at, means, result }) => {
    const { outcome, because, failed, gaps, facts, unknown, isolation } = result;
    const details = [
      ...(because ? [because] : []),
      ...failed.map(({ what, error }) => `${what}: ${error}`),
      ...gaps.map((gap) => `${gap.kind}: ${gap.because}`),
      ...facts,
      ...unknown.map((gap) => `not known: ${gap}`),
    ];
    const rest = { details, ...(isolation && { isolation }) };
    return { at, run, step, operation, of, outcome, means, ...rest };
  });
  const failed = parsed(items, entryItem, Failed).flatMap(({ at, act, detail }) => {
    if (!act) return [];
    const { step, operation, of } = act;
    const what = { step, operation, of, outcome: 'failed', means: 'attention', details: [detail.because] } as const;
    return [{ at, run: detail.run, ...what }];
  });
  return [...done, ...failed].toSorted((a, b) => a.at.localeCompare(b.at));
}

const Came = z.object({ result: z.object({ outcome: z.string() }), means: Meaning.optional() });

function cameTo({ kind, detail }: LedgerEntry): { outcome: string | null; means: Meaning | null } {
  if (kind === 'failure') return { outcome: 'failed', means: 'attention' };
  const came = Came.safeParse(detail).data;
  if (!came) return { outcome: null, means: null };
  const { outcome } = came.result;
  return { outcome, means: meaningOf(outcome, came.means) };
}

const timelineOf = (items: readonly Item[]) =>
  entryItem.sorted(items).values.map((entry) => {
    const { sequence, at, kind, actor, what, act = null } = entry;
    return { sequence, at, kind, actor, what, act, ...cameTo(entry) };
  });

const approvalsOf = (items: readonly Item[]) =>
  approvalItem
    .sorted(items)
    .values.map(({ posted, details, token: _, messages: __, ...approval }) => ({
      ...approval,
      asks: asked(posted, details),
    }))
    .toSorted((a, b) => a.askedAt.localeCompare(b.askedAt));

const heldOf = (items: readonly Item[]) =>
  beforeStateItem
    .sorted(items)
    .values.filter(({ releasedAt }) => releasedAt === null)
    .map(({ step, title, takenAt, releasedAt }) => ({ step, title, takenAt, releasedAt }))
    .toSorted((a, b) => a.takenAt.localeCompare(b.takenAt));

/**
 * Everything on record about an incident, from its items; null when there is none. Tokens and posted messages stay out. What is there and
 * cannot be read is in `unread`. Throws Broken where the incident itself cannot be read.
 */
export function incidentFrom(items: readonly Item[]) {
  const [meta] = incidentItem.all(items);
  if (!meta) return null;
  const { claims, ends: _, threats: __, entity: ___, sealed: ____, ...listed } = meta;
  const threats = threatsIn(meta, items);
  const [, partition = '', , region = '', account = ''] = listed.resource.split(':');
  return {
    ...listed,
    partition,
    account,
    region,
    claims,
    /** What is contained and what is not, a line a threat and question. */
    stands: standingsOf(threats),
    threats,
    findings: findingItem.sorted(items).values.map(({ finding, receivedAt }) => ({ ...finding, receivedAt })),
    approvals: approvalsOf(items),
    grounds: groundsOf(items),
    steps: stepsOf(items),
    levers: leversOf(items),
    removals: removalsOf(items),
    logs: logsOf(items),
    gaps: gapsOf(items),
    unread: unreadAmong(items),
    held: heldOf(items),
    facts: factItem.sorted(items).values.toSorted((a, b) => a.n - b.n),
    obligations: obligationItem
      .sorted(items)
      .values.map(({ obligation }) => obligation)
      .toSorted(byDueTime),
    /** What people say of it. */
    said: saidIn(entryItem.sorted(items).values),
    evidence: custodyRecords(entryItem.sorted(items).values),
    ledger: ledgerOf(items),
    timeline: timelineOf(items),
  };
}

export type Incident = NonNullable<ReturnType<typeof incidentFrom>>;
