import { harmless } from './paint.ts';

/** One line of at most so many characters, whatever came from outside. */
export function oneLine(text: string, most: number): string {
  const line = harmless(text.replace(/\s+/g, ' ')).trim();
  // Never half of a character that takes two.
  return line.length > most ? `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
