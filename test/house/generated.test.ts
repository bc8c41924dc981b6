import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from './generate.ts';
import { committedFiles } from './sources.ts';

const root = join(import.meta.dirname, '../..');
const files = [...generated()];

test.each(files)('%s is what its playbook says; if not, run npm run generate', (path, content) => {
  expect(readFileSync(path, 'utf8'), relative('.', path)).toBe(content);
});

test('no page is left of what is no more', () => {
  const page = /^(lambdas\/[^/]+\/[^/]+|playbooks\/[^/]+)\/(README\.md|playbook\.asl\.json)$/;
  const pages = committedFiles.filter((path) => page.test(path) && existsSync(join(root, path)));
  const made = files.map(([path]) => relative(root, path));
  expect(pages.filter((path) => !made.includes(path))).toEqual([]);
});
