import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { bundle } from '../../lib/infra/bundle.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { configSchema } from '../../lib/infra/settings.ts';
import { full } from './template.ts';

/** Nine processes that each load CDK, beside everything else a test run does. */
const patience = { timeout: 60_000 };

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-settings-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const written = (name: string, content: unknown): string => {
  const file = join(scratch, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stderr: string;
}

/** Runs the app as the CDK command line does: the context comes in a variable. */
function synthesise(context: object): Promise<Ended> {
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_OUTDIR: join(scratch, 'out') };
  return new Promise((resolve) => {
    execFile(process.execPath, ['bin/app.ts'], { cwd: root, env }, (error, _, stderr) =>
      resolve({ code: error ? error.code : 0, stderr }),
    );
  });
}

describe('a wrong setting ends the synthesis with exit code 2 and one line that says how to mend it', patience, () => {
  const typo = written('typo.json', { $schema: 'tourniquet.schema.json', aprovers: [] });
  const broken = written('broken.json', '{ "mode": ');
  const words = written('list.json', []);
  test.concurrent.each([
    [{ tourniquet: { moed: 'respond' } }, 'cdk.json: tourniquet.moed: unknown key; did you mean "mode"?'],
    [{ tourniquet: { slack: { team: 'x' } } }, 'cdk.json: tourniquet.slack.team: should be a Slack workspace id'],
    [{ tourniquet: { members: ['444455556666'] } }, "cdk.json: tourniquet.hub: should be the hub's account id"],
    [{ tourniqet: { mode: 'respond' } }, 'tourniqet: unknown key; did you mean "tourniquet"?'],
    [{ confg: 'my.json' }, 'confg: unknown key; did you mean "config"?'],
    [{ config: typo }, 'unknown key; did you mean "approvers"?'],
    [{ config: broken }, 'broken.json: '],
    [{ config: words }, 'list.json: should hold one JSON object'],
    [{ config: 'nowhere.json' }, 'nowhere.json: '],
  ])('%j', async (context, expected) => {
    const { code, stderr } = await synthesise(context);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(existsSync(join(scratch, 'out', 'manifest.json'))).toBe(false);
  });
});

test('the committed JSON Schema is the one of today; if not, run npm run generate', () => {
  expect(readFileSync(join(root, 'docs/tourniquet.schema.json'), 'utf8')).toBe(configSchema());
});

test('a function without a handler is named', async () => {
  const out = mkdtempSync(join(scratch, 'bundle-'));
  await expect(bundle(['no-such-step'], full, out)).rejects.toThrow(
    'lambdas/<room>/no-such-step/handler.ts: is missing',
  );
});

test('every bundle loads by itself and has a handler; the configuration lies beside it', patience, async () => {
  const out = mkdtempSync(join(scratch, 'bundle-'));
  const names = contractsOf(full).map(({ name }) => name);
  await bundle(names, full, out);
  for (const name of names) {
    const loaded = (await import(pathToFileURL(join(out, `${name}.mjs`)).href)) as { handler?: unknown };
    expect(loaded.handler, name).toBeTypeOf('function');
  }
  expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toEqual(full);
});
