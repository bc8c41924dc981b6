import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { production, type Source, sources } from './sources.ts';

const root = join(import.meta.dirname, '../..');
const Versions = z.record(z.string(), z.string());
const { dependencies, devDependencies } = z
  .object({ dependencies: Versions, devDependencies: Versions })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** Declared although no file imports it. */
const unimported: Readonly<Record<string, string>> = {
  'aws-cdk': 'the command line that deploys',
  node: 'the Node of npm scripts and of the CDK command line, whatever the machine has',
  typescript: 'checks the types',
  '@biomejs/biome': 'formats and lints',
  '@types/node': 'types of what Node brings',
  'asl-validator': 'is CommonJS, and required by the test of the notation',
};

/** The package behind an import: `@scope/name/part` is `@scope/name`. */
const packageOf = (to: string): string => to.split('/', to.startsWith('@') ? 2 : 1).join('/');
const imported = (files: readonly Source[]): Set<string> =>
  new Set(files.flatMap(({ imports }) => imports.map(({ to }) => packageOf(to))));

test('every package that is declared is imported, or says what else it is for', () => {
  const used = imported(sources);
  const bare = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !used.has(name) && !used.has(name.replace('@types/', '')) && !unimported[name],
  );
  expect(bare).toEqual([]);
  expect(Object.keys(unimported).filter((name) => used.has(name))).toEqual([]);
});

test('a deployment needs no development dependency: npm ci --omit=dev, then cdk deploy', () => {
  const needed = imported(production);
  expect(Object.keys(devDependencies).filter((name) => needed.has(name))).toEqual([]);
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['aws-cdk', 'node']));
  const merelyTested = Object.keys(dependencies).filter((name) => !needed.has(name) && !unimported[name]);
  expect(merelyTested).toEqual([]);
});

test("the SDK's clients share one core", () => {
  const { packages } = z
    .object({ packages: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const cores = Object.keys(packages).filter((path) => path.endsWith('node_modules/@aws-sdk/core'));
  expect(cores).toEqual(['node_modules/@aws-sdk/core']);
});
