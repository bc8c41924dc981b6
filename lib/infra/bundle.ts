import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Config } from '../domain/config.ts';
import { Mistake } from './mistake.ts';

const root = join(import.meta.dirname, '../..');
const handlerOf = (name: string): string => join(root, 'lambdas', name, 'handler.ts');

/**
 * Bundles every function's handler in one esbuild call, as `<name>.mjs` and shared chunks, and puts the configuration beside them: one
 * asset for all. The SDK is bundled too, because that loads in half the time of Lambda's own copy (models.md §6.5).
 */
export async function bundle(names: readonly string[], config: Config, outdir: string): Promise<string> {
  const missing = names.filter((name) => !existsSync(handlerOf(name)));
  if (missing.length > 0) {
    throw new Mistake(
      missing.map((name) => `lambdas/${name}/handler.ts: is missing; every contract needs its handler`).join('\n'),
    );
  }
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [name, handlerOf(name)])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    legalComments: 'none',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    // CommonJS packages within (the tracer's) still ask for node's own modules by require.
    banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
    logLevel: 'error',
  });
  await writeFile(join(outdir, 'config.json'), JSON.stringify(config));
  return outdir;
}
