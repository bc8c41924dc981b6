import * as z from 'zod';

/** What an incident turned out to be, by the word of whoever closes it. */
export const ClosedAs = z.enum(['false-alarm', 'handled', 'duplicate']);
export type ClosedAs = z.infer<typeof ClosedAs>;

/** In words, after "closed". */
export const closedAs: Readonly<Record<ClosedAs, string>> = {
  'false-alarm': 'as a false alarm',
  handled: 'as handled',
  duplicate: 'as a duplicate',
};

/**
 * Who asked for an end of an incident, and why; `as` is null where it is only to be released. With `archive`, which goes with a false alarm
 * alone, GuardDuty's findings of the incident are archived once it is closed.
 */
export const Closing = z.object({
  as: ClosedAs.nullable(),
  by: z.string(),
  reason: z.string(),
  archive: z.boolean().default(false),
});
export type Closing = z.infer<typeof Closing>;
