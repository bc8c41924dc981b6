import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const lambdas = join(import.meta.dirname, '../../lambdas');
const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** Absolute path of each function's folder by the function's name: `lambdas/<room>/<function>`. Names are unique over all rooms. */
export const functionFolders: ReadonlyMap<string, string> = new Map(
  foldersIn(lambdas).flatMap((room) => foldersIn(join(lambdas, room)).map((name) => [name, join(lambdas, room, name)])),
);
