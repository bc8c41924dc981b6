import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { incidentFrom } from '../../lib/record/incident.ts';
import { after, invented, morning } from '../../test/fixtures/incident.ts';
import { writePage } from './page-file.ts';

const incident = incidentFrom(invented);
if (!incident) throw new Error('The fixture has no incident.');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a new file is written for its owner alone, and a newer page goes over it', async () => {
  const file = join(folder, 'incident.html');
  expect(await writePage(file, incident, after(60))).toBe(file);
  const first = await readFile(file, 'utf8');
  await writePage(file, incident, morning);
  expect(await readFile(file, 'utf8')).not.toBe(first);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['incident.html']);
});

test('nothing else is written over: not the page of another incident either', async () => {
  const file = join(folder, 'notes.html');
  await writeFile(file, 'my notes');
  await expect(writePage(file, incident, morning)).rejects.toThrow(`${file} is not a page of ${incident.incident}`);
  await writePage(join(folder, 'other.html'), { ...incident, incident: 'inc-5b1e0c94d2a70' }, morning);
  await expect(writePage(join(folder, 'other.html'), incident, morning)).rejects.toThrow('not overwritten');
  expect(await readFile(file, 'utf8')).toBe('my notes');
});

test('what cannot be written is said in words', async () => {
  await mkdir(join(folder, 'sub'));
  await expect(writePage(join(folder, 'none', 'p.html'), incident, morning)).rejects.toThrow(
    'its folder does not exist',
  );
  await expect(writePage(join(folder, 'sub'), incident, morning)).rejects.toThrow('it is a folder');
});
