import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import type { Copy } from '../version.ts';
import type { VersionSeen } from './step.ts';

const Sealed = z.object({ outcome: z.literal('recorded'), evidence: z.array(Custody) });

/** What a step sealed of the version, by its receipt: nothing where it did not seal all of it, or one piece is no artefact of the vault. */
export function copiesIn(receipt: unknown): Copy[] {
  const pieces = (Sealed.safeParse(receipt).data?.evidence ?? []).map(({ uri, version, sha256 }) =>
    version && sha256 ? [{ uri, version, sha256 }] : [],
  );
  return pieces.every(({ length }) => length > 0) ? pieces.flat() : [];
}

/** A version or a delete marker of the key, newest first. */
export interface Entry {
  readonly version: string;
  readonly kind: 'version' | 'delete marker';
  readonly at: string;
}

/** What whoever asks for the key without naming a version gets once this version is gone. */
export function shownAfter(entries: readonly Entry[], version: string): string {
  const at = entries.findIndex((one) => one.version === version);
  if (at > 0) return `It is not the newest of its key: ${at} newer, and those stay as they are`;
  const next = entries[at + 1];
  if (!next) return 'It is the only version of its key: the key is empty without it';
  return next.kind === 'version'
    ? `It is the newest of its key: without it the version ${next.version} of ${next.at} shows again, which may be malicious too`
    : `It is the newest of its key: without it the key is deleted, by a marker of ${next.at}`;
}

interface Found {
  readonly what: string;
  readonly etag: string | null;
  readonly size: number;
  readonly copies: readonly Copy[];
  /** What its key shows without it. */
  readonly after: string;
}

/** The facts for the question. Nobody is asked about what is gone, and about nothing that is not kept. */
export function factsOf({ what, etag, size, copies, after }: Found, mode: 'observe' | 'respond'): VersionSeen {
  const seen = { outcome: 'read' as const, etag, copies: [...copies], unknown: [] };
  if (etag === null) return { ...seen, removable: 'none', facts: [`${what} is gone already`] };
  if (copies.length === 0 && mode === 'respond')
    return {
      ...seen,
      removable: 'none',
      facts: [`${what} is not deleted: the vault has no copy of it, and nothing brings it back`],
    };
  const kept =
    copies.length > 0 ? copies.map(({ uri }) => uri).join(', ') : 'a copy in the vault, which is made before';
  return {
    ...seen,
    removable: 'some',
    facts: [
      `${what} has ${size} bytes, ETag ${etag}`,
      `Kept as ${kept}: read back before anything is deleted`,
      after,
      'This is final: what deletes a version cannot be undone, and the copy is evidence, not a backup',
    ],
  };
}
