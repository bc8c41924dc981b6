/** What is wrong with a text that should be one JSON value, and where. */
export interface Fault {
  /** `syntax`: it is no JSON. `refused`: it is, but nobody can tell what it means, or read it safely. */
  readonly kind: 'syntax' | 'refused';
  readonly at: number;
  readonly says: (where: string) => string;
}

/** Where a token ends, or what is wrong with it. */
type End = number | Fault;

export const syntax = (at: number, says: Fault['says']): Fault => ({ kind: 'syntax', at, says });
export const refused = (at: number, says: Fault['says']): Fault => ({ kind: 'refused', at, says });

/** The text is over before something that began in it. */
export const cutOff = (begins: number, what: string): Fault =>
  syntax(begins, (where) => `It ends in the middle of ${what} that begins at ${where}: the rest is missing.`);

/** A character, or the number of one that nobody can see. */
export function shown(all: string, at: number): string {
  const code = all.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(code);
  const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) && code !== 0xfffd;
  return visible ? character : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const unfinished = /^\\(?:u[0-9a-fA-F]{0,3})?$/;

function pastEscape(all: string, at: number): End | null {
  escaped.lastIndex = at;
  if (escaped.test(all)) return escaped.lastIndex;
  if (unfinished.test(all.slice(at, at + 6))) return null;
  return syntax(at, (where) => `It is not JSON: ${all.slice(at, at + 2)} at ${where} is not a valid escape.`);
}

/** Past the closing quote of a text whose opening one is at `begins`. Characters below a space have to be escaped (RFC 8259, 7). */
export function pastText(all: string, begins: number): End {
  let at = begins + 1;
  while (at < all.length) {
    const code = all.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) {
      const here = at;
      return syntax(here, (where) => `It is not JSON: unescaped ${shown(all, here)} in a string at ${where}.`);
    }
    const next = code === 0x5c ? pastEscape(all, at) : at + 1;
    if (next === null) break;
    if (typeof next !== 'number') return next;
    at = next;
  }
  return cutOff(begins, 'a text');
}

/** By hand: a regular expression keeps a place to return to for each digit, and a number may have a hundred million. */
function pastDigits(all: string, at: number): number {
  let end = at;
  while (isDigit(all.charCodeAt(end))) end++;
  return end;
}

const isOneOf = (all: string, at: number, characters: string): boolean =>
  at < all.length && characters.includes(all[at] ?? '');

/** Past a number (RFC 8259, 6). */
export function pastNumber(all: string, begins: number): End {
  const wrong = syntax(begins, (where) => `It is not JSON: the number at ${where} is not a JSON number.`);
  const needed = (at: number): End => {
    if (at === all.length) return cutOff(begins, 'a number');
    const end = pastDigits(all, at);
    return end > at ? end : wrong;
  };
  const first = all[begins] === '-' ? begins + 1 : begins;
  let end = needed(first);
  if (typeof end === 'number' && all[first] === '0' && end > first + 1) return wrong;
  if (typeof end === 'number' && all[end] === '.') end = needed(end + 1);
  if (typeof end === 'number' && isOneOf(all, end, 'eE')) end = needed(isOneOf(all, end + 1, '+-') ? end + 2 : end + 1);
  return end;
}

/** Words are short; what is longer is shown by its beginning. */
const longestWord = 40;
const literals = ['true', 'false', 'null'];

/** Past `true`, `false` or `null`; null where no word begins. Says so of `NaN` and the like, which other languages write. */
export function pastWord(all: string, begins: number): End | null {
  const [found] = /^-?[A-Za-z_$][\w$]*/.exec(all.slice(begins, begins + longestWord)) ?? [];
  if (!found) return null;
  const end = begins + found.length;
  if (literals.includes(found)) return end;
  if (/^-?(NaN|nan|Infinity|inf)$/.test(found))
    return syntax(
      begins,
      (where) => `It is not JSON: ${found} at ${where} is not a JSON number. Leave it out, or write null.`,
    );
  if (end === all.length && literals.some((word) => word.startsWith(found))) return cutOff(begins, 'a word');
  return syntax(begins, (where) => `It is not JSON: ${found} at ${where} is not a JSON value.`);
}
