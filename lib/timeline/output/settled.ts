import type { Label } from '../event.ts';
import { type Counted, settling } from '../rules/burst.ts';
import { rules } from '../rules/every-rule.ts';

const [labels, normal] = [Buffer.from(',"labels":'), Buffer.from(',"normal":')];
const isEmpty = (bytes: Buffer, end: number): boolean => bytes[end - 2] === 91 && bytes[end - 1] === 93;

/** A line of JSON in a buffer. */
interface Line {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/**
 * Counts what is to be counted once events are in their order and each is there once, and leaves the labels that hold in the printed lines. A quote
 * in a string of JSON has a backslash before it, so the names of members are found without parsing.
 */
export class Settled {
  readonly #settle = settling(rules);

  /** The line with the labels that hold; most lines are so already. */
  settle<L extends Line>(line: L): L {
    const { bytes, from, to } = line;
    const end = bytes.indexOf(normal, from);
    if (end < 0 || end >= to || isEmpty(bytes, end)) return line;
    const begin = bytes.lastIndexOf(labels, end) + labels.length;
    const written = bytes.toString('utf8', begin, end);
    if (!written.includes('"counted":')) return line;
    // A line begins with its time: {"time":"2026-…Z".
    const time = bytes.toString('latin1', from + 9, bytes.indexOf('"', from + 9));
    const held = this.#settle(time, JSON.parse(written) as (Label | Counted)[]);
    const whole = Buffer.concat([
      bytes.subarray(from, begin),
      Buffer.from(JSON.stringify(held)),
      bytes.subarray(end, to),
    ]);
    return { ...line, bytes: whole, from: 0, to: whole.length };
  }
}
