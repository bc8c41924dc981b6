import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Incident } from '../../lib/record/incident.ts';
import type { FromLogs } from '../../lib/record/page/from-logs.ts';
import { isPageOf, page } from '../../lib/record/page/page.ts';
import { Failure } from './verb.ts';

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? error);

const why: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'you may not write there',
  EISDIR: 'it is a folder',
  ENOTDIR: 'its folder is a file',
};

function cannot(file: string, error: unknown): Failure {
  const code = codeOf(error);
  return new Failure(`The page could not be written to ${file}: ${why[code] ?? code}.`, { cause: error });
}

/** What stands there; null where there is nothing yet. */
async function standing(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw cannot(file, error);
  }
}

/**
 * Writes the page of an incident, with what its sealed logs tell, and returns its whole path. It goes over an earlier page of the same incident and over nothing else; whoever
 * reads meanwhile has the old one or the new one, never half. Throws a Failure in words.
 */
export async function writePage(file: string, incident: Incident, now: string, logs?: FromLogs): Promise<string> {
  const path = resolve(file);
  const before = await standing(path);
  if (before !== null && !isPageOf(before, incident.incident))
    throw new Failure(`${path} is not a page of ${incident.incident}: it was not overwritten. Name another file.`);
  const draft = `${path}.${process.pid}.part`;
  try {
    // What it tells is not for everybody who has an account on this machine.
    await writeFile(draft, page(incident, now, logs), { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    throw cannot(path, error);
  }
  return path;
}
