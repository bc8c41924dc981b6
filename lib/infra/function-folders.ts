import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const lambdas = join(import.meta.dirname, '../../lambdas');
const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const folders = foldersIn(lambdas).flatMap((room) =>
  foldersIn(join(lambdas, room)).map((name) => [name, join(lambdas, room, name)] as const),
);
const isKind = ([, folder]: readonly [string, string]): boolean => existsSync(join(folder, 'target.ts'));

/** Absolute path of each function's folder by the function's name: `lambdas/<room>/<function>`. Names are unique over all rooms. */
export const functionFolders: ReadonlyMap<string, string> = new Map(folders.filter((one) => !isKind(one)));

/** Absolute path of the folder of each kind of target by the kind's name: `lambdas/<room>/<kind>`. */
export const kindFolders: ReadonlyMap<string, string> = new Map(folders.filter(isKind));
