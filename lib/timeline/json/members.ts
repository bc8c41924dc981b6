/** Where the members of one JSON object lie in a buffer, for the few names that somebody asks for; the others cost nothing. */
export interface Members {
  /** By place in `names`: where the value begins and ends; 0 and 0 where there is none. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The place of a name, or undefined. */
  readonly placeOf: ReadonlyMap<number, number>;
}

/** Ours, not Java's: it is computed while a string is read, a byte at a time. Names of one list must not share a value. */
export const nextHash = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

const hashOf = (name: string): number => Buffer.from(name).reduce(nextHash, 0);

/** A table for these names. Throws where two of them cannot be told apart. */
export function membersNamed(names: readonly string[]): Members {
  const placeOf = new Map(names.map((name, place) => [hashOf(name), place]));
  if (placeOf.size !== names.length) throw new Error('Two names share a hash.');
  return { starts: new Int32Array(names.length), ends: new Int32Array(names.length), placeOf };
}
