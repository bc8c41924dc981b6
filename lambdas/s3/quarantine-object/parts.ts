import { createHash } from 'node:crypto';

/** A stretch of an object: bytes from `from` on, with the SHA-256 of just these in hex. */
export interface Part {
  readonly from: number;
  readonly size: number;
  readonly sha256: string;
}

/** An object as it was read once: its bytes counted, its SHA-256, and that of each part. An empty one has one part. */
export interface Hashed {
  readonly size: number;
  readonly sha256: string;
  readonly parts: readonly Part[];
}

/** Hashes what streams in, the whole and each `most` bytes of it, and holds none of it. */
export async function hashedInParts(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Hashed> {
  const whole = createHash('sha256');
  const parts: Part[] = [];
  let [from, size, hash] = [0, 0, createHash('sha256')];
  const end = (): void => {
    parts.push({ from, size, sha256: hash.digest('hex') });
    [from, size, hash] = [from + size, 0, createHash('sha256')];
  };
  for await (const chunk of chunks) {
    whole.update(chunk);
    for (let at = 0; at < chunk.length; ) {
      if (size === most) end();
      const piece = chunk.subarray(at, at + most - size);
      hash.update(piece);
      size += piece.length;
      at += piece.length;
    }
  }
  end();
  return { size: from, sha256: whole.digest('hex'), parts };
}

/** File name of a part below the incident; of an object in one piece just the name. */
export const nameOf = (at: number, count: number): string =>
  count === 1 ? 'malicious-object' : `malicious-object-${at + 1}-of-${count}`;

/** How the parts make the whole, for whoever puts them together: null where there is one. */
export function manifestOf({ size, sha256, parts }: Hashed): Uint8Array | null {
  if (parts.length === 1) return null;
  const named = parts.map((part, at) => ({ name: nameOf(at, parts.length), ...part }));
  return Buffer.from(`${JSON.stringify({ size, sha256, parts: named }, null, 2)}\n`);
}
