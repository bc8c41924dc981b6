// A timeline is opened in the tools of the trade, by their own code. They are hundreds of megabytes from PyPI: npm run nightly asks them.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import { navigator } from '../../lib/timeline/output/navigator.ts';
import { ocsf } from '../../lib/timeline/output/ocsf.ts';
import { parquet } from '../../lib/timeline/output/parquet.ts';
import { timesketch } from '../../lib/timeline/output/timesketch.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { calls } from './calls.ts';
import { lines as lineCases } from './lines.ts';
import { timelineOf } from './logs.ts';
import { moreCalls } from './more-calls.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-tools-'));
const python = join(scratch, 'venv/bin/python');
const here = import.meta.dirname;
const pip = (...words: string[]) => run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', ...words]);

/** A record of every rule: all kinds and formats that have one. */
const records = [...Object.values(calls), ...Object.values(moreCalls)].flatMap(({ yes }) => yes);
const texts = [
  ...records.map((record) => JSON.stringify(record)),
  ...Object.values(lineCases).flatMap(({ yes }) => yes.map(({ raw }) => raw)),
];

const whole = (writer: Writer, events: readonly PrintedEvent[]): Buffer =>
  Buffer.concat(
    [writer.begin?.() ?? '', ...events.map((event) => writer.event(event)), writer.end?.() ?? ''].map((part) =>
      Buffer.from(part),
    ),
  );

beforeAll(async () => {
  await run('python3', ['-m', 'venv', join(scratch, 'venv')]);
  await pip('-r', join(here, 'tools.txt'));
  await pip('--no-deps', '-r', join(here, 'timesketch.txt'));
  const { events } = await timelineOf({ 'a.log': texts.map((text) => `${text}\n`).join('') }, reading());
  const files = {
    'timeline.jsonl': Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')),
    'timesketch.jsonl': whole(timesketch, events),
    'ocsf.jsonl': whole(ocsf, events),
    'timeline.parquet': whole(parquet(), events),
    'layer.json': whole(navigator(), events),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(scratch, name), content);
  expect(events.length).toBeGreaterThan(100);
}, 900_000);
afterAll(() => rmSync(scratch, { recursive: true }));

/** Libraries print too, so the last line is the answer. */
async function asked(): Promise<Record<string, string[]>> {
  const { stdout } = await run(python, [join(here, 'tools.py'), scratch], { maxBuffer: 1e8 });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

test('Timesketch, its importer, OCSF by schema and by models, DuckDB and Navigator take all of it', async () => {
  const found = await asked();
  expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
  expect(Object.keys(found)).toHaveLength(6);
});

test('each of them would find a mistake', async () => {
  const spoil = (name: string, change: (text: string) => string) => {
    const file = join(scratch, name);
    writeFileSync(file, change(readFileSync(file, 'latin1')), 'latin1');
  };
  spoil('ocsf.jsonl', (text) => text.replace(/"type_uid":\d+/, '"type_uid":1').replace('"severity_id"', '"severity"'));
  spoil('timesketch.jsonl', (text) =>
    text.replace(/"datetime":"2026/, '"datetime":"2025').replace('"message"', '"massage"'),
  );
  spoil('timeline.parquet', (text) => text.replaceAll('instant', 'instamt'));
  spoil('layer.json', (text) => text.replace(/"score": \d+/, '"score": "many"'));
  const found = await asked();
  expect(Object.entries(found).filter(([, faults]) => faults.length === 0)).toEqual([]);
});
