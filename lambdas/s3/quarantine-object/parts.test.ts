import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashedInParts, manifestOf, nameOf } from './parts.ts';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('hashes the whole and its parts, however it streams in', async () => {
  const chunk = fc.uint8Array({ maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk), fc.integer({ min: 1, max: 9 }), async (chunks, most) => {
      const all = Buffer.concat(chunks);
      const { size, sha256, parts } = await hashedInParts(Readable.from(chunks), most);
      expect([size, sha256]).toEqual([all.length, sha(all)]);
      expect(parts).toHaveLength(Math.max(1, Math.ceil(all.length / most)));
      for (const part of parts) expect(part.sha256).toBe(sha(all.subarray(part.from, part.from + part.size)));
      expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(all.length);
    }),
  );
});

it('says how the parts make the whole', async () => {
  const hashed = await hashedInParts(Readable.from([Buffer.from('MZmalware')]), 4);
  expect(JSON.parse(String(Buffer.from(manifestOf(hashed) ?? [])))).toEqual({
    size: 9,
    sha256: sha(Buffer.from('MZmalware')),
    parts: hashed.parts.map((part, at) => ({ name: `malicious-object-${at + 1}-of-3`, ...part })),
  });
  expect(manifestOf(await hashedInParts(Readable.from([]), 4))).toBeNull();
  expect(nameOf(0, 1)).toBe('malicious-object');
});
