import * as z from 'zod';
import { Claim } from '../domain/claim.ts';
import type { LedgerEntry } from '../domain/ledger.ts';

/** What somebody says of an incident, and who put that on record. */
export interface Said {
  /** Ledger entry that says so. */
  readonly entry: number;
  readonly at: string;
  /** Who signed; `claim.who` is whose words they are. */
  readonly by: string;
  readonly claim: Claim;
}

const Detail = z.object({ claim: Claim });

/** What people say of an incident, by its ledger. */
export const saidIn = (entries: readonly LedgerEntry[]): Said[] =>
  entries.flatMap(({ sequence: entry, kind, at, actor: by, detail }) => {
    const { data } = Detail.safeParse(detail);
    return kind === 'claim' && data ? [{ entry, at, by, claim: data.claim }] : [];
  });
