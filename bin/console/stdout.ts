import { once } from 'node:events';

/** Bytes for standard output, a megabyte at a time: a timeline has more than fits into memory, and whoever reads it may be slower. */
export class StandardOutput {
  readonly #bytes = Buffer.allocUnsafeSlow(1024 * 1024);
  #length = 0;

  /** Takes a copy; the promise is kept when there is room again. */
  async write(bytes: Buffer, from = 0, to = bytes.length): Promise<void> {
    if (this.#length + to - from > this.#bytes.length) await this.flush();
    if (to - from > this.#bytes.length) return this.#out(Buffer.from(bytes.subarray(from, to)));
    this.#length += bytes.copy(this.#bytes, this.#length, from, to);
  }

  async flush(): Promise<void> {
    const full = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    await this.#out(full);
  }

  async #out(bytes: Buffer): Promise<void> {
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
    // A pipe takes everything at once, and nothing else would ever have its turn: not even Ctrl-C.
    await new Promise(setImmediate);
  }
}
