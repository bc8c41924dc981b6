/** What is deployed depends on the code alone: two clones, wherever they lie, make the same bytes. */
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { deep } from '../depth.ts';
import { committedFiles } from './sources.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

const script = `
  const [{ bundle }, { contractsOf }, { parseConfig }] = await Promise.all(
    ['infra/bundle', 'infra/registry', 'domain/parse-config'].map((file) => import(process.cwd() + '/lib/' + file + '.ts')),
  );
  const config = parseConfig({}, { file: 'test' });
  await bundle(contractsOf(config).map(({ name }) => name), config, 'out');
`;

/** A clone with packages of its own, as hard links: esbuild follows symbolic ones to where they really are. */
async function cloneInto(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of committedFiles.filter((path) => /^(lib|lambdas|playbooks)\/|^[^/]+\.json$/.test(path))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  const packages = readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.'));
  mkdirSync(join(folder, 'node_modules'));
  await run('cp', ['-al', ...packages.map((name) => join(root, 'node_modules', name)), join(folder, 'node_modules')]);
}

async function bundleIn(folder: string): Promise<Record<string, string>> {
  await cloneInto(folder);
  await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
  const out = join(folder, 'out');
  return Object.fromEntries(readdirSync(out).map((name) => [name, hash('sha256', readFileSync(join(out, name)))]));
}

// Hard links take GNU's cp. npm run nightly and .ci/run bundle twice.
test.skipIf(!deep || process.platform !== 'linux')(
  'two clones at different paths bundle the same bytes',
  async () => {
    mkdirSync(join(root, '.sandbox'), { recursive: true });
    const scratch = mkdtempSync(join(root, '.sandbox/clones-'));
    try {
      const [one, other] = await Promise.all([bundleIn(join(scratch, 'a')), bundleIn(join(scratch, 'b/deeper/below'))]);
      expect(Object.keys(one).length).toBeGreaterThan(40);
      expect(other).toEqual(one);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
  180_000,
);
