import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colour on a terminal; plain text in a pipe and under NO_COLOR. */
export const paint = (style: Style, text: string): string => styleText(style, text);
export const heading = (text: string): string => paint('bold', text);
export const dim = (text: string): string => paint('dim', text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** Marks that turn the direction of text or hide in it: with them a line may read as what it is not (Unicode Technical Report 36, 2.6). */
const unseen = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text without such marks; a whole page keeps its lines and colours. */
export const visible = (text: string): string => text.replace(unseen, '\ufffd');

/** Names, titles and reasons come from outside: none of them may steer the reader's terminal. */
export function harmless<T>(value: T): T {
  if (typeof value === 'string') return visible(value.replace(control, '\ufffd')) as T;
  if (Array.isArray(value)) return value.map(harmless) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, harmless(one)])) as T;
}

/** `2026-11-22 03:10:22Z`: always UTC, and said so. */
export const when = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');

const states: Readonly<Record<string, Style>> = {
  open: 'red',
  contained: 'green',
  released: 'green',
  held: 'yellow',
  critical: 'red',
  high: 'red',
  medium: 'yellow',
};

/** A state or a severity in its colour. */
export const coloured = (word: string): string => (states[word] ? paint(states[word], word) : word);

/** Rows as aligned columns, without lines around them. */
export async function columns(rows: readonly (readonly string[])[], indent = ''): Promise<string> {
  if (rows.length === 0) return `${indent}${dim('none')}`;
  const { getBorderCharacters, table } = await import('table');
  const drawn = table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      drawHorizontalLine: () => false,
    },
  );
  return drawn
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line.trimEnd()}`)
    .join('\n');
}
