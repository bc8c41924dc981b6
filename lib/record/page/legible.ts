/**
 * Characters that show nothing, steer a terminal, or turn the direction of text, so that a line may read as what it is not (Unicode
 * Technical Report 36, 2.6): control and format characters, line and paragraph separators, halves of pairs, and all that Unicode
 * wants ignored but the marks that choose between a sign's text and picture form.
 */
const unseen = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]--[\u{fe00}-\u{fe0f}]]/gv;

/** Unicode has a picture for each control character of ASCII (block "Control Pictures", U+2400). */
const pictures = 0x2400;
const deletePicture = '\u2421';

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(pictures + code);
  return code === 0x7f ? deletePicture : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** Text from outside with everything invisible made visible: `␛[2J`, `[U+202E]`. Escaping for HTML is the template's. */
export const legible = (text: string): string => text.replace(unseen, shown);

/** The same for every text in a value, keys included. */
export function legibleIn<T>(value: T): T {
  if (typeof value === 'string') return legible(value) as T;
  if (Array.isArray(value)) return value.map(legibleIn) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [legible(key), legibleIn(one)])) as T;
}
