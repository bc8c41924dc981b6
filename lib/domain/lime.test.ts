import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dumpIn, limeReader } from './lime.ts';

function header(first: bigint, last: bigint, magic = 'EMiL', version = 1): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write(magic, 'latin1');
  bytes.writeUInt32LE(version, 4);
  bytes.writeBigUInt64LE(first, 8);
  bytes.writeBigUInt64LE(last, 16);
  return bytes;
}
/** A range of so many bytes from an address on. */
const range = (first: number, size: number): Buffer =>
  Buffer.concat([header(BigInt(first), BigInt(first + size - 1)), Buffer.alloc(size, 'EMiL')]);
const dump = Buffer.concat([range(0x1000, 4096), range(0x100000, 8192), range(0x200000, 1)]);

function read(bytes: Uint8Array, piece = bytes.length || 1) {
  const reader = limeReader();
  for (let at = 0; at < bytes.length; at += piece) reader.take(bytes.subarray(at, at + piece));
  return reader.end();
}

describe('a LiME dump', () => {
  it('that lies somewhere is the same by its headers alone, cut anywhere', async () => {
    const length = fc.integer({ min: 0, max: dump.length });
    const some = fc.asyncProperty(length, async (size) => {
      const there = dump.subarray(0, size);
      const asked: number[] = [];
      const found = await dumpIn(size, async (from, count) => {
        asked.push(count);
        return there.subarray(from, from + count);
      });
      expect(found).toEqual(read(there));
      expect(asked.length).toBeLessThanOrEqual(3);
    });
    await fc.assert(some);
  });

  it('begins as AVML writes it', () => {
    const written = '454d694c 01000000 0010000000000000 0000020000000000 0000000000000000'.replaceAll(' ', '');
    expect(header(0x1000n, 0x20000n).toString('hex')).toBe(written);
  });

  it('is whole, in pieces of whatever size', () => {
    const whole = { kind: 'whole', ranges: 3, bytes: 4096 + 8192 + 1 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (piece) => {
        expect(read(dump, piece)).toEqual(whole);
      }),
    );
  });

  it('that was cut anywhere but between two ranges is told, with how much is missing', () => {
    const ends = [32 + 4096, 2 * 32 + 4096 + 8192, dump.length];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: dump.length }), fc.integer({ min: 1, max: 5000 }), (length, piece) => {
        const found = read(dump.subarray(0, length), piece);
        expect(found.kind).toBe(ends.includes(length) ? 'whole' : 'cut');
        const next = ends.find((end) => end >= length) ?? 0;
        const begun = [0, ...ends].findLast((end) => end < length) ?? 0;
        // Within a header nobody knows how long the range would have been.
        const missing = length - begun < 32 ? 32 - (length - begun) : next - length;
        if (found.kind === 'cut') expect(found.missing).toBe(missing);
      }),
    );
  });

  it.each<[string, Buffer, object]>([
    ['nothing', Buffer.alloc(0), { kind: 'no dump', because: 'it is empty' }],
    [
      'a dump of AVML that is compressed',
      Buffer.concat([header(0n, 4095n, 'AVML', 2), Buffer.alloc(9)]),
      { kind: 'compressed' },
    ],
    ['raw memory', Buffer.alloc(64), { kind: 'no dump', because: 'range 1 does not begin with a header of LiME' }],
    [
      'another version',
      header(0n, 1n, 'EMiL', 2),
      { kind: 'no dump', because: 'range 1 does not begin with a header of LiME' },
    ],
    ['a range of nothing', header(4096n, 4095n), { kind: 'no dump', because: 'range 1 ends before it begins' }],
    ['a range without end', header(0n, 2n ** 63n), { kind: 'no dump', because: 'range 1 is larger than any memory' }],
    [
      'something behind the last range',
      Buffer.concat([range(0, 8), Buffer.alloc(40, 'x')]),
      { kind: 'no dump', because: 'range 2 does not begin with a header of LiME' },
    ],
  ])('is told from %s', (_, bytes, told) => {
    expect(read(bytes)).toEqual(told);
    expect(read(bytes, 7)).toEqual(told);
  });
});
