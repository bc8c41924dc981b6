import { Broken, Refused, Throttled, Transient } from '../../lib/domain/errors.ts';

const throttling =
  /Throttl|RateExceeded|ConcurrentSnapshotLimitExceeded|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown/i;
const passing =
  /TransactionConflict|TransactionInProgress|ConcurrentModification|EntityTemporarilyUnmodifiable|ServiceUnavailable|InternalError|InternalServerError|InternalFailure|Timeout|socket hang up/i;
/** The system's own codes, whole and in capitals: ResourceNotFound holds ENOTFOUND in other letters. */
const network =
  /\b(EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ETIMEDOUT|ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_\w+_TIMEOUT)\b/;
/** Of RDS, AuthorizationNotFound is about a right, not about a resource. S3 says what a bucket has none of in the same words: NoSuchBucketPolicy. */
const gone = /(?<!Authorization)NotFound|NoSuchEntity|NoSuch(?:Bucket|Key|Version)$/;

interface AwsError extends Error {
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

/** True when the resource an AWS call named does not exist. */
export const isGone = (error: unknown): boolean => error instanceof Error && gone.test(error.name);

/** True when AWS refused the call for lack of permission, of an account's subscription, or of its Region (EC2 and STS API references, "Common errors"; SNS says AuthorizationError). */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error &&
  /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError|AuthFailure|OptInRequired|RegionDisabled/.test(
    error.name,
  );

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
  const { name = '', message = '', code = '', cause, $metadata } = error as AwsError;
  // fetch fails without a code of its own: the network's is its cause.
  const words = `${name} ${code} ${(cause as AwsError | undefined)?.code} ${message}`;
  if (throttling.test(words)) return new Throttled(sentence(error), { cause: error });
  if (passing.test(words) || network.test(words) || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return new Transient(sentence(error), { cause: error });
  }
  if (isGone(error)) return new Refused(sentence(error), { cause: error });
  return new Broken(sentence(error), { cause: error });
}
