import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Transient } from '../../../lib/domain/errors.ts';
import type { Passing } from '../../runtime/acquire.ts';
import { hexOf } from './plan.ts';

/** Where a package is fetched, its size, and its SHA-256 in base64. */
type Package = readonly [location: string | undefined, size: number | undefined, sha256: string | undefined];

/** A package as Lambda keeps it; S3 compares what arrives in the vault with the hash that Lambda has of it. */
export function passing([location, size, sha256]: Package): Passing | null {
  if (!location || !size || !sha256) return null;
  return {
    size,
    sha256: hexOf(sha256),
    async open() {
      const { body, status } = await fetch(location);
      if (status !== 200 || !body) throw new Transient(`Lambda's store of code answered ${status}.`);
      return Readable.fromWeb(body as ReadableStream);
    },
  };
}
