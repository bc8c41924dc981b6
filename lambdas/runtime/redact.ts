const secretKey = /token|secret|password|signature|authorization|credential/i;
/** Slack tokens, AWS access key ids, and long opaque strings such as task tokens and session tokens. */
const secretValue = /xox[a-z]-[\w-]+|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|[A-Za-z0-9+/=_-]{200,}/g;

/** A JSON.stringify replacer that keeps tokens, secrets and keys out of every log line and ledger entry. */
export function redact(key: string, value: unknown): unknown {
  if (key && secretKey.test(key) && typeof value === 'string') return '[redacted]';
  return typeof value === 'string' ? value.replace(secretValue, '[redacted]') : value;
}

/** A redacted copy of plain JSON. */
export const redacted = <T>(value: T): T => JSON.parse(JSON.stringify(value, redact) ?? 'null') as T;
