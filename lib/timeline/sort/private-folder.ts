import { mkdtempSync, openSync, rmSync, statfsSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The signals by which people and machines end a program, and the exit code that says so (POSIX: 128 and the signal). */
const ends = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * A folder for what does not fit into memory, readable by nobody else (mkdtemp makes it 0700). Its files lose their names as soon as they are
 * open, so that nothing of them is left however this process ends; the folder goes on every end but a kill.
 */
export class PrivateFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tourniquet-'));
  #files = 0;
  readonly #remove = (): void => rmSync(this.path, { recursive: true, force: true });
  readonly #ended = (signal: NodeJS.Signals): void => process.exit(ends[signal as keyof typeof ends] ?? 1);

  constructor() {
    process.on('exit', this.#remove);
    for (const signal of Object.keys(ends)) process.on(signal, this.#ended);
  }

  /** Bytes that are free there. */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** A new file, open for writing and reading. */
  open(): number {
    const path = join(this.path, `${this.#files++}`);
    const file = openSync(path, 'wx+', 0o600);
    // Windows keeps the names of open files: there it goes with the folder.
    if (process.platform !== 'win32') unlinkSync(path);
    return file;
  }

  remove(): void {
    this.#remove();
    process.off('exit', this.#remove);
    for (const signal of Object.keys(ends)) process.off(signal, this.#ended);
  }
}
