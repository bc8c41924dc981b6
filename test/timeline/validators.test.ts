// What the tools of the trade say of what they are to open. Dear, and from PyPI: npm run nightly asks them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withThreads } from '../../lib/timeline/correlate/threads.ts';
import { attackFlow } from '../../lib/timeline/output/stix/attack-flow.ts';
import { stix } from '../../lib/timeline/output/stix/bundle.ts';
import type { Writer } from '../../lib/timeline/output/writer.ts';
import { reading } from '../../lib/timeline/rules/judge.ts';
import { deep } from '../depth.ts';
import { call } from './a-record.ts';
import { calls } from './calls.ts';
import { lines, timelineOf } from './logs.ts';
import { moreCalls } from './more-calls.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-validators-'));
const python = join(scratch, 'venv/bin/python');
afterAll(() => rmSync(scratch, { recursive: true }));

beforeAll(async () => {
  if (!deep) return;
  await run('python3', ['-m', 'venv', join(scratch, 'venv')]);
  await run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--require-hashes',
    '-r',
    join(import.meta.dirname, 'validators.txt'),
  ]);
}, 300_000);

/** A record of every rule about calls, and one whose address is none of version 4. */
const records = [...Object.values(calls), ...Object.values(moreCalls)]
  .flatMap(({ yes }) => yes)
  .concat(call('iam:CreateUser', {}, { sourceIPAddress: '2001:db8::7' }));

async function written(writer: Writer, name: string): Promise<string> {
  const { events } = await timelineOf({ 'a.json': lines(...records) }, reading());
  for (const event of withThreads(events)) writer.event(event);
  const file = join(scratch, name);
  writeFileSync(file, String(writer.end?.()));
  return file;
}

/** Each accepts what the other refuses, so both are asked. */
const validator =
  'import sys, stix2validator as v; r = v.validate_file(sys.argv[1]); v.print_results([r]); sys.exit(not r.is_valid)';
const library = 'import sys, stix2; stix2.parse(open(sys.argv[1]).read(), allow_custom=sys.argv[2] == "custom")';
const verdict = (...words: string[]): Promise<string> =>
  run(python, ['-c', ...words]).then(
    () => 'valid',
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );

test.runIf(deep)('a STIX bundle and an Attack Flow are valid to both, and a mistake would be found', async () => {
  const [bundle, flow] = [await written(stix(), 'a.json'), await written(attackFlow(), 'b.json')];
  expect(await verdict(validator, bundle)).toBe('valid');
  expect(await verdict(library, bundle, 'plain')).toBe('valid');
  expect(await verdict(validator, flow)).toBe('valid');
  // Attack Flow's own types are custom to it.
  expect(await verdict(library, flow, 'custom')).toBe('valid');
  const wrong = join(scratch, 'c.json');
  writeFileSync(
    wrong,
    JSON.stringify({ type: 'bundle', id: 'bundle--1', objects: [{ type: 'report', id: 'report--1' }] }),
  );
  expect(await verdict(validator, wrong)).not.toBe('valid');
  expect(await verdict(library, wrong, 'plain')).not.toBe('valid');
});
