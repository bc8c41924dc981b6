import * as z from 'zod';

/** Bytes of a block as EBS keeps, counts and hashes it (EBS user guide, "Concepts for EBS direct APIs"). */
export const blockSize = 524_288;

/** Blocks of a volume of so many GiB. */
export const blocksOf = (gibibytes: number): number => (gibibytes * 2 ** 30) / blockSize;

/** What is known of the content of a snapshot: a Merkle root over every block of its volume, or why there is none. */
export const BlockProof = z.object({
  /** ARN of the snapshot. */
  uri: z.string(),
  /** Of the whole volume, by its size. */
  blocks: z.int(),
  /** As many of them as EBS lists: what it does not list was never written, and is read as zeros. */
  written: z.int(),
  /** As many of those as were read and hashed. */
  hashed: z.int(),
  /**
   * In hex; null where it is not complete. The tree is that of RFC 6962, section 2.1; its leaf of a block is the SHA-256 of its 512 KiB, in
   * lower-case hex as ASCII, and of a block that was never written that of 512 KiB of zeros.
   */
  root: z.string().nullable(),
  because: z.string().optional(),
});
export type BlockProof = z.infer<typeof BlockProof>;

const counted = (count: number): string => count.toLocaleString('en-US');

/** The same in a sentence. */
export function proofWords({ blocks, written, hashed, root, because = '' }: Omit<BlockProof, 'uri'>): string {
  if (root === null) return `not proved, ${counted(hashed)} blocks of 512 KiB hashed: ${because}`;
  const rest = `${counted(blocks - written)} never written, taken as zeros`;
  return `Merkle root ${root} over ${counted(blocks)} blocks of 512 KiB: ${counted(hashed)} read and hashed, ${rest}`;
}

/** Dollars for so many requests of GetSnapshotBlock: 0.003 a thousand in us-east-1 (EBS pricing, "EBS direct APIs for Snapshots", read in November 2026). */
export const priceOf = (requests: number): number => (requests * 0.003) / 1000;

/** `65,536 requests, about 0.20 dollars`. */
export function requestsWords(requests: number): string {
  const dollars = priceOf(requests);
  return `${counted(requests)} requests, ${dollars < 0.01 ? 'less than a cent' : `about ${dollars.toFixed(2)} dollars`}`;
}
