import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isFromSlack } from './signature.ts';

const now = 1_795_316_000;
const body = Buffer.from('payload=%7B%22type%22%3A%22block_actions%22%7D');
const sign = (secret: string, at: number, bytes = body): string =>
  `v0=${createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`v0:${at}:`), bytes]))
    .digest('hex')}`;
const request = (secret: string, at = now) => ({ body, timestamp: String(at), signature: sign(secret, at) });

describe('isFromSlack', () => {
  it('takes a signature under the present or the previous secret', () => {
    expect(isFromSlack(request('new'), ['new', 'old'], now)).toBe(true);
    expect(isFromSlack(request('old'), ['new', 'old'], now)).toBe(true);
    expect(isFromSlack(request('guess'), ['new', 'old'], now)).toBe(false);
  });

  it('covers the raw bytes', () => {
    expect(isFromSlack({ ...request('s'), body: Buffer.from('payload=other') }, ['s'], now)).toBe(false);
  });

  it('refuses what is older than five minutes, or from the future', () => {
    expect(isFromSlack(request('s', now - 300), ['s'], now)).toBe(true);
    expect(isFromSlack(request('s', now - 301), ['s'], now)).toBe(false);
    expect(isFromSlack(request('s', now + 301), ['s'], now)).toBe(false);
  });

  it.each(['', 'NaN', '1e9', '-5', `${now} `])('refuses the timestamp %j', (timestamp) => {
    expect(isFromSlack({ body, timestamp, signature: sign('s', now) }, ['s'], now)).toBe(false);
  });

  it('refuses a signature of another length without comparing it', () => {
    expect(isFromSlack({ body, timestamp: String(now), signature: 'v0=short' }, ['s'], now)).toBe(false);
  });
});
