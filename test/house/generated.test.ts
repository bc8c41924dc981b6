import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from './generate.ts';

test.each([...generated()])('%s is what its playbook says; if not, run npm run generate', (path, content) => {
  expect(readFileSync(path, 'utf8'), relative('.', path)).toBe(content);
});
