import { Failure } from './verb.ts';

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: Thrown;
}

const signIn =
  'Sign in again (`aws sso login`, or new keys), then `aws sts get-caller-identity` shows whether it works.';

/** What AWS and Node say, and what to do about it. The first match counts. */
const advice: readonly [symptom: RegExp, says: (message: string) => string][] = [
  [
    /^(TokenProviderError|ExpiredToken|RequestExpired)/,
    (message) => `AWS: the session has expired. ${message} ${signIn}`,
  ],
  [
    /^CredentialsProviderError/,
    () => 'AWS: no credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and try again.',
  ],
  [/Region is missing/, () => 'AWS: no Region is set. Set AWS_REGION to the one Tourniquet is deployed in.'],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature)/,
    (message) => `AWS does not accept these credentials: ${message} ${signIn}`,
  ],
  [
    /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/,
    (message) => `AWS refused: ${message} Ask your IAM administrator to allow it.`,
  ],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|TimeoutError/,
    (message) =>
      `No answer${process.env.AWS_ENDPOINT_URL ? ` at ${process.env.AWS_ENDPOINT_URL} (AWS_ENDPOINT_URL)` : ''}: ${message}`,
  ],
];

const ended = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);

/** One or two sentences for whoever typed the command: what went wrong, and what to do. */
export function explain(error: unknown): string {
  if (error instanceof Failure) return error.message;
  const { name = 'Error', message = String(error), code = '', cause } = error as Thrown;
  const symptom = [name, code, message, cause?.code ?? ''].join(' ');
  const says = ended(message || cause?.message || code || name);
  const known = advice.find(([pattern]) => pattern.test(symptom));
  return known ? known[1](says) : `${name}: ${says}`;
}
