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
