import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isFromSlack } from './signature.ts';

const named = (name: string): string => name.padEnd(32, '0');
const now = 1_795_316_000;
const body = Buffer.from('payload=%7B%22type%22%3A%22block_actions%22%7D');
const sign = (secret: string, at: number, bytes = body): string =>
  `v0=${createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`v0:${at}:`), bytes]))
    .digest('hex')}`;
const request = (secret: string, at = now) => ({ body, timestamp: String(at), signature: sign(secret, at) });
const [fresh, old] = [named('new'), named('old')];

describe('isFromSlack', () => {
  it('takes a signature under the present or the previous secret', () => {
    expect(isFromSlack(request(fresh), [fresh, old], now)).toBe(true);
    expect(isFromSlack(request(old), [fresh, old], now)).toBe(true);
    expect(isFromSlack(request(named('guess')), [fresh, old], now)).toBe(false);
  });

  it.each(['', ' ', ' '.repeat(40), 'short', named('a').slice(1), `${named('a')}\n`])(
    'takes nothing under %j, which is no signing secret',
    (secret) => {
      expect(isFromSlack(request(secret), [secret], now)).toBe(false);
      expect(isFromSlack(request(secret), [fresh, secret], now)).toBe(false);
    },
  );

  it('covers the raw bytes', () => {
    expect(isFromSlack({ ...request(fresh), body: Buffer.from('payload=other') }, [fresh], now)).toBe(false);
  });

  it('refuses what is older than five minutes, or from the future', () => {
    expect(isFromSlack(request(fresh, now - 300), [fresh], now)).toBe(true);
    expect(isFromSlack(request(fresh, now - 301), [fresh], now)).toBe(false);
    expect(isFromSlack(request(fresh, now + 301), [fresh], now)).toBe(false);
  });

  it.each(['', 'NaN', '1e9', '-5', `${now} `])('refuses the timestamp %j', (timestamp) => {
    expect(isFromSlack({ body, timestamp, signature: sign(fresh, now) }, [fresh], now)).toBe(false);
  });

  it('refuses a signature of another length without comparing it', () => {
    expect(isFromSlack({ body, timestamp: String(now), signature: 'v0=short' }, [fresh], now)).toBe(false);
  });
});
