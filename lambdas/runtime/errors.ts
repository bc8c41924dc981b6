import { Broken, Refused, Transient } from '../../lib/domain/errors.ts';

const throttles =
  /Throttl|RateExceeded|ConcurrentSnapshotLimitExceeded|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|TransactionConflict|TransactionInProgress|ConcurrentModification|ServiceUnavailable|InternalError|InternalServerError|InternalFailure|SlowDown|Timeout|ECONNRESET|ECONNREFUSED|EPIPE|socket hang up/i;
const gone = /NotFound|NoSuchEntity/;

interface AwsError extends Error {
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

/** True when the resource an AWS call named does not exist. */
export const isGone = (error: unknown): boolean => error instanceof Error && gone.test(error.name);

/** True when AWS refused the call for lack of permission. */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error && /AccessDenied|UnauthorizedOperation|NotAuthorized/.test(error.name);

/** A short, safe sentence for a result or a message: AWS's own message without the ids of the caller. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message
    .replace(/(Encoded authorization failure message:|Deserialization error: to see the raw response).*$/s, '')
    .trim();
  return `${error.name}: ${message}`.slice(0, 300);
}

/** Maps whatever was thrown to one of the three errors Step Functions matches on; the cause is kept. */
export function oneOfThree(error: unknown): Error {
  if (error instanceof Transient || error instanceof Refused || error instanceof Broken) return error;
  const { name = '', message = '', code = '', $metadata } = error as AwsError;
  if (throttles.test(`${name} ${code} ${message}`) || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return new Transient(sentence(error), { cause: error });
  }
  if (isGone(error)) return new Refused(sentence(error), { cause: error });
  return new Broken(sentence(error), { cause: error });
}
