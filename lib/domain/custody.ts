import * as z from 'zod';

/** The program that acquired something, so that it can be looked at again: `sha256` is of the code as it was deployed. */
export const Tool = z.object({ name: z.string(), version: z.string(), sha256: z.string() });
export type Tool = z.infer<typeof Tool>;

/**
 * How one artefact was acquired: what it is, where it came from, who took it when and with what, and where it lies. What came later
 * (transfers, verifications) is on the ledger, and `custodyRecords` puts it together.
 */
export const Custody = z.object({
  kind: z.string(),
  source: z.string(),
  account: z.string(),
  region: z.string(),
  acquiredAt: z.iso.datetime(),
  /** The function that took it: its session in the hub has this name; in the account it acts under the name of the run. */
  acquiredBy: z.string(),
  tool: Tool,
  /** `s3://bucket/key` with the object version, or the ARN of a snapshot. */
  uri: z.string(),
  /** Null of a snapshot, and as long as an object is only on its way into the vault. */
  version: z.string().nullable(),
  /** Bytes. */
  size: z.number().nullable(),
  /** Null where AWS offers no bytes to hash: an EBS snapshot has no public digest. */
  sha256: z.string().nullable(),
  /** ARN of the KMS key that encrypts it; null where none does, or none was named to us. */
  key: z.string().nullable(),
  lockedUntil: z.iso.datetime().nullable(),
  lockMode: z.enum(['governance', 'compliance', 'none']),
});
export type Custody = z.infer<typeof Custody>;

/** Why EC2 could not make a copy, which it tells only after the call (EC2 API reference, Snapshot: StateMessage), and how another is made. */
export const copyFailed = (region: string, volume: string, because: string): string =>
  `${because || 'EC2 gives no reason'}; another copy, once its key can be used: aws ec2 create-snapshot --region ${region} --volume-id ${volume}`;
