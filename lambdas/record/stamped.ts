import { config } from '../runtime/environment.ts';
import { count, logger } from '../runtime/pipeline.ts';
import type { Stamping } from './time-stamp.ts';

/** The answer of an authority, or why there is none; neither where none is configured. */
type Stamped = Stamping | { readonly timeStamp: null; readonly answer: null };

/**
 * A stamp over the signature: that it existed then (RFC 3161, appendix A). What understands one is 400 KB of code, and loaded only where
 * an authority is configured. `of` says in the log what was signed; `last` is the time of the last thing below the signature.
 */
export async function stamped(
  of: Readonly<Record<string, unknown>>,
  signature: Uint8Array,
  last: string,
): Promise<Stamped> {
  const { timestampAuthority: authority } = config();
  if (!authority) return { timeStamp: null, answer: null };
  const { stampOver } = await import('./time-stamp.ts');
  const stamping = await stampOver(signature, authority.url, last);
  if (stamping.timeStamp) return stamping;
  count('RecordUnstamped');
  logger.warn('The record has no time-stamp', { ...of, because: stamping.unstamped });
  return stamping;
}
