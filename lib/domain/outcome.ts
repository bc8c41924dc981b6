import * as z from 'zod';

/** What an outcome means for people: it is as it should be, it is so in observe mode only, or somebody has to look. */
export const Meaning = z.enum(['good', 'observed', 'attention']);
export type Meaning = z.infer<typeof Meaning>;

/** What a contract says of each of its outcomes; a new outcome does not compile before it is in there. */
export type Meanings<Outcome extends string> = Readonly<Record<Outcome, Meaning>>;

/** What a lever's apply or release did. `partly-applied` lists what is and what is not: nothing half-known. */
export const Change = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('applied'), changed: z.array(z.string()) }),
  z.strictObject({ outcome: z.literal('already-applied') }),
  z.strictObject({
    outcome: z.literal('partly-applied'),
    changed: z.array(z.string()),
    failed: z.array(z.strictObject({ what: z.string(), error: z.string() })),
  }),
  z.strictObject({ outcome: z.literal('refused'), because: z.string() }),
  z.strictObject({ outcome: z.literal('would-apply'), would: z.array(z.string()) }),
  z.strictObject({ outcome: z.literal('not-applicable'), because: z.string() }),
]);
export type Change = z.infer<typeof Change>;

/** Network quarantine in honest words: tracked flows outlive a group swap (EC2 guide, "Connection tracking"). */
export const Isolation = z.enum(['isolated', 'isolated-new-connections-only', 'not-isolated']);
export type Isolation = z.infer<typeof Isolation>;

/** What is said of flows that a lever does not end: it holds, and keeps out what is new. */
export const outlasted = 'may live on';

/** What verify saw when it read the world back. `left-out`: the people who approved chose other levers, so that it is no part of what is contained. */
export const Verdict = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('verified'),
    seen: z.array(z.string()),
    isolation: z.record(z.string(), Isolation).optional(),
    /** Flows that were open before it: left out where it ended them. */
    flows: z.literal(outlasted).optional(),
  }),
  z.strictObject({
    outcome: z.literal('not-verified'),
    because: z.string(),
    isolation: z.record(z.string(), Isolation).optional(),
  }),
  z.strictObject({ outcome: z.literal('not-applicable'), because: z.string() }),
  z.strictObject({ outcome: z.literal('left-out'), because: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** What would come of a lever that nobody was asked for yet. */
export interface Foresight {
  readonly outcome: 'possible' | 'impossible' | 'not-applicable';
  readonly because?: string;
}

/** What a second look found, once AWS has had time to let a lever hold everywhere. */
export interface Confirmation {
  readonly outcome: 'confirmed' | 'reapplied' | 'not-applicable';
  readonly because?: string;
}

/** What came of releasing a lever; `diff` is what is not as before. */
export interface ReleaseReceipt {
  readonly outcome: 'released' | 'not-released' | 'refused' | 'not-applicable';
  readonly diff: string[];
  readonly because?: string;
}

/** What the outcomes of every lever mean. */
export const leverOutcomes: Meanings<(Foresight | Change | Verdict | Confirmation | ReleaseReceipt)['outcome']> = {
  possible: 'good',
  impossible: 'attention',
  applied: 'good',
  'already-applied': 'good',
  'partly-applied': 'attention',
  'would-apply': 'observed',
  refused: 'attention',
  'not-applicable': 'good',
  // A decision, and still a way that stays open.
  'left-out': 'attention',
  verified: 'good',
  'not-verified': 'attention',
  confirmed: 'good',
  // Somebody with rights enough has taken it off, and may again.
  reapplied: 'attention',
  released: 'good',
  'not-released': 'attention',
};

/** The outcome of changing several things: all, some with what failed, or none with every reason. */
export function changeOf(changed: string[], failed: { what: string; error: string }[]): Change {
  if (failed.length === 0) return changed.length > 0 ? { outcome: 'applied', changed } : { outcome: 'already-applied' };
  return { outcome: 'partly-applied', changed, failed };
}
