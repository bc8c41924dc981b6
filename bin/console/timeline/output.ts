import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StandardOutput } from '../stdout.ts';
import { Failure } from '../verb.ts';

/** Where a format is written to: `name` is the file of a folder, where there is one. */
export interface Output {
  write(bytes: Buffer, from: number, to: number, name: string): Promise<void>;
  end(): Promise<void>;
}

const standard = (): Output => {
  const out = new StandardOutput();
  return { write: (bytes, from, to) => out.write(bytes, from, to), end: () => out.flush() };
};

/** Files in a folder that was not there, or is empty: what was written before is not mixed with this. */
function folderAt(path: string): Output {
  const files = new Map<string, number>();
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const fileOf = (name: string): number => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const file = openSync(join(path, name), 'wx', 0o600);
    files.set(name, file);
    return file;
  };
  return {
    async write(bytes, from, to, name) {
      const file = fileOf(name);
      for (let at = from; at < to; ) at += writeSync(file, bytes, at, to - at);
    },
    async end() {
      for (const file of files.values()) closeSync(file);
    },
  };
}

/** Standard output, or a folder. Throws a Failure where the folder cannot be made. */
export function outputTo(folder: string | null): Output {
  if (folder === null) return standard();
  try {
    return folderAt(folder);
  } catch (cause) {
    throw new Failure(`${folder} cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
