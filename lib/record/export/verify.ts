import { checkArtefacts, checkDisks, checkEvidence, checkSummary, type Disks, Summary } from './agreement.ts';
import { type Fault, Tampered, wrong } from './fault.ts';
import { type Files, names, sha256 } from './files.ts';
import { checkLedger, type Entry, Head } from './ledger-lines.ts';
import { checkNames, readManifest } from './manifest.ts';
import { checkComplete, jsonIn as json, textIn as text } from './read-file.ts';
import { checkKey, checkSignature, Key } from './signature.ts';

export interface Expected {
  /** Fingerprint of the only key that may have signed; null leaves the comparison to whoever reads the result. */
  readonly pinned: string | null;
  /** SHA-256 of the copies of artefacts at hand, by file name; null where there are none to check. */
  readonly copies: ReadonlyMap<string, string> | null;
  /** What was read of disks made from snapshots, by the snapshot's id. */
  readonly disks?: Disks;
}

/** What a verification has found. All but `firstFault` is what the export says of itself, as far as it was reached. */
export interface Verdict {
  readonly ok: boolean;
  readonly incident: string | null;
  /** Entries of the ledger, by its head. */
  readonly entries: number | null;
  readonly head: string | null;
  /** Fingerprint of the key that signed. */
  readonly key: string | null;
  /** Last entry's time, by the clock of the machine that wrote it. */
  readonly sealedAt: string | null;
  /** Artefacts that are listed, and those of them no one can check by bytes: AWS gives a snapshot no digest, and its blocks were not read. */
  readonly artefacts: { readonly listed: number; readonly withoutDigest: number } | null;
  readonly firstFault: Fault | null;
}

/** Says more than that a file has another hash, where more can be said. */
function checkHash(files: Files, name: string, expected: string): void {
  const bytes = files.get(name) ?? new Uint8Array();
  if (sha256(bytes) === expected) return;
  if (name === names.ledger) checkLedger(text(files, name), json(files, names.head, Head));
  if (bytes.at(-1) !== 0x0a) wrong(name, `${name} is cut short: it does not end with a line.`);
  wrong(name, `${name} was changed: its SHA-256 differs from the manifest.`);
}

/** All checks in order; each tells what it has learnt before the next may fail. */
function check(files: Files, { pinned, copies, disks }: Expected, learn: (more: Partial<Verdict>) => void): void {
  checkComplete(files, Object.values(names));
  const listed = readManifest(text(files, names.manifest));
  checkNames(listed, files);
  for (const [name, expected] of listed) checkHash(files, name, expected);
  const said = json(files, names.key, Key);
  const key = checkKey(text(files, names.publicKey), said, pinned);
  checkSignature(files.get(names.manifest) ?? new Uint8Array(), files.get(names.signature) ?? new Uint8Array(), key);
  learn({ key: said.fingerprint });
  const head = json(files, names.head, Head);
  learn({ incident: head.incident, entries: head.entries, head: head.hash });
  const entries = checkLedger(text(files, names.ledger), head);
  checkEnd(entries, head);
  learn({ sealedAt: head.at });
  checkSummary(json(files, names.incident, Summary), entries, head);
  const artefacts = checkEvidence(text(files, names.evidence), entries, head);
  const withoutDigest = artefacts.filter(({ sha256: digest, proof }) => digest === null && !proof?.root).length;
  learn({ artefacts: { listed: artefacts.length, withoutDigest } });
  if (copies) checkArtefacts(artefacts, copies);
  if (disks) checkDisks(artefacts, disks);
}

function checkEnd(entries: readonly Entry[], { at }: Head): void {
  const last = entries.at(-1);
  if (last?.at !== at) wrong(names.head, `${names.head} says ${at}, and the last entry ${last?.at}.`, last?.sequence);
}

const unknown = { incident: null, entries: null, head: null, key: null, sealedAt: null, artefacts: null };

/**
 * Checks an export offline: complete, every hash, the signature, the ledger line by line, and that what is written about it agrees with
 * it. `read` gives its files, or throws a Tampered of its own. Never throws one.
 */
export function verifyExport(read: () => Files, expected: Expected): Verdict {
  let learnt: Omit<Verdict, 'ok' | 'firstFault'> = unknown;
  try {
    check(read(), expected, (more) => {
      learnt = { ...learnt, ...more };
    });
    return { ok: true, ...learnt, firstFault: null };
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    return { ok: false, ...learnt, firstFault: error.fault };
  }
}
