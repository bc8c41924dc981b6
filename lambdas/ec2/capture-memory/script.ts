import type { PartAddresses } from '../../runtime/parts.ts';

/** A tool of the user's: where the instance gets it from, which it has to be, and what it is told. */
export interface ToolHere {
  /** A signed address, or a path on the instance. */
  readonly from: string;
  readonly sha256: string;
  readonly arguments: string;
}

/** What goes into either script. */
export interface Capture extends PartAddresses {
  /** Seconds after which no further part is begun. */
  readonly within: number;
}

/** Parts of a dump at most: their signatures have to fit into one command, and S3 takes 10,000. */
export const mostParts = 100;

/** MiB of a part at least: S3 takes 5, but of the last (S3 user guide, "Amazon S3 multipart upload limits"). */
export const leastPart = 8;

/** The memory of the machine by this gives the size of a part, so that a quarter more than it has fits. */
export const share = 80;
