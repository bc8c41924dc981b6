import * as z from 'zod';
import type { Entry } from './ledger-lines.ts';

/** As much of a custody record as is needed to find the artefact and check it; the rest is handed on as it is. */
const Kept = z.looseObject({ uri: z.string(), sha256: z.string().nullable(), version: z.string().nullish() });

export const Artefact = Kept.extend({
  /** Ledger entry that it is on record by. */
  entry: z.int(),
  kind: z.string(),
});
export type Artefact = z.infer<typeof Artefact>;

const Detail = z.object({
  raw: Kept.optional().catch(undefined),
  result: z
    .object({ evidence: z.array(z.unknown()).catch([]) })
    .optional()
    .catch(undefined),
});

const Sealed = Kept.extend({ kind: z.string() });

/** Every artefact that the ledger names: raw findings, and what the steps sealed, each with its custody and the entry that says so. */
export function artefactsIn(entries: readonly Pick<Entry, 'sequence' | 'at' | 'detail'>[]): Artefact[] {
  return entries.flatMap(({ sequence, at, detail }) => {
    const { raw, result } = Detail.safeParse(detail).data ?? {};
    const sealed = (result?.evidence ?? []).flatMap((one) => Sealed.safeParse(one).data ?? []);
    const found = raw ? [{ kind: 'finding', ...raw, acquiredAt: at }] : [];
    return [...found, ...sealed].map((one) => ({ entry: sequence, ...one }));
  });
}

/** What makes an artefact the same in two lists. */
export const identityOf = ({ entry, uri, version, sha256 }: Artefact): string =>
  JSON.stringify([entry, uri, version ?? null, sha256]);
