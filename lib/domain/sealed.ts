import * as z from 'zod';

/** What an authority's stamp says of itself. Apart from what checks one, because that takes a large library to load. */
export const TimeStamp = z.object({
  /** When the signature existed, ISO 8601, by the authority's clock. */
  at: z.string(),
  /** Subject of the certificate that signed. Whose that is shows only where it leads to a certificate that somebody trusts. */
  authority: z.string(),
  /** The authority's number of the stamp, in hexadecimal. */
  serial: z.string(),
});
export type TimeStamp = z.infer<typeof TimeStamp>;

/** Where an incident's newest export lies, and what it ends with. */
export const Sealed = z.object({
  /** Ledger entries in it. */
  entries: z.int(),
  head: z.string(),
  at: z.string(),
  uri: z.string(),
  version: z.string().nullable(),
  /** SHA-256 of the archive, and of the manifest in it that is signed. */
  sha256: z.string().nullable(),
  manifest: z.string(),
  /** What the time-stamp authority said of it. */
  timeStamp: TimeStamp.nullable().default(null),
  /** Why it has none, although an authority is configured. */
  unstamped: z.string().optional(),
});
export type Sealed = z.infer<typeof Sealed>;
