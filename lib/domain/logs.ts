import * as z from 'zod';

/** The seven kinds of logs, in the order in which events of one moment are listed. */
export const kinds = ['audit', 'network', 'compute', 'key', 'storage', 'database', 'kubernetes'] as const;
export type Kind = (typeof kinds)[number];

/** How what a record tells of ended. */
export const outcomes = ['success', 'failure', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

/** What there is of a kind of log for an incident. `gap`: it was written, but not all of the time that matters. */
export const LogState = z.enum(['available', 'gap', 'not enabled', 'denied']);
export type LogState = z.infer<typeof LogState>;

/** One row of the table that says of every kind what there is; it always has all seven. */
export const LogRow = z.object({
  kind: z.enum(kinds),
  state: LogState,
  /** Of a gap, the time that is missing; else the time that was taken. ISO 8601; null where there is none to name. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** What there is, where it lies and how far it goes back, in words. */
  words: z.string(),
  /** Artefacts of it in the vault. */
  sealed: z.number(),
  /** Commands that take what was not taken. */
  left: z.array(z.string()),
});
export type LogRow = z.infer<typeof LogRow>;

/** `2026-11-30T02:00:00.000Z to 2026-11-30T03:00:00.000Z`; empty where no time is named. */
export const periodOf = ({ from, to }: Pick<LogRow, 'from' | 'to'>): string =>
  from === null && to === null ? '' : `${from ?? 'the beginning'} to ${to ?? 'now'}`;

/** `network: not enabled: No flow log …`: a row as one sentence. */
export function rowSentence({ kind, state, words, ...period }: LogRow): string {
  const during = state === 'gap' ? ` ${periodOf(period)}` : '';
  return `${kind}: ${state}${during}: ${words}`;
}
