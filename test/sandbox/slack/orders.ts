// What the stand-in's own endpoints take. A misspelt key is an error that names the nearest one, never ignored.
import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { Refusal } from './http.ts';

/** What an attacker would send: another workspace, another app, a wrong secret, an old or future clock, a recording. */
const forgery = {
  team: z.string().optional(),
  app: z.string().optional(),
  secret: z.string().optional(),
  skewSeconds: z.number().optional(),
  replay: z.boolean().optional(),
};
const user = z.string().min(1);

export const clickOrder = z.strictObject({
  ts: z.string().min(1),
  action_id: z.string().min(1),
  user,
  reason: z.string().optional(),
  /** Several of the same at once; the answer is a list then. */
  times: z.int().min(2).max(20).optional(),
  ...forgery,
});
export const submitOrder = z.strictObject({
  view_id: z.string().min(1),
  user,
  /** Goes into the modal's first text input. */
  reason: z.string().optional(),
  /** By action_id, where a modal asks for more than a reason. */
  values: z.record(z.string(), z.string()).optional(),
  ...forgery,
});
export const closeOrder = z.strictObject({ view_id: z.string().min(1), user });
export const faultOrder = z.strictObject({
  /** A method of the Web API, or * for every one. */
  method: z.string().min(1),
  /** Slack's word for it, e.g. ratelimited. */
  error: z.string().min(1).optional(),
  status: z.number().int().min(400).max(599).optional(),
  /** Seconds, as the header Retry-After that goes with 429. */
  retryAfter: z.number().int().min(0).optional(),
  delayMs: z.number().int().min(0).optional(),
  /** So many calls are let through before. */
  after: z.number().int().min(0).optional(),
  /** For so many calls, else until cleared. */
  times: z.number().int().min(1).optional(),
});
/** Who is in the channels, and whether everybody is. */
export const membersOrder = z.strictObject({
  members: z.array(z.string()).optional(),
  privacy: z.enum(['private', 'public']).optional(),
});
/** What an app may post to a response_url. */
export const responseOrder = z.looseObject({
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

export type ClickOrder = z.infer<typeof clickOrder>;
export type SubmitOrder = z.infer<typeof submitOrder>;
export type FaultOrder = z.infer<typeof faultOrder>;
export type CloseOrder = z.infer<typeof closeOrder>;
export type Forgery = Pick<ClickOrder, 'team' | 'app' | 'secret' | 'skewSeconds' | 'replay'>;

function nearest(word: string, known: string[]): string {
  const ranked = known.map((key) => ({ key, away: distance(word.toLowerCase(), key.toLowerCase()) }));
  return ranked.sort((a, b) => a.away - b.away)[0]?.key ?? '';
}

function inWords(issue: z.core.$ZodIssue, known: string[]): string {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `unknown key "${key}", did you mean "${nearest(key, known)}"?`).join('; ');
  return `${issue.path.join('.') || 'body'}: ${issue.message}`;
}

export function parseOrder<S extends z.ZodObject>(schema: S, value: unknown): z.infer<S> {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const known = Object.keys(schema.shape);
  throw new Refusal(400, outcome.error.issues.map((issue) => inWords(issue, known)).join('; '));
}
