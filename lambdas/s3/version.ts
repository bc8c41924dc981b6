import * as z from 'zod';
import type { StoredObject } from './object/target.ts';
import { keyOf, versionOf } from './object-arns.ts';
import { inBucket } from './stored.ts';

/** As calls take the one version. */
export const atVersion = (target: StoredObject) => ({
  ...inBucket(target),
  Key: keyOf(target),
  VersionId: versionOf(target),
});

/** A copy in the vault: `s3://bucket/key` with its version, and the SHA-256 of its bytes in hex. */
export const Copy = z.object({ uri: z.string(), version: z.string(), sha256: z.string() });
export type Copy = z.infer<typeof Copy>;

/** A version by its ETag; null where it is gone. `copies` are what the vault has of it, in their order: none where not all of it was copied. */
export const ShownVersion = z.object({ etag: z.string().nullable(), copies: z.array(Copy) });
export type ShownVersion = z.infer<typeof ShownVersion>;
