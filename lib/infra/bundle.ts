import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import * as z from 'zod';
import type { Config } from '../domain/config.ts';
import { functionFolders } from './function-folders.ts';
import { Mistake } from './mistake.ts';
import { ruleNames } from './rule-names.ts';

const root = join(import.meta.dirname, '../..');
const handlerOf = (name: string): string => join(functionFolders.get(name) ?? '', 'handler.ts');

/**
 * Lets esbuild leave out the SDK schemas nobody uses. They are plain arrays, but some hold `{ [_name]: … }`, and a computed key could
 * have a side effect for all esbuild knows; written out as the string it is, it cannot. For EC2 that is 31 of 542 KB, and half of a
 * cold start.
 */
const shakeSchemas: Plugin = {
  name: 'shake-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const names = new Map([...source.matchAll(/^const (_\w+) = (".*?");$/gm)].map(([, name, text]) => [name, text]));
      const contents = source.replace(/\[(_\w+)\]:/g, (key, name: string) =>
        names.has(name) ? `${names.get(name)}:` : key,
      );
      return { contents, loader: 'js' };
    });
  },
};

const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes);

/** SHA-256 of all code of a bundle: of what `sha256sum *.mjs` prints in its folder (in the C locale). */
async function codeHash(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.mjs')).toSorted();
  const lines = files.map(async (name) => `${sha256(await readFile(join(folder, name)))}  ${name}\n`);
  return sha256((await Promise.all(lines)).join(''));
}

/**
 * Bundles every function's handler in one esbuild call, as `<name>.mjs` and shared chunks, and puts the configuration beside them, and
 * which code it is: one asset for all. The SDK is bundled too, because that loads in half the time of Lambda's own copy.
 */
export async function bundle(names: readonly string[], config: Config, outdir: string): Promise<string> {
  const missing = names.filter((name) => !existsSync(handlerOf(name)));
  if (missing.length > 0) {
    throw new Mistake(
      missing
        .map((name) => `lambdas/<room>/${name}/handler.ts: is missing; every contract needs its handler`)
        .join('\n'),
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
    // CommonJS packages within still ask for node's own modules by require.
    banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
    logLevel: 'error',
    plugins: [shakeSchemas],
  });
  await writeFile(join(outdir, 'config.json'), JSON.stringify(config));
  await writeFile(join(outdir, 'rules.json'), JSON.stringify(ruleNames(config)));
  const npm = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  await writeFile(join(outdir, 'build.json'), JSON.stringify({ ...npm, sha256: await codeHash(outdir) }));
  return outdir;
}
