/** By what events are sorted: moment, kind, then whether they are the same, then the order in which they were read. */
export interface Key {
  seconds: number;
  nanos: number;
  kind: number;
  /** 64 bits of what makes two records the same. */
  high: number;
  low: number;
  /** Counts what was read. */
  order: number;
}

export function compare(a: Key, b: Key): number {
  return (
    a.seconds - b.seconds ||
    a.nanos - b.nanos ||
    a.kind - b.kind ||
    a.high - b.high ||
    a.low - b.low ||
    a.order - b.order
  );
}

/** Two hashes of 32 bits (FNV-1a and a multiplicative one); whether records are really the same is looked at where it matters. */
export const digest = { high: 0, low: 0 };

export function digestBytes(bytes: Buffer, from: number, to: number): void {
  let [high, low] = [0x811c9dc5 | 0, 0x9e3779b9 | 0];
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low, 0x5bd1e995) + byte + 1;
    low ^= low >>> 15;
  }
  digest.high = high >>> 0;
  digest.low = low >>> 0;
}

export function digestText(text: string): void {
  let [high, low] = [0x811c9dc5 | 0, 0x9e3779b9 | 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low, 0x5bd1e995) + unit + 1;
    low ^= low >>> 15;
  }
  digest.high = high >>> 0;
  digest.low = low >>> 0;
}
