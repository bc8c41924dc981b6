import * as z from 'zod';

/** One sealed artefact: what it is, where it came from, who took it when, and where it lies. The hash is taken over the bytes as they went in. */
export const Custody = z.object({
  kind: z.string(),
  source: z.string(),
  account: z.string(),
  region: z.string(),
  acquiredAt: z.iso.datetime(),
  acquiredBy: z.string(),
  /** `s3://bucket/key` with the object version, or the ARN of a snapshot. */
  uri: z.string(),
  version: z.string().nullable(),
  size: z.number().nullable(),
  /** Null where AWS offers no bytes to hash: an EBS snapshot has no public digest. */
  sha256: z.string().nullable(),
  lockedUntil: z.iso.datetime().nullable(),
  lockMode: z.enum(['governance', 'compliance', 'none']),
});
export type Custody = z.infer<typeof Custody>;
