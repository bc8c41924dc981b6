import { type Removal, removalOf } from '../../../lib/domain/removal.ts';
import type { ShownVersion } from '../version.ts';
import type { VersionThere } from './step.ts';

/** Why it stays; null where it may go: it is the very one that was shown, and its copy is whole. */
export function whyLeft({ etag, kept }: VersionThere, shown: ShownVersion): string | null {
  if (etag === null) return 'gone already';
  if (etag !== shown.etag) return `another object now (ETag ${etag}), written after the question`;
  return kept;
}

/** What it came to; `error` is S3's, where it did not let it go. */
export function removalFrom(what: string, why: string | null, error: string | null): Removal {
  const found = { removed: [], left: [], failed: [], lastUsed: [] };
  if (why !== null) return removalOf({ ...found, left: [`${what}: ${why}`] });
  if (error !== null) return removalOf({ ...found, failed: [{ what, error }] });
  return removalOf({ ...found, removed: [what] });
}
