import { X509Certificate } from 'node:crypto';
import { TimeStampReq } from 'pkijs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, openAuthority, refusal } from '../../../test/console/export/authority.ts';
import { type CheckedTimeStamp, checkOrder, checkTimeStamp } from './time-stamp.ts';
import { leadsTo } from './time-stamp-chain.ts';
import { timeStampRequest } from './time-stamp-request.ts';

const signature = Buffer.from('a signature over a manifest');
const over = { over: signature };
const quarter = new Date(Math.floor(Date.now() / 1000) * 1000 + 250);
let ours: Authority;
let theirs: Authority;
beforeAll(() => {
  ours = openAuthority();
  theirs = openAuthority('Foreign');
  ours.issue('rsa', { extensions: 'stamps', algorithm: 'RSA' });
  ours.issue('serves', { extensions: 'serves' });
  ours.issue('lax', { extensions: 'stamps, not critically' });
  ours.issue('expired', { extensions: 'stamps', from: -48, to: -1 });
  const { serialNumber: serial } = new X509Certificate(ours.pem('tsa'));
  ours.issue('twin', { extensions: 'stamps', key: 'tsa', serial, to: 9 });
}, 60_000);
afterAll(() => {
  ours.close();
  theirs.close();
});
const der = (...certificates: string[]): Uint8Array[] =>
  certificates.map((one) => new X509Certificate(ours.pem(one)).raw);
const hold = (answer: Uint8Array): Promise<CheckedTimeStamp> => checkTimeStamp(answer, signature);

describe('a request', () => {
  it('holds the hash of what is to be stamped, a nonce, the wish for the certificate, and nothing else', () => {
    const bytes = timeStampRequest(signature, 0x4102030405060708n);
    const { version, messageImprint, nonce, certReq, reqPolicy, extensions } = TimeStampReq.fromBER(bytes);
    expect([version, nonce?.toBigInt(), certReq, reqPolicy, extensions]).toEqual([
      1,
      0x4102030405060708n,
      true,
      undefined,
      undefined,
    ]);
    expect(messageImprint.hashedMessage.valueBlock.valueHexView).toHaveLength(32);
    expect(bytes.length).toBeLessThan(80);
  });
});

describe('a stamp', () => {
  it.each(['tsa', 'rsa'])('that openssl makes with the certificate of %s holds', async (signer) => {
    const from = Math.floor(Date.now() / 1000) * 1000;
    const held = await hold(ours.answer(timeStampRequest(signature, 0x4102030405060708n), signer));
    expect(held).toMatchObject({ nonce: 0x4102030405060708n, authority: `CN=Stand-in ${signer}` });
    expect(held.serial).toMatch(/^a0[a-f0-9]$/);
    expect(Date.parse(held.at)).toBeGreaterThanOrEqual(from);
    expect(Date.parse(held.at)).toBeLessThanOrEqual(Date.now());
    await expect(leadsTo(der('root'), held)).resolves.toBe(true);
  });

  it.each([
    ['over SHA-512, in fractions of a second', ['-cades', '-md', 'sha512'], 'tsa'],
    ['padded as RSASSA-PSS', ['-cades', '-md', 'sha256', '-keyopt', 'rsa_padding_mode:pss'], 'rsa'],
    ['that names its certificate by the key', ['-cades', '-md', 'sha256', '-keyid'], 'tsa'],
  ])('%s holds', async (_, words, signer) => {
    const at = new Date();
    await expect(hold(ours.lie({ ...over, at }, signer, words))).resolves.toMatchObject({
      at: at.toISOString(),
      nonce: null,
    });
  });

  const lies: [what: string, answer: () => Uint8Array, told: string][] = [
    ['over other bytes', () => ours.stamp(Buffer.from('others')), 'over other bytes than manifest.sig'],
    [
      'over another hash',
      () => ours.lie({ ...over, hash: '2.16.840.1.101.3.4.2.6' }),
      'over other bytes than manifest.sig',
    ],
    ['cut', () => ours.stamp(signature).subarray(0, -3), 'is cut short or damaged'],
    [
      'with something behind it',
      () => Buffer.concat([ours.stamp(signature), Buffer.alloc(1)]),
      'is cut short or damaged',
    ],
    [
      'with another signature',
      () => {
        const answer = ours.stamp(signature);
        return Buffer.concat([answer.subarray(0, -1), Buffer.from([(answer.at(-1) ?? 0) ^ 1])]);
      },
      'its signature does not fit',
    ],
    [
      'whose time has no zone',
      () => ours.lie({ ...over, at: quarter, without: 'the zone' }),
      'is cut short or damaged',
    ],
    ['that is a web page', () => Buffer.from('<html>Sorry</html>'), 'is cut short or damaged'],
    ['that is nothing', () => Buffer.alloc(0), 'is cut short or damaged'],
    ['that was refused', () => refusal('no time today'), 'returned no stamp: status 2, no time today.'],
    ['that is signed mail', () => ours.signed(signature), 'the authority signed something else'],
    ['without signed attributes', () => ours.lie(over, 'tsa', ['-noattr']), 'the authority signed something else'],
    ['that names no certificate', () => ours.lie(over, 'tsa', []), 'does not name the certificate'],
    ['without its certificate', () => ours.lie(over, 'tsa', ['-cades', '-nocerts']), 'or its certificate is gone'],
    ['over SHA-1', () => ours.lie(over, 'tsa', ['-cades', '-md', 'sha1']), 'uses a hash that is no longer secure'],
    [
      'signed twice',
      () => ours.lie(over, 'tsa', ['-cades', '-signer', `${ours.folder}/rsa.pem`, '-inkey', `${ours.folder}/rsa.key`]),
      'not exactly one signature',
    ],
    ['for servers', () => ours.lie(over, 'serves'), 'CN=Stand-in serves was not issued for time-stamps'],
    ['for stamps, but not critically', () => ours.lie(over, 'lax'), 'CN=Stand-in lax was not issued for time-stamps'],
    ['by an expired certificate', () => ours.lie(over, 'expired'), 'CN=Stand-in expired is valid from'],
    [
      'by one not yet in force',
      () => ours.lie({ ...over, at: new Date(0) }),
      'but the stamp says 1970-01-01T00:00:00.000Z',
    ],
    [
      'with a twin of its certificate',
      () => ours.withCertificates(ours.stamp(signature), 'twin'),
      'names another certificate',
    ],
  ];
  it.each(lies)('%s is refused', async (_, answer, told) => {
    await expect(hold(answer())).rejects.toMatchObject({
      fault: { file: 'manifest.sig.tsr', what: expect.stringContaining(told) },
    });
  });

  it('says what it said or nothing, whichever bit of it is turned', { timeout: 60_000 }, async () => {
    const answer = ours.stamp(signature);
    const { at, authority, serial } = await hold(answer);
    const ended = new Set<string>();
    for (let index = 0; index < answer.length; index += 7) {
      const bytes = Buffer.from(answer);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << (index % 8));
      const held = await hold(bytes).catch((error: Error) => error);
      if (!(held instanceof Error)) expect(held).toMatchObject({ at, authority, serial });
      ended.add(held instanceof Error ? held.name : 'held');
    }
    expect([...ended].toSorted()).toEqual(['Tampered', 'held']);
  });
});

