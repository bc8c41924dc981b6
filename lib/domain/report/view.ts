import type { FieldName } from './fields.ts';

/** One field as a regime asks for it, in its own words and with its own number where it has one. */
export interface RequiredField {
  readonly field: FieldName;
  readonly title: string;
  /** What is not required may stay empty: "where applicable", "where available". */
  readonly required: boolean;
}

/** What one report of a regime has to say, as data. Nothing here is legal advice. */
export interface View {
  readonly regime: string;
  readonly report: string;
  readonly source: string;
  /** The day the list was last compared with its source; null where nobody could: the note says what it rests on. */
  readonly verified: string | null;
  readonly note?: string;
  /** Whether "unknown", once a person has said so, will do for what is required. In a final report it does not. */
  readonly unknown: 'will do' | 'will not do';
  readonly fields: readonly RequiredField[];
}

/** It has to be in the report. */
export const must = (field: FieldName, title: string): RequiredField => ({ field, title, required: true });
/** It is in the report where there is something to say. */
export const may = (field: FieldName, title: string): RequiredField => ({ field, title, required: false });
