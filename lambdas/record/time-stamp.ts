import { randomBytes } from 'node:crypto';
import type { TimeStamp } from '../../lib/domain/sealed.ts';
import { Tampered } from '../../lib/record/export/fault.ts';
import { checkOrder, checkTimeStamp } from '../../lib/record/export/time-stamp.ts';
import { timeStampRequest } from '../../lib/record/export/time-stamp-request.ts';

/** Milliseconds for the whole of it. An authority takes a fraction of a second; the function has 30, and other things to do. */
export const patience = 5000;

/** Bytes of an answer. One with four certificates of 4096 bits has about 10,000. */
const most = 65_536;

/** A stamp with the answer it came in (DER), or the reason why there is none. */
export type Stamping =
  | { readonly timeStamp: TimeStamp; readonly answer: Uint8Array }
  | { readonly timeStamp: null; readonly answer: null; readonly unstamped: string };

const without = (unstamped: string): Stamping => ({ timeStamp: null, answer: null, unstamped });

/** A positive INTEGER of eight bytes in DER whatever the chance: its first bits are 01 (ITU-T X.690, section 8.3). */
function newNonce(): bigint {
  const [first = 0, ...rest] = randomBytes(8);
  return BigInt(`0x${Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString('hex')}`);
}

async function bytesOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > most) throw new Error(`its answer is larger than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The exchange over HTTP (RFC 3161, section 3.4). A redirect could lead from https to http, so none is followed. */
async function ask(url: string, query: Uint8Array): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: new Uint8Array(query),
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  });
  if (response.ok) return bytesOf(response);
  await response.body?.cancel();
  throw new Error(`it answered ${response.status}`);
}

/** What went wrong, in words; fetch keeps the reason in its error's cause. */
function reasonOf(error: unknown): string {
  if (error instanceof Tampered) return error.fault.what;
  if (!(error instanceof Error)) return 'The time-stamp authority returned no stamp.';
  if (error.name === 'TimeoutError') return `The time-stamp authority did not answer within ${patience / 1000} s.`;
  const { message } = error.cause instanceof Error ? error.cause : error;
  return `The time-stamp authority returned no stamp: ${message}.`;
}

/**
 * Asks an authority for a stamp over a signature, and checks it as whoever verifies the export will: `lastEntry` is the time (ISO 8601) of
 * the last entry below the signature. Never throws: a record without a stamp is worth more than none.
 */
export async function stampOver(signature: Uint8Array, url: string, lastEntry: string): Promise<Stamping> {
  try {
    const nonce = newNonce();
    const answer = await ask(url, timeStampRequest(signature, nonce));
    const held = await checkTimeStamp(answer, signature);
    if (held.nonce !== nonce) return without('The stamp does not answer this request: its nonce differs.');
    checkOrder(held, lastEntry);
    const { at, authority, serial } = held;
    return { timeStamp: { at, authority, serial }, answer };
  } catch (error) {
    return without(reasonOf(error));
  }
}
