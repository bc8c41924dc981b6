import { oneLine } from '../one-line.ts';

/** Characters of a line about what could not be read. */
const longest = 500;

interface Stretch {
  readonly file: string;
  readonly from: number;
  readonly why: string;
  to: number;
}

/** Names what could not be read on standard error. Lines that follow on each other for one reason are one stretch: thousands of them stay readable. */
export class UnreadableLines {
  #open: Stretch | null = null;

  add(file: string, line: number | null, why: string): void {
    const open = this.#open;
    if (open && line !== null && open.file === file && open.why === why && line - open.to <= 1) {
      open.to = line;
      return;
    }
    this.flush();
    if (line === null) console.error(oneLine(`tourniquet: ${file}: ${why}`, longest));
    else this.#open = { file, from: line, to: line, why };
  }

  flush(): void {
    if (!this.#open) return;
    const { file, from, to, why } = this.#open;
    this.#open = null;
    console.error(oneLine(`tourniquet: ${file}:${from === to ? from : `${from}-${to}`}: ${why}`, longest));
  }
}
