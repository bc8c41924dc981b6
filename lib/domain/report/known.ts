import type { IncidentFact } from '../clock/incident-fact.ts';
import type { Obligation } from '../clock/obligation.ts';
import type { Config } from '../config.ts';
import type { Finding } from '../finding/finding.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Json, Stated } from './field.ts';

/** What a draft is made from: read at one moment, and possibly while more is being written. */
export interface Known {
  readonly incident: string;
  readonly now: string;
  readonly openedAt: string;
  readonly resource: string;
  readonly account: string;
  readonly region: string;
  readonly entity: Config['entity'];
  /** In the order in which they came; the last of a name is in force. */
  readonly facts: readonly IncidentFact[];
  readonly obligations: readonly Obligation[];
  readonly findings: readonly { readonly finding: Finding; readonly receivedAt: string }[];
  readonly entries: readonly LedgerEntry[];
  /** What people have said about fields. */
  readonly stated: readonly Stated[];
  /** SHA-256 over canonical JSON, in hex. */
  readonly hashOf: (value: Json) => string;
}
