import * as z from 'zod';

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

/** What verify saw when it read the world back. */
export const Verdict = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('verified'),
    seen: z.array(z.string()),
    isolation: z.record(z.string(), Isolation).optional(),
  }),
  z.strictObject({
    outcome: z.literal('not-verified'),
    because: z.string(),
    isolation: z.record(z.string(), Isolation).optional(),
  }),
  z.strictObject({ outcome: z.literal('not-applicable'), because: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** The outcome of changing several things: all, some with what failed, or none with every reason. */
export function changeOf(changed: string[], failed: { what: string; error: string }[]): Change {
  if (failed.length === 0) return changed.length > 0 ? { outcome: 'applied', changed } : { outcome: 'already-applied' };
  return { outcome: 'partly-applied', changed, failed };
}
