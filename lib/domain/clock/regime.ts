import type { Term } from './term.ts';

/** What can be known of an incident, each since a moment, besides reports that were sent. */
export const factNames = [
  'discovered',
  'aware',
  'reasonable-belief',
  'payment-made',
  'classified-major',
  'materiality-determined',
  'handling-ended',
  'fixed',
  'reclassified',
] as const;
export type FactName = (typeof factNames)[number];

/** What a clock runs from; `sent:` is followed by a report of the same regime. */
export type Start = FactName | `sent:${string}`;

interface From {
  readonly after: Start;
  readonly term: Term;
}

/** When a report is due. `atLatest` cuts it short, unless the rule itself starts only after that moment. */
export interface Rule extends From {
  readonly atLatest?: From;
}

/** A later time the law may allow. It is said and never used. */
export interface Kinder {
  readonly says: string;
  readonly rule?: From;
  /** The rule holds only where its start comes after the report was due. */
  readonly where?: 'still going on';
}

/** One report of a regime. Of several rules whose start is known, the earliest time counts. */
export interface Report {
  readonly rules: readonly Rule[];
  readonly source: string;
  readonly note?: string;
  readonly kinder?: readonly Kinder[];
  /** Nothing to send: something to keep at least until then. */
  readonly means?: 'keep until';
}

/** A duty to report, as data. `verified` is the day a person last read the source; nothing here is legal advice. */
export interface Regime {
  readonly name: string;
  readonly title: string;
  readonly standing: 'in force' | 'draft' | 'voluntary' | 'contract';
  readonly source: string;
  /** Where the official text of the source stands. */
  readonly url: string;
  readonly verified: string;
  readonly note?: string;
  /** With this fact nothing more is owed, unless a fact of the other name is younger. */
  readonly calledOff?: { readonly by: FactName; readonly unless: FactName };
  readonly reports: Readonly<Record<string, Report>>;
}

/** A regime that nobody has read yet: words only, so that no time can be computed from it. */
export interface Unverified {
  readonly name: string;
  readonly title: string;
  readonly standing: 'unverified';
  readonly source: string;
  readonly verified: null;
  /** What it is believed to ask for. */
  readonly believed: string;
}
