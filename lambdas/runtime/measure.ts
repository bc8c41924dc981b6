import type { Measured } from '../../lib/domain/measured.ts';
import { sentence } from './errors.ts';

/** What is asked, by what people call it, and how it is read. */
type Parts<T> = Readonly<Record<string, (looking: T) => Promise<readonly string[]>>>;

/** Reads all parts at once. What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
export async function measured<T>(parts: Parts<T>, looking: T): Promise<Measured> {
  const read = Object.entries(parts).map(async ([what, part]) => {
    try {
      return { facts: await part(looking), unknown: [] };
    } catch (error) {
      return { facts: [], unknown: [`${what}: ${sentence(error)}`] };
    }
  });
  const found = await Promise.all(read);
  return {
    outcome: 'measured',
    facts: found.flatMap(({ facts }) => facts),
    unknown: found.flatMap(({ unknown }) => unknown),
  };
}
