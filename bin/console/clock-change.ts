import * as z from 'zod';
import { when } from './paint.ts';

/** A report as a person names it; null where its regime has only one that is open. */
interface Named {
  readonly incident: string;
  readonly regime: string;
  readonly report: string | null;
}

/** What can be recorded about the clocks of an incident. */
export type ClockRequest =
  | { readonly action: 'fact'; readonly incident: string; readonly fact: string; readonly reason: string }
  | (Named & {
      readonly action: 'filed';
      readonly reference: string;
      readonly sha256: string | null;
      readonly file: string | null;
      readonly at: string | null;
    })
  | (Named & { readonly action: 'withdraw'; readonly reason: string });

/** What became of the clocks: the obligations that are no longer as they stood, and the due times that moved. */
export const ClocksChanged = z.object({
  incident: z.string(),
  by: z.string(),
  obligations: z.array(
    z.object({ regime: z.string(), report: z.string(), state: z.string(), dueAt: z.string().nullable() }),
  ),
  moved: z.array(
    z.object({ obligation: z.string(), from: z.string(), to: z.string(), by: z.string(), reason: z.string() }),
  ),
  /** Clocks that could not be set, and why. */
  notSet: z.array(z.string()),
});
export type ClocksChanged = z.infer<typeof ClocksChanged>;

/** The same of a filing, with what became of the locks. */
export const FilingRecorded = ClocksChanged.extend({
  locks: z.object({
    until: z.string(),
    extended: z.array(z.string()),
    longEnough: z.array(z.string()),
    failed: z.array(z.object({ what: z.string(), error: z.string() })),
  }),
});
export type FilingRecorded = z.infer<typeof FilingRecorded>;

/** A line for each obligation that changed, the due times that moved with both times. */
export function changeLines({ obligations, moved, notSet }: ClocksChanged): string[] {
  const lines = obligations.map(({ regime, report, state, dueAt }) => {
    const id = `${regime}/${report}`;
    const move = moved.find(({ obligation }) => obligation === id);
    const due = dueAt ? `, due ${when(dueAt)}${move ? ` instead of ${when(move.from)}` : ''}` : '';
    return `${id}: ${state}${due}`;
  });
  const missing = notSet.map((what) => `A reminder could not be set; the daily check sets it: ${what}`);
  return [...(lines.length > 0 ? lines : ['No clock changed.']), ...missing];
}

/** What was extended, what held long enough, and what could not be. */
export function lockLines({ locks: { until, extended, longEnough, failed } }: FilingRecorded): string[] {
  return [
    `Evidence is kept until ${when(until)}: ${extended.length} locks extended, ${longEnough.length} already locked that long.`,
    ...failed.map(({ what, error }) => `NOT extended: ${what}: ${error}`),
  ];
}
