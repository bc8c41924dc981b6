import type { Claim } from '../../../lib/domain/claim.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';

/** Logs that are to be read. */
export interface Logs {
  readonly files: readonly string[];
  /** What a file is called in what is printed. */
  nameOf(file: string): string;
  /** The sessions of the incident’s own runs; undefined where there is no incident. */
  readonly sessions: ReadonlySet<string> | undefined;
  /** Findings of the incident; none where there is no incident. */
  readonly findings: readonly Finding[];
  /** What people say in the incident; nothing where there is no incident. */
  readonly claims: readonly Claim[];
  /** Files that belong to them and could not be had. */
  readonly lost: number;
}