describe('a chain', () => {
  it('leads to a root, to an intermediate or to itself where that is trusted, and to nobody else', async () => {
    const held = await hold(ours.stamp(signature));
    const foreign = new X509Certificate(theirs.pem('root')).raw;
    const led = await Promise.all(
      [der('root'), der('intermediate'), [foreign, ...der('root')], der('tsa'), [foreign], [], [signature]].map((one) =>
        leadsTo(one, held),
      ),
    );
    expect(led).toEqual([true, true, true, true, false, false, false]);
  });

  it('takes an issuer that is trusted where the same one is there cross-signed', async () => {
    ours.issue('old-root', { extensions: 'root', by: 'old-root' });
    ours.issue('crossed', { extensions: 'root', by: 'old-root', key: 'root', named: 'root' });
    const answer = ours.withCertificates(ours.stamp(signature), 'tsa', 'intermediate', 'crossed');
    await expect(leadsTo(der('root'), await hold(answer))).resolves.toBe(true);
  });

  it('is refused where its authority may not have another below it', async () => {
    ours.issue('below', { extensions: 'intermediate', by: 'intermediate' });
    ours.issue('deep', { extensions: 'stamps', by: 'below' });
    const answer = ours.withCertificates(ours.lie(over, 'deep'), 'deep', 'below', 'intermediate');
    await expect(leadsTo(der('root'), await hold(answer))).resolves.toBe(false);
  });

  it('is refused where one that is no authority issued it', async () => {
    ours.issue('below-tsa', { extensions: 'stamps', by: 'tsa' });
    const answer = ours.withCertificates(ours.lie(over, 'below-tsa'), 'below-tsa', 'tsa', 'intermediate');
    await expect(leadsTo(der('root'), await hold(answer))).resolves.toBe(false);
  });

  it('is refused where an intermediate had expired when it stamped', async () => {
    ours.issue('late', { extensions: 'intermediate', by: 'root', from: -9, to: -1 });
    ours.issue('by-late', { extensions: 'stamps', by: 'late' });
    const answer = ours.withCertificates(ours.lie(over, 'by-late'), 'by-late', 'late');
    await expect(leadsTo(der('root'), await hold(answer))).resolves.toBe(false);
  });

  it('ends where two authorities issued each other', async () => {
    ours.issue('one', { extensions: 'root', by: 'one' });
    ours.issue('two', { extensions: 'root', by: 'one' });
    ours.issue('one-by-two', { extensions: 'root', by: 'two', key: 'one', named: 'one' });
    ours.issue('looped', { extensions: 'stamps', by: 'two' });
    const answer = ours.withCertificates(ours.lie(over, 'looped'), 'looped', 'two', 'one-by-two');
    await expect(leadsTo(der('root'), await hold(answer))).resolves.toBe(false);
  });
});

describe('the order of things', () => {
  const stamp = { at: '2026-11-22T03:00:00.000Z', authority: 'CN=x', serial: '1' };
  it.each([
    ['2026-11-22T03:05:00.000Z', true],
    ['2026-11-22T03:05:00.001Z', false],
    ['2026-11-21T03:00:00.000Z', true],
  ])('lets a stamp of 03:00 stand over an entry of %s: %s', (entry, stands) => {
    if (stands) expect(() => checkOrder(stamp, entry)).not.toThrow();
    else expect(() => checkOrder(stamp, entry)).toThrow('one of the two clocks was wrong');
  });
});
