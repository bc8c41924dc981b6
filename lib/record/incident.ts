import * as z from 'zod';
import { Approval } from '../domain/approval.ts';
import { IncidentFact } from '../domain/clock/incident-fact.ts';
import { byDueTime, Obligation } from '../domain/clock/obligation.ts';
import { actOf, meaningOf } from '../domain/earlier-entries.ts';
import { Finding } from '../domain/finding/finding.ts';
import { firstBreak, LedgerEntry } from '../domain/ledger.ts';
import { Meaning } from '../domain/outcome.ts';
import { custodyRecords } from './custody.ts';
import { gapsOf } from './gaps.ts';
import { groundsOf } from './grounds.ts';
import { hashOf } from './hash.ts';
import { type Item, parsed } from './items.ts';
import { leversOf } from './levers.ts';
import { asked } from './question.ts';
import { removalsOf } from './removals.ts';

export type { Item };

/** An incident as the list and its own record keep it. */
export const Listed = z.object({
  incident: z.string(),
  openedAt: z.string(),
  state: z.string(),
  severity: z.string(),
  type: z.string(),
  resource: z.string(),
  playbook: z.string(),
  run: z.string(),
});
export type Listed = z.infer<typeof Listed>;

/** `i-0abc… (444455556666, eu-central-1)`. */
export function resourceWords(arn: string): string {
  const [, , , region = '', account = '', ...path] = arn.split(':');
  return `${path.join(':').split('/').at(-1)} (${account}, ${region})`;
}

const Question = Approval.extend({ posted: z.unknown() }).transform(({ posted, ...approval }) => ({
  ...approval,
  asks: asked(posted),
}));
const Received = z.object({ finding: Finding, receivedAt: z.string() });
const BeforeStateItem = z.object({
  step: z.string(),
  title: z.string(),
  takenAt: z.string(),
  releasedAt: z.string().nullable(),
});
const Trouble = z.array(z.object({ what: z.string(), error: z.string() })).catch([]);
const Gaps = z.array(z.object({ kind: z.string(), because: z.string() })).catch([]);
const Receipt = z.object({
  sk: z.string(),
  step: z.string(),
  operation: z.string(),
  of: z.string().catch(''),
  at: z.string(),
  means: Meaning.optional(),
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
const Failed = LedgerEntry.pick({ at: true, what: true, act: true }).extend({
  kind: z.literal('failure'),
  detail: z.object({ run: z.string(), because: z.string() }),
});

// As it is, with whatever a later version may have added within.
const Chained = LedgerEntry.omit({ act: true }).loose().extend({ hash: z.string() });
const Head = z.object({ sequence: z.number(), hash: z.string() });

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
  const entries = items.filter(({ sk }) => String(sk).startsWith('LEDGER#'));
  const head = Head.safeParse(items.find(({ sk }) => sk === 'LEDGER-HEAD')).data;
  const missing =
    head?.sequence !== entries.length || head.hash !== entries.at(-1)?.hash
      ? `it has ${entries.length} entries, but its head says ${head?.sequence ?? 'nothing'}`
      : null;
  const because = flaw(entries) ?? missing;
  return { entries: entries.length, intact: because === null, because, head: head?.hash ?? null };
}

function stepsOf(items: readonly Item[]) {
  const done = parsed(items, 'RECEIPT#', Receipt).map(({ sk, step, operation, of, at, means, result }) => {
    const { outcome, because, failed, gaps, facts, unknown, isolation } = result;
    const details = [
      ...(because ? [because] : []),
      ...failed.map(({ what, error }) => `${what}: ${error}`),
      ...gaps.map((gap) => `${gap.kind}: ${gap.because}`),
      ...facts,
      ...unknown.map((gap) => `not known: ${gap}`),
    ];
    const rest = { details, ...(isolation && { isolation }) };
    const run = sk.split('#')[1] ?? '';
    return { at, run, step, operation, of, outcome, means: meaningOf(outcome, means), ...rest };
  });
  const failed = parsed(items, 'LEDGER#', Failed).flatMap(({ detail, ...entry }) => {
    const act = actOf(entry);
    if (!act) return [];
    const { step, operation, of } = act;
    const what = { step, operation, of, outcome: 'failed', means: 'attention', details: [detail.because] } as const;
    return [{ at: entry.at, run: detail.run, ...what }];
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
  parsed(items, 'LEDGER#', LedgerEntry).map((entry) => {
    const { sequence, at, kind, actor, what } = entry;
    return { sequence, at, kind, actor, what, act: actOf(entry), ...cameTo(entry) };
  });

/** Everything on record about an incident, from its items; null when there is none. Tokens and posted messages stay out. */
export function incidentFrom(items: readonly Item[]) {
  const [listed] = parsed(items, 'META', Listed);
  if (!listed) return null;
  const [, partition = '', , region = '', account = ''] = listed.resource.split(':');
  return {
    ...listed,
    partition,
    account,
    region,
    findings: parsed(items, 'FINDING#', Received).map(({ finding, receivedAt }) => ({ ...finding, receivedAt })),
    approvals: parsed(items, 'APPROVAL#', Question).toSorted((a, b) => a.askedAt.localeCompare(b.askedAt)),
    grounds: groundsOf(items),
    steps: stepsOf(items),
    levers: leversOf(items),
    removals: removalsOf(items),
    gaps: gapsOf(items),
    held: parsed(items, 'BEFORE#', BeforeStateItem)
      .filter(({ releasedAt }) => releasedAt === null)
      .toSorted((a, b) => a.takenAt.localeCompare(b.takenAt)),
    facts: parsed(items, 'FACT#', IncidentFact).toSorted((a, b) => a.n - b.n),
    obligations: parsed(items, 'OBLIGATION#', Obligation).toSorted(byDueTime),
    evidence: custodyRecords(parsed(items, 'LEDGER#', LedgerEntry)),
    ledger: ledgerOf(items),
    timeline: timelineOf(items),
  };
}

export type Incident = NonNullable<ReturnType<typeof incidentFrom>>;
