import { blank, type Entry } from './cursor.ts';
import type { PrivateFolder } from './private-folder.ts';
import { Sorter } from './sorter.ts';

/** Events of one moment and kind that are held in memory; where there are more they are sorted on disk. */
const mostHeld = 16 * 1024 * 1024;

/** An event of the group, with where else it was read. */
interface Held {
  readonly order: number;
  readonly high: number;
  readonly low: number;
  readonly source: number;
  readonly sourceEnd: number;
  readonly raw: number;
  readonly counted: number;
  readonly from: number;
  readonly to: number;
  also: Buffer[];
}

const [also, separator, closing] = [Buffer.from(',"also":['), Buffer.from(','), Buffer.from(']')];
const [rawMember, closingBrace] = [Buffer.from(',"raw":'), Buffer.from('}')];

/**
 * Merges what is the same and puts events of one moment and kind into the order in which they were read. Comes between the sorted entries, which
 * are in the order of their digests there, and whoever prints them.
 */
export class Duplicates {
  merged = 0;
  #bytes = Buffer.allocUnsafeSlow(256 * 1024);
  #length = 0;
  #group: Held[] = [];
  #overflow: Sorter | null = null;
  readonly #moment = blank();
  readonly #folder: () => PrivateFolder;
  readonly #most: number;

  constructor(folder: () => PrivateFolder, most = mostHeld) {
    this.#folder = folder;
    this.#most = most;
  }

  /** Lines, each good until the next one is asked for. */
  *lines(sorted: Iterable<Entry>): Generator<Entry> {
    for (const entry of sorted) {
      if (!this.#isOfGroup(entry)) yield* this.#flush();
      this.#hold(entry);
    }
    yield* this.#flush();
  }

  #isOfGroup({ seconds, nanos, kind }: Entry): boolean {
    const now = this.#moment;
    return seconds === now.seconds && nanos === now.nanos && kind === now.kind;
  }

  #hold(entry: Entry): void {
    const last = this.#group.at(-1);
    if (last && last.high === entry.high && last.low === entry.low) {
      this.merged++;
      last.also.push(this.#further(last, entry));
      return;
    }
    if (this.#length > this.#most) this.#spill();
    const { order, high, low, source, sourceEnd, raw, counted } = entry;
    const size = entry.to - entry.from;
    this.#room(size);
    entry.bytes.copy(this.#bytes, this.#length, entry.from, entry.to);
    const [from, to] = [this.#length, this.#length + size];
    this.#group.push({ order, high, low, source, sourceEnd, raw, counted, from, to, also: [] });
    this.#length = to;
    Object.assign(this.#moment, { seconds: entry.seconds, nanos: entry.nanos, kind: entry.kind });
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow((this.#length + size) * 2);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  /** The position of a duplicate; with its record where that was written in another way. */
  #further(first: Held, { bytes, from, to, source, sourceEnd, raw }: Entry): Buffer {
    const own = this.#bytes.subarray(first.from + first.raw, first.to);
    const other = bytes.subarray(from + raw, to);
    const position = bytes.subarray(from + source, from + sourceEnd);
    if (own.equals(other)) return Buffer.from(position);
    return Buffer.concat([position.subarray(0, -1), rawMember, other.subarray(0, -1), closingBrace]);
  }

  /** What is whole of a group that is too large goes to disk. */
  #spill(): void {
    this.#overflow ??= new Sorter(this.#folder);
    const entry = { ...this.#moment, high: 0, low: 0 };
    for (const held of this.#group)
      this.#overflow.add(Object.assign(entry, this.#printed(held), { order: held.order }));
    this.#group = [];
    this.#length = 0;
  }

  *#flush(): Generator<Entry> {
    const overflow = this.#overflow;
    if (overflow) {
      this.#spill();
      this.#overflow = null;
      yield* overflow.sorted();
      return;
    }
    const group = this.#group;
    if (group.length > 1) group.sort((a, b) => a.order - b.order);
    for (const held of group) yield Object.assign(this.#moment, this.#printed(held));
    this.#group = [];
    this.#length = 0;
  }

  #printed(held: Held): Pick<Entry, 'bytes' | 'from' | 'to' | 'counted'> {
    const { from, to, sourceEnd, counted } = held;
    if (held.also.length === 0) return { bytes: this.#bytes, from, to, counted };
    const head = this.#bytes.subarray(from, from + sourceEnd);
    const further = held.also.flatMap((one, index) => (index === 0 ? [one] : [separator, one]));
    const whole = Buffer.concat([head, also, ...further, closing, this.#bytes.subarray(from + sourceEnd, to)]);
    return { bytes: whole, from: 0, to: whole.length, counted: counted && counted + whole.length - (to - from) };
  }
}
