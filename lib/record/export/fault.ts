/** The first thing wrong with an export, in one sentence. */
export interface Fault {
  /** Name inside the export; of an artefact, its URI. */
  readonly file: string;
  /** Sequence number in the ledger, where it is about one entry. */
  readonly entry?: number;
  readonly what: string;
}

/** Ends a verification: whatever comes after the first fault rests on something that is not as it was sealed. */
export class Tampered extends Error {
  override name = 'Tampered';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.what);
    this.fault = fault;
  }
}

/** Throws a Tampered that names the file, what is wrong with it, and the entry if there is one. */
export function wrong(file: string, what: string, entry?: number): never {
  throw new Tampered({ file, ...(entry !== undefined && { entry }), what });
}
