import { kinds, type Label, type TimelineEvent } from './event.ts';
import type { Draft } from './input/draft.ts';
import { filesBelow, readText } from './input/files.ts';
import { FileReader } from './input/reader.ts';
import { Splitter } from './input/split.ts';
import { listNames, table } from './json/names.ts';
import { LineBuffer } from './output/line.ts';
import { Settled } from './output/settled.ts';
import type { Counted } from './rules/burst.ts';
import type { Judgement } from './rules/judge.ts';
import { blank, type Entry } from './sort/cursor.ts';
import { Duplicates } from './sort/duplicates.ts';
import { digest, digestBytes, digestText } from './sort/key.ts';
import { PrivateFolder } from './sort/private-folder.ts';
import { Sorter } from './sort/sorter.ts';

/** What the whole comes to; `read` are records, `events` what is printed of them. */
export interface Sum {
  read: number;
  events: number;
  merged: number;
  unreadable: number;
}

/** What else may be said of events, and which of them are wanted. */
export interface Rules {
  judge(event: TimelineEvent): Judgement<Label | Counted>;
  isWanted(draft: Draft): boolean;
}

/** What is said on the way. A line is null where it is about the file. */
export interface Says {
  unreadable(file: string, line: number | null, why: string): void;
  /** It was read, and somebody should know how. */
  doubt(file: string, line: number, why: string): void;
  /** Memory is not enough: it goes on in a temporary folder. Said once. */
  spills(folder: PrivateFolder): void;
}

/** Reads logs of all kinds once, sorts them with bounded memory, and gives out one line an event in their order. */
export class Timeline {
  readonly sum: Sum = { read: 0, events: 0, merged: 0, unreadable: 0 };
  #folder: PrivateFolder | null = null;
  readonly #sorter = new Sorter(() => this.#temporary());
  readonly #line = new LineBuffer();
  readonly #entry: Entry = blank();
  readonly #rules: Rules;
  readonly #says: Says;

  constructor(rules: Rules, says: Says) {
    this.#rules = rules;
    this.#says = says;
  }

  /**
   * Reads files, and folders with all that is in them; `nameOf` says what a file is called in what is printed. Throws where the disk fails,
   * never for what a file holds.
   */
  async read(paths: readonly string[], nameOf: (file: string) => string = (file) => file): Promise<void> {
    for await (const found of filesBelow(paths)) {
      const name = nameOf(found.file);
      if ('why' in found) this.#cannot(name, null, found.why);
      else await this.#file({ ...found, name });
    }
  }

  /** The printed events in order, each good until the next one is asked for. */
  *lines(): Generator<Entry> {
    const duplicates = new Duplicates(() => this.#temporary());
    const settled = new Settled();
    for (const entry of duplicates.lines(this.#sorter.sorted())) {
      this.sum.events++;
      yield settled.settle(entry);
    }
    this.sum.merged = duplicates.merged;
  }

  /** Removes what is on disk. */
  close(): void {
    this.#folder?.remove();
  }

  async #file({ file, year, name }: { file: string; year: number; name: string }): Promise<void> {
    const before = this.sum.read + this.sum.unreadable;
    const reader = new FileReader(name, year, {
      event: (draft) => this.#take(draft),
      unreadable: (line, why) => this.#cannot(name, line, why),
      doubt: (line, why) => this.#says.doubt(name, line, why),
    });
    const splitter = new Splitter(reader, table, listNames);
    const why = await readText(file, (chunk) => splitter.add(chunk));
    splitter.end();
    reader.end();
    if (why) this.#cannot(name, null, why);
    else if (this.sum.read + this.sum.unreadable === before) this.#cannot(name, null, 'There is no record in it.');
  }

  #cannot(file: string, line: number | null, why: string): void {
    this.sum.unreadable++;
    this.#says.unreadable(file, line, why);
  }

  #take(draft: Draft): void {
    this.sum.read++;
    if (!this.#rules.isWanted(draft)) return;
    const { seconds, nanos } = draft.reading.at;
    const { labels, normal } = this.#rules.judge(draft);
    const parts = this.#line.print(draft, labels, normal);
    const { identity } = draft.reading;
    if (identity === undefined) digestBytes(draft.bytes, draft.from, draft.to);
    else digestText(identity);
    const kind = kinds.indexOf(draft.kind);
    const place = { seconds, nanos, kind, high: digest.high, low: digest.low, order: this.sum.read };
    const { bytes, length: to } = this.#line;
    this.#sorter.add(Object.assign(this.#entry, place, parts, { bytes, from: 0, to }));
  }

  #temporary(): PrivateFolder {
    if (!this.#folder) {
      this.#folder = new PrivateFolder();
      this.#says.spills(this.#folder);
    }
    return this.#folder;
  }
}
