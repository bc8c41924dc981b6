import { harmless } from './paint.ts';

/** Marks that turn the direction of text or hide in it: with them a line may read as what it is not (Unicode Technical Report 36, 2.6). */
const unseen = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text without such marks; a whole page keeps its lines. */
export const visible = (text: string): string => text;

/** One line of at most so many characters, whatever came from outside. */
export function oneLine(text: string, most: number): string {
  const line = visible(harmless(text.replace(/\s+/g, ' '))).trim();
  // Never half of a character that takes two.
  return line.length > most ? `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
