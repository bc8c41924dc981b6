import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Block, type EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import { blockSize } from '../../../lib/domain/block-proof.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import { oneOfThree } from '../../runtime/errors.ts';

/** Tries of a call that EBS throttles, and milliseconds before the second; each later one waits twice as long. */
const [tries, breath] = [6, 100];

async function patiently<T>(call: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (attempt === tries || !(oneOfThree(error) instanceof Transient)) throw error;
    await setTimeout(breath * 2 ** attempt * (0.5 + Math.random() / 2));
    return patiently(call, attempt + 1);
  }
}

/** Tokens end: of a page after an hour, of a block after a week, or with the next listing (EBS user guide, "Concepts for EBS direct APIs"). */
export const isStale = (error: unknown): boolean =>
  error instanceof Error && 'Reason' in error && /^INVALID_(PAGE|BLOCK)_TOKEN$/.test(String(error.Reason));

/** A block as it is listed: its number in the volume, and by what it is asked for. */
export interface Listed {
  readonly BlockIndex: number;
  readonly BlockToken: string;
}

const isWhole = (block: Block): block is Listed => block.BlockIndex !== undefined && block.BlockToken !== undefined;

/**
 * The written blocks from `start` on, a page at a time. A page may be short, or empty with more to come: only one without a token is the last
 * (EBS user guide, "FAQ for EBS direct APIs", which says too that they come in the order of their numbers).
 */
export async function* pagesOf(
  ebs: EBSClient,
  SnapshotId: string,
  start: number,
  MaxResults: number,
): AsyncGenerator<Listed[]> {
  let NextToken: string | undefined;
  do {
    const place = NextToken ? { NextToken } : { StartingBlockIndex: start };
    const asked = new ListSnapshotBlocksCommand({ SnapshotId, MaxResults, ...place });
    const page = await patiently(() => ebs.send(asked));
    yield (page.Blocks ?? []).filter(isWhole);
    NextToken = page.NextToken;
  } while (NextToken);
}

/** The bytes of a block are not those that EBS has the checksum of. */
export class OtherBytes extends Error {}

/** SHA-256 of a block in hex, computed over what came, and compared with what EBS says of it. */
export function hashOf(ebs: EBSClient, SnapshotId: string, { BlockIndex, BlockToken }: Listed): Promise<string> {
  return patiently(async () => {
    const asked = new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken });
    const { BlockData, Checksum } = await ebs.send(asked);
    const bytes = (await BlockData?.transformToByteArray()) ?? new Uint8Array();
    const digest = createHash('sha256').update(bytes).digest();
    if (bytes.length === blockSize && digest.toString('base64') === Checksum) return digest.toString('hex');
    throw new OtherBytes(`block ${BlockIndex} came with ${bytes.length} bytes, and not those of its checksum`);
  });
}
