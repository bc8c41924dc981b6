import canonicalize from 'canonicalize';
import { Broken } from '../../domain/errors.ts';
import { genesis } from '../../domain/ledger.ts';
import { draftReport } from '../../domain/report/report.ts';
import type { Item } from '../../items/item.ts';
import { entryItem } from '../../items/ledger.ts';
import { custodyRecords } from '../custody.ts';
import { hashOf } from '../hash.ts';
import { type Incident, incidentFrom } from '../incident.ts';
import { knownFrom, type Reporting } from '../known.ts';
import { page } from '../page/page.ts';
import { reportPage } from '../report-page.ts';
import { unknownStatement } from '../statements.ts';
import { type Files, names, sha256, timeStampName } from './files.ts';
import { type Head, ledgerLines, readEntries } from './ledger-lines.ts';
import { manifestOf } from './manifest.ts';
import { readme } from './readme.ts';
import { type Key, pemOf } from './signature.ts';

/** The key that will sign: its ARN, and its public part as KMS hands it out (DER). */
export interface Signer {
  readonly keyArn: string;
  readonly publicKey: Uint8Array;
}

/** What is signed. `files` lack nothing but the signature of `manifest`. */
export interface Unsigned {
  readonly head: Head;
  readonly files: Files;
  readonly manifest: Uint8Array;
}

/** Every text of an export ends with a line, so that a cut is seen. */
const lastLineEnded = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
const asLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function reportsOf(items: readonly Item[], incident: Incident, config: Reporting, now: string): [string, string][] {
  const [first] = incident.findings;
  // A bucket's ARN names neither account nor Region; its finding does.
  const account = incident.account || (first?.account ?? '');
  const region = incident.region || (first?.region ?? '');
  const { openedAt, resource } = incident;
  const about = { incident: incident.incident, openedAt, resource, account, region };
  const report = draftReport(knownFrom(items, about, config, now));
  return [
    [names.draft, json(report)],
    [names.draftPage, lastLineEnded(reportPage(report))],
  ];
}

/**
 * An incident's record as it is exported, from its items, read at one moment. The same items give the same bytes: every time in it is
 * of the record. Throws Broken where the ledger is not whole, or where words of people stand beside it that it does not know: what is broken
 * must not be sealed as if it were not.
 */
export function contentsOf(items: readonly Item[], config: Reporting, { keyArn, publicKey }: Signer): Unsigned {
  const incident = incidentFrom(items);
  if (!incident?.ledger.intact)
    throw new Broken(`The ledger is incomplete: ${incident?.ledger.because ?? 'there is no incident'}.`);
  // Throws where an entry cannot be read: page and timeline would say less than the ledger.
  entryItem.all(items);
  const lines = ledgerLines(items);
  const entries = readEntries(lines);
  const word = unknownStatement(incident, entries);
  if (word) throw new Broken(`The record has ${word}, which no entry of the ledger mentions.`);
  const at = entries.at(-1)?.at ?? incident.openedAt;
  const custody = custodyRecords(entries);
  const last = custody.at(-1);
  const evidence = { records: custody.length, hash: last ? hashOf(last) : genesis };
  const hash = sha256(lines.at(-1) ?? '');
  const head: Head = { incident: incident.incident, entries: lines.length, hash, at, evidence };
  const fingerprint = sha256(publicKey);
  const key: Key = { keyArn, algorithm: 'ECDSA_SHA_256', fingerprint };
  const texts: [string, string][] = [
    [names.readme, readme(head, key)],
    [names.ledger, asLines(lines)],
    [names.head, json(head)],
    [names.incident, json(incident)],
    [names.page, lastLineEnded(page(incident, at))],
    [names.evidence, asLines(custody.map((record) => canonicalize(record) ?? ''))],
    ...reportsOf(items, incident, config, at),
    [names.key, json(key)],
    [names.publicKey, pemOf(publicKey)],
  ];
  const files = new Map<string, Uint8Array>(texts.map(([name, text]) => [name, Buffer.from(text)]));
  const manifest = Buffer.from(manifestOf(files));
  return { head, manifest, files: files.set(names.manifest, manifest) };
}

/** The whole export, with the signature (DER) over its manifest, and the time-stamp over that where there is one. */
export const signed = ({ files }: Unsigned, signature: Uint8Array, timeStamp: Uint8Array | null = null): Files =>
  new Map([...files, [names.signature, signature], ...(timeStamp ? [[timeStampName, timeStamp] as const] : [])]);
