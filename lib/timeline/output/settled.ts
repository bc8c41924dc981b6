import type { Label } from '../event.ts';
import { type Counted, settling } from '../rules/burst.ts';
import { rules } from '../rules/every-rule.ts';
import type { Entry } from '../sort/cursor.ts';

const mostKnown = 10_000;
const normal = Buffer.from(',"normal":');

/**
 * Counts what is to be counted once events are in their order and each is there once, and leaves the labels that hold in the printed lines. A quote
 * in a string of JSON has a backslash before it, so the name of the member behind the labels is found without parsing.
 */
export class Settled {
  readonly #settle = settling(rules);
  /** What was written, by its words: the same identity does the same again and again. */
  readonly #known = new Map<string, readonly (Label | Counted)[]>();

  /** The line with the labels that hold; most lines are so already. What is before them moves, since what holds is shorter. */
  settle(line: Entry): Entry {
    if (line.counted === 0) return line;
    const { bytes, from, seconds, nanos } = line;
    const begin = from + line.counted;
    const end = bytes.indexOf(normal, begin);
    const written = this.#labelsIn(bytes.toString('utf8', begin, end));
    const labels = this.#settle(seconds * 1000 + Math.floor(nanos / 1e6), written);
    const held = labels.length === 0 ? '[]' : JSON.stringify(labels);
    const moved = end - begin - Buffer.byteLength(held);
    bytes.copyWithin(from + moved, from, begin);
    bytes.write(held, begin + moved);
    line.from = from + moved;
    return line;
  }

  #labelsIn(words: string): readonly (Label | Counted)[] {
    const known = this.#known.get(words);
    if (known) return known;
    const labels = JSON.parse(words) as (Label | Counted)[];
    if (this.#known.size < mostKnown) this.#known.set(words, labels);
    return labels;
  }
}
