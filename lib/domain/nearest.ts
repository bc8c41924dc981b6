import { distance } from 'fastest-levenshtein';

/** The candidate nearest to what was typed, when it is near enough to be a slip. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.toSorted((a, b) => distance(word, a) - distance(word, b));
  return ranked.find((candidate) => distance(word, candidate) <= Math.max(2, candidate.length / 3));
}
