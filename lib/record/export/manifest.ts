import { wrong } from './fault.ts';
import { type Files, isPlain, names, sha256, unlisted } from './files.ts';

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

/** The list that is signed, as `sha256sum` writes and checks it (GNU coreutils, "sha2 utilities"): sorted, one line a file. */
export const manifestOf = (files: Files): string =>
  [...files]
    .toSorted(([a], [b]) => byName(a, b))
    .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
    .join('');

const line = /^([0-9a-f]{64}) {2}(.+)$/;
const file = names.manifest;

/** The manifest's names with their hashes, in its order. Throws where it is not as this program writes it. */
export function readManifest(text: string): Map<string, string> {
  if (!text.endsWith('\n')) wrong(file, `${file} is cut short: its last line does not end.`);
  const listed = new Map<string, string>();
  let before = '';
  for (const [index, row] of text.slice(0, -1).split('\n').entries()) {
    const [, hash = '', name = ''] = line.exec(row) ?? [];
    if (!hash) wrong(file, `Line ${index + 1} of ${file} is not a line of sha256sum.`);
    if (!isPlain(name)) wrong(file, `${file} lists ${JSON.stringify(name)}, a name that may lead out of the folder.`);
    if (unlisted.includes(name)) wrong(file, `${file} lists ${name}, which cannot be in it.`);
    if (listed.has(name)) wrong(file, `${file} lists ${name} twice.`);
    if (name < before) wrong(file, `${file} is not in order: ${name} comes after ${before}.`);
    listed.set(name, hash);
    before = name;
  }
  return listed;
}

/** The manifest lists exactly what is there. */
export function checkNames(listed: ReadonlyMap<string, string>, files: Files): void {
  const missing = [...listed.keys()].find((name) => !files.has(name));
  if (missing !== undefined) wrong(missing, `${missing} is missing; the manifest lists it.`);
  const extra = [...files.keys()].find((name) => !listed.has(name) && !unlisted.includes(name));
  if (extra !== undefined) wrong(extra, `${extra} was added; the manifest does not list it.`);
}
