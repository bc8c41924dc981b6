import { TimeStampReq } from 'pkijs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Authority, type Conduct, openAuthority, refusal, serve } from '../../test/console/export/authority.ts';
import { patience, stampOver } from './time-stamp.ts';

const signature = Buffer.from('a signature over a manifest');
const lastEntry = new Date().toISOString();
const url = 'https://stamps.example/tsa';
const nonceIn = (query: Uint8Array): bigint => TimeStampReq.fromBER(query).nonce?.toBigInt() ?? 0n;

let authority: Authority;
let server: Awaited<ReturnType<typeof serve>>;
let conduct: Conduct;
beforeAll(async () => {
  authority = openAuthority();
  authority.issue('serves', { extensions: 'serves' });
  server = await serve(() => conduct);
}, 60_000);
beforeEach(() => {
  conduct = authority.answer;
  server.asked.length = 0;
  vi.stubGlobal('fetch', vi.fn(server.fetch));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
afterAll(() => {
  server.close();
  authority.close();
});

describe('a stamp over a signature', () => {
  it('is asked for as RFC 3161 says, and handed back with the answer it came in', async () => {
    const stamping = await stampOver(signature, url, lastEntry);
    expect(stamping).toMatchObject({ timeStamp: { authority: 'CN=Stand-in tsa' }, answer: expect.any(Uint8Array) });
    expect(server.asked).toEqual([{ type: 'application/timestamp-query', url: '/tsa', bytes: expect.any(Number) }]);
    expect(fetch).toHaveBeenCalledWith(url, expect.objectContaining({ method: 'POST', redirect: 'error' }));
  });

  it('is asked for with another nonce each time', async () => {
    const nonces = new Set<bigint>();
    conduct = (query) => {
      nonces.add(nonceIn(query));
      return { status: 503 };
    };
    for (let turn = 0; turn < 20; turn++) await stampOver(signature, url, lastEntry);
    expect(nonces.size).toBe(20);
    expect([...nonces].every((nonce) => nonce >= 2n ** 62n && nonce < 2n ** 63n)).toBe(true);
  });

  const lies: [who: string, conduct: () => Conduct, told: string][] = [
    ['is overloaded', () => () => ({ status: 503 }), 'it answered 503'],
    ['leads elsewhere', () => () => ({ status: 307, location: 'http://127.0.0.1:1/' }), 'unexpected redirect'],
    ['leads elsewhere, as it did once', () => () => ({ status: 302, location: 'https://stamps.example/' }), 'redirect'],
    ['never stops', () => () => 'endless', 'its answer is larger than 65536 bytes'],
    ['answers a web page', () => () => Buffer.from('<html>'), 'The stamp is cut short or damaged'],
    ['refuses', () => () => refusal('no credit'), 'The authority returned no stamp: status 2, no credit.'],
    ['stamps other bytes', () => () => authority.stamp(Buffer.from('other')), 'over other bytes than manifest.sig'],
    ['repeats an older answer', () => () => authority.stamp(signature), 'its nonce differs'],
    ['leaves the nonce out', () => () => authority.lie({ over: signature }), 'its nonce differs'],
    [
      'has no right to',
      () => (query) => authority.lie({ over: signature, nonce: nonceIn(query) }, 'serves'),
      'was not issued for time-stamps',
    ],
    [
      'is an hour behind',
      () => (query) => authority.lie({ over: signature, nonce: nonceIn(query), at: new Date(Date.now() - 3_600_000) }),
      'one of the two clocks was wrong',
    ],
  ];
  it.each(lies)('is not had of an authority that %s, and it is said why', async (_, how, told) => {
    conduct = how();
    const stamping = await stampOver(signature, url, lastEntry);
    expect(stamping).toEqual({ timeStamp: null, answer: null, unstamped: expect.stringContaining(told) });
  });

  it('is not waited for longer than 5 s in all', async () => {
    const { timeout } = AbortSignal;
    const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(50));
    conduct = () => 'silence';
    const stamping = await stampOver(signature, url, lastEntry);
    expect(stamping).toMatchObject({ unstamped: 'The time-stamp authority did not answer within 5 s.' });
    expect([asked.mock.calls, patience]).toEqual([[[5000]], 5000]);
  });

  it('is not had where nobody listens', async () => {
    vi.unstubAllGlobals();
    const stamping = await stampOver(signature, 'https://127.0.0.1:65534/', lastEntry);
    expect(stamping).toMatchObject({ timeStamp: null, unstamped: expect.stringContaining('ECONNREFUSED') });
  });
});
