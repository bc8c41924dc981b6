/**
 * Memory dumps as LiME lays them out: before each range of memory stand 32 bytes that say where it begins and ends (504ensicsLabs/LiME, "LiME
 * Memory Range Header Version 1"): magic and version of 32 bits, first and last address of 64, and 8 bytes of zeros, all little-endian. AVML
 * writes the same, unless it compresses (microsoft/avml, src/image.rs). Nothing marks the end: a dump that was cut opens in every tool, and
 * only its last range says that something is missing.
 */
const headerSize = 32;
const magics = { lime: 0x4c694d45, avml: 0x4c4d5641 } as const;

/** More than any machine has. */
const mostRanges = 1_000_000;

/** What a dump has turned out to be. */
export type Dump =
  | { readonly kind: 'whole'; readonly ranges: number; readonly bytes: number }
  /** `missing`: bytes of its last range, or of a header, that did not come. */
  | { readonly kind: 'cut'; readonly ranges: number; readonly bytes: number; readonly missing: number }
  /** AVML's own format, which only avml-convert turns into one that all tools read. */
  | { readonly kind: 'compressed' }
  | { readonly kind: 'no dump'; readonly because: string };

/** Bytes of the range that a header announces, or what is wrong with it. */
function rangeOf(header: Buffer, at: number): number | Extract<Dump, { kind: 'compressed' | 'no dump' }> {
  const [magic, version] = [header.readUInt32LE(0), header.readUInt32LE(4)];
  const size = header.readBigUInt64LE(16) - header.readBigUInt64LE(8) + 1n;
  if (magic === magics.avml) return { kind: 'compressed' };
  if (magic !== magics.lime || version !== 1)
    return { kind: 'no dump', because: `range ${at} does not begin with a header of LiME` };
  if (size < 1n) return { kind: 'no dump', because: `range ${at} ends before it begins` };
  if (size > BigInt(Number.MAX_SAFE_INTEGER))
    return { kind: 'no dump', because: `range ${at} is larger than any memory` };
  return at > mostRanges ? { kind: 'no dump', because: `it has more than ${mostRanges} ranges` } : Number(size);
}

/** Ranges of a dump whose headers are looked up one by one; memory has some dozens. */
const mostWalked = 500;

/** The same of a dump that lies somewhere, by its headers alone: `read` gives so many of its bytes from there on. */
export async function dumpIn(size: number, read: (from: number, length: number) => Promise<Buffer>): Promise<Dump> {
  if (size === 0) return { kind: 'no dump', because: 'it is empty' };
  let [at, ranges, bytes] = [0, 0, 0];
  while (at < size) {
    if (size - at < headerSize) return { kind: 'cut', ranges, bytes, missing: headerSize - (size - at) };
    if (ranges === mostWalked) return { kind: 'no dump', because: `it has more than ${mostWalked} ranges` };
    const range = rangeOf(await read(at, headerSize), ranges + 1);
    if (typeof range !== 'number') return range;
    at += headerSize + range;
    bytes += range;
    ranges += 1;
  }
  return at > size ? { kind: 'cut', ranges, bytes, missing: at - size } : { kind: 'whole', ranges, bytes };
}

/** Reads a dump as it streams by, in pieces of any size, and holds no more than a header of it. */
export function limeReader(): { readonly take: (piece: Uint8Array) => void; readonly end: () => Dump } {
  const header = Buffer.alloc(headerSize);
  let [filled, left, ranges, bytes] = [0, 0, 0, 0];
  let odd: Dump | null = null;

  function begin(): void {
    filled = 0;
    const range = rangeOf(header, ranges + 1);
    if (typeof range !== 'number') {
      odd = range;
      return;
    }
    left = range;
    bytes += range;
    ranges += 1;
  }

  return {
    take(piece) {
      for (let at = 0; at < piece.length && !odd; ) {
        const some = Math.min(left > 0 ? left : headerSize - filled, piece.length - at);
        if (left > 0) left -= some;
        else {
          header.set(piece.subarray(at, at + some), filled);
          filled += some;
        }
        at += some;
        if (filled === headerSize) begin();
      }
    },
    end() {
      if (odd) return odd;
      if (ranges === 0 && filled === 0) return { kind: 'no dump', because: 'it is empty' };
      const missing = left + (filled > 0 ? headerSize - filled : 0);
      return missing > 0 ? { kind: 'cut', ranges, bytes, missing } : { kind: 'whole', ranges, bytes };
    },
  };
}
