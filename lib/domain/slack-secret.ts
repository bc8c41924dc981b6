import * as z from 'zod';

/**
 * What may verify a signature. Slack promises no length; those it gives, and the one in its documentation ("Verifying requests from
 * Slack"), are 32 letters and digits. Anybody can sign with an empty one.
 */
export const SigningSecret = z.string().regex(/^[0-9A-Za-z]{32,}$/, 'should be at least 32 letters and digits');

/** What a person puts into the deployment's Slack secret. */
export const SlackSecret = z.object({
  /** Also one that is exchanged every twelve hours, `xoxe.xoxb-` (docs.slack.dev, "Token rotation"). */
  botToken: z.string().regex(/^(xoxe\.)?xoxb-[\w-]{10,}$/, 'should be a bot token, which begins with xoxb-'),
  signingSecret: SigningSecret,
  /** The secret before the last rotation, still accepted while Slack changes over. */
  previousSigningSecret: SigningSecret.optional(),
});
export type SlackSecret = z.infer<typeof SlackSecret>;
