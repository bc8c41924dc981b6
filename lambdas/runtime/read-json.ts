const whole = (text: string): string => {
  if (text.isWellFormed()) return text;
  throw new SyntaxError('A text in it ends in the middle of a character, or begins there.');
};

/**
 * JSON from outside. A text with half of a character in it (`"\ud800"`) is a text to JavaScript and to JSON, and to no service that keeps it as UTF-8
 * (RFC 8259, 8.2). Throws SyntaxError, whatever is wrong.
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text, (key: string, value: unknown) => {
      whole(key);
      return typeof value === 'string' ? whole(value) : value;
    });
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('It is nested too deep.', { cause: error });
    throw error;
  }
}
