import { hash } from 'node:crypto';

/** Names inside an export's folder, and the bytes under each. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What an export consists of. The page and the drafts are for reading; all others are needed to check it. */
export const names = {
  readme: 'README.txt',
  ledger: 'ledger.jsonl',
  head: 'head.json',
  incident: 'incident.json',
  page: 'incident.html',
  evidence: 'evidence.jsonl',
  draft: 'reports/draft.json',
  draftPage: 'reports/draft.md',
  key: 'key.json',
  publicKey: 'public-key.pem',
  manifest: 'manifest.sha256',
  signature: 'manifest.sig',
} as const;

/** What a time-stamp authority answered about the signature, as openssl reads it (RFC 3161). Not every export has one. */
export const timeStampName = 'manifest.sig.tsr';

/** The manifest cannot list itself; the signature is made over it, and the time-stamp over that. */
export const unlisted: readonly string[] = [names.manifest, names.signature, timeStampName];

/** Bytes of a whole export. One of 100,000 ledger entries takes a tenth of it. */
export const mostBytes = 1024 ** 3;

/** A tar header has 100 bytes for a name (POSIX.1-2017, pax, "ustar Interchange Format"). */
const longestName = 100;
const plainName = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;

/** Whether a name stays inside the folder it is written to: relative, no part of it hidden, none of them `..`, nothing to escape. */
export const isPlain = (name: string): boolean => name.length <= longestName && plainName.test(name);

/** SHA-256 in lower-case hex; of a text, over its UTF-8. */
export const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes);
