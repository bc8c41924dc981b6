import { createHmac, timingSafeEqual } from 'node:crypto';
import { SigningSecret } from '../../../lib/domain/slack-secret.ts';

/** Slack's own limit for a request's age, in seconds; older ones may be replays (docs.slack.dev, "Verifying requests"). */
const oldest = 300;

/**
 * Whether `signature` is Slack's over the raw body, now, under one of the secrets; what is no signing secret verifies nothing. Constant
 * time; the body is not parsed before.
 */
export function isFromSlack(
  request: { readonly body: Buffer; readonly timestamp: string; readonly signature: string },
  secrets: readonly string[],
  nowSeconds: number,
): boolean {
  const { body, timestamp, signature } = request;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > oldest) return false;
  const given = Buffer.from(signature);
  return secrets.some((secret) => {
    if (!SigningSecret.safeParse(secret).success) return false;
    const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body);
    const expected = Buffer.from(`v0=${hmac.digest('hex')}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
