import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hexOf, layerFile } from './plan.ts';

it('writes a hash as the vault does', () => {
  const hash = createHash('sha256').update('code');
  const copy = hash.copy();
  expect(hexOf(hash.digest('base64'))).toBe(copy.digest('hex'));
});

it('names the file of a layer by its name and version', () => {
  expect(layerFile('arn:aws:lambda:eu-central-1:444455556666:layer:tools:3')).toBe('layer-tools-3.zip');
});
