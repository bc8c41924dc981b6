import * as z from 'zod';

/**
 * How a function is asked what only its role can show: as `NAME:$LATEST`. A policy for that name does not let its holder call the function
 * by its own, so whoever may ask may do nothing else (Lambda developer guide, "Fine-tuning the Resources and Conditions sections of policies").
 */
export const checkQualifier = '$LATEST';

/** What it is asked. Without a target it only assumes its roles in the account; with one it also dry-runs what it would call. */
export const CheckCall = z.strictObject({
  operation: z.literal('check'),
  account: z.string().regex(/^\d{12}$/),
  region: z.string(),
  target: z.unknown().optional(),
});
export type CheckCall = z.infer<typeof CheckCall>;

/** What came back, in AWS's words where it was refused. Nothing was changed. */
export const CheckAnswer = z.object({
  roles: z.array(
    z.object({
      role: z.string(),
      refused: z.string().nullable(),
      /** How much of its room the session took, in per cent; null where AWS does not say. */
      packed: z.number().nullable(),
    }),
  ),
  /** Calls with DryRun. */
  calls: z.array(z.object({ role: z.string(), action: z.string(), refused: z.string().nullable() })),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;
