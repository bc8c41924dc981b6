import * as z from 'zod';
import { differences } from '../domain/before-state.ts';
import { LedgerEntry } from '../domain/ledger.ts';
import { Meaning } from '../domain/outcome.ts';
import { beforeStateItem } from '../items/before-state.ts';
import type { Item } from '../items/item.ts';
import { entryItem } from '../items/ledger.ts';
import { receiptItem } from '../items/receipt.ts';
import { parsed } from './items.ts';

const Words = z.array(z.string()).catch([]);
const Failures = z.array(z.object({ what: z.string(), error: z.string() })).catch([]);
const Receipt = z.object({
  step: z.string(),
  operation: z.enum(['apply', 'confirm', 'verify', 'release']),
  of: z.string(),
  at: z.string(),
  means: Meaning,
  result: z.object({
    outcome: z.string(),
    because: z.string().optional().catch(undefined),
    failed: Failures,
    would: Words,
    diff: Words,
    isolation: z.record(z.string(), z.string()).catch({}),
  }),
});
const Failed = LedgerEntry.pick({ at: true, act: true }).extend({
  kind: z.literal('failure'),
  detail: z.object({ because: z.string() }),
});
const Tags = z.object({ Name: z.string() });

/** A target, as people call it. */
interface Named {
  readonly kind: string;
  readonly id: string;
  readonly name: string | null;
}

/** One operation of a lever as it ended last: `applied`, `verified`, `released`, or what went wrong. */
export interface Done {
  readonly at: string;
  readonly outcome: string;
  readonly means: Meaning;
  readonly details: readonly string[];
  /** How well an interface is cut off, by its id. */
  readonly isolation: Readonly<Record<string, string>>;
}

/** One leaf that a lever changes; a value is undefined where there was none. */
export interface Leaf {
  readonly path: string;
  readonly before: unknown;
  readonly during: unknown;
}

/** A lever on one target, from what stood before to what it came to; `takenAt` is null where nothing was to be changed. */
export interface LeverRecord {
  readonly step: string;
  readonly title: string;
  readonly phase: string | null;
  readonly effect: string;
  readonly undo: string;
  readonly target: string;
  readonly named: Named | null;
  readonly takenAt: string | null;
  readonly releasedAt: string | null;
  readonly changes: readonly Leaf[];
  readonly applied: Done | null;
  readonly confirmed: Done | null;
  readonly verified: Done | null;
  readonly released: Done | null;
}

type Operation = z.infer<typeof Receipt>['operation'];
/** An operation that ended, of whichever lever. A failure of an earlier version does not say of which target. */
type Outcome = Done & { readonly step: string; readonly operation: string; readonly of: string };

function outcomesIn(items: readonly Item[]): Outcome[] {
  const done = parsed(items, receiptItem, Receipt).map(({ result, ...rest }): Outcome => {
    const { outcome, because, failed, would, diff, isolation } = result;
    const trouble = failed.map(({ what, error }) => `${what}: ${error}`);
    const details = [...(because ? [because] : []), ...trouble, ...would, ...diff];
    return { ...rest, outcome, details, isolation };
  });
  const failed = parsed(items, entryItem, Failed).flatMap(({ at, act, detail }): Outcome[] => {
    return act ? [{ ...act, at, outcome: 'failed', means: 'attention', details: [detail.because], isolation: {} }] : [];
  });
  return [...done, ...failed].toSorted((a, b) => a.at.localeCompare(b.at));
}

function lastOf(ended: readonly Outcome[], step: string, target: string) {
  return (operation: Operation): Done | null => {
    const found = ended.findLast(
      (one) => one.step === step && one.operation === operation && (one.of === target || one.of === ''),
    );
    if (!found) return null;
    const { at, outcome, means, details, isolation } = found;
    return { at, outcome, means, details, isolation };
  };
}

function outcomesOf(ended: readonly Outcome[], step: string, target: string) {
  const last = lastOf(ended, step, target);
  return {
    applied: last('apply'),
    confirmed: last('confirm'),
    verified: last('verify'),
    released: last('release'),
  };
}

const leaves = (before: unknown, ours: unknown): Leaf[] =>
  differences(before, ours).map(({ path, expected, found }) => ({ path, before: expected, during: found }));

/** `swap-instance-profile` → `Swap instance profile`: a lever that changed nothing has left no title. */
const sentence = (step: string): string => `${step.charAt(0).toUpperCase()}${step.slice(1)}`.replaceAll('-', ' ');

/** Every lever of an incident, each on each of its targets, in the order in which they were begun. */
export function leversOf(items: readonly Item[]): LeverRecord[] {
  const ended = outcomesIn(items);
  const held = beforeStateItem.sorted(items).values.map(({ of, target: { kind, id, tags }, ...lever }): LeverRecord => {
    const { step, title, phase, effect, undo, takenAt, releasedAt, before, ours } = lever;
    const named = { kind, id, name: Tags.safeParse(tags).data?.Name ?? null };
    const told = { step, title, phase, effect, undo, takenAt, releasedAt, target: of, named };
    return { ...told, changes: leaves(before, ours), ...outcomesOf(ended, step, of) };
  });
  const isHeld = ({ step, of }: Outcome): boolean =>
    held.some((one) => one.step === step && (of === '' || one.target === of));
  const tried = ended.filter((one) => one.operation === 'apply' && !isHeld(one));
  const others = [...Map.groupBy(tried, ({ step, of }) => `${step} ${of}`).values()].flatMap(
    ([first]): LeverRecord[] => {
      if (!first) return [];
      const { step, of: target } = first;
      const unchanged = { phase: null, effect: '', undo: '', named: null, takenAt: null, releasedAt: null };
      return [{ ...unchanged, step, title: sentence(step), target, changes: [], ...outcomesOf(ended, step, target) }];
    },
  );
  const begun = ({ takenAt, applied }: LeverRecord): string => takenAt ?? applied?.at ?? '';
  return [...held, ...others].toSorted((a, b) => begun(a).localeCompare(begun(b)));
}
