/** A record as it lies in the table, its export signed with a key of our own, and ways to make one anew: what an attacker has. */
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { genesis } from '../../../lib/domain/ledger.ts';
import type { Item } from '../../../lib/items/item.ts';
import { contentsOf, signed } from '../../../lib/record/export/contents.ts';
import { type Files, names } from '../../../lib/record/export/files.ts';
import { manifestOf } from '../../../lib/record/export/manifest.ts';

export const incident = 'inc-0123456789ab';
const pk = `INC#${incident}`;
const resource = 'arn:aws:ec2:eu-central-1:444455556666:instance/i-0123456789abcdef0';
export const openedAt = '2026-11-22T03:00:00.000Z';

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Artefacts of the incident: object key in the vault, and what lies there. Two versions of one object have one name. */
export const artefacts: readonly (readonly [key: string, bytes: string])[] = [
  ['findings/f1.json', '{"type":"Backdoor:EC2/C&CActivity.B"}'],
  [`incidents/${incident}/console.txt`, 'login: '],
  [`incidents/${incident}/report-draft.md`, '# first'],
  [`incidents/${incident}/report-draft.md`, '# second'],
];
const [finding, console, first, second] = artefacts.map(([key, bytes], index) => ({
  kind: key.split('/').at(-1),
  source: resource,
  account: '444455556666',
  region: 'eu-central-1',
  acquiredAt: openedAt,
  acquiredBy: 'tourniquet-x',
  key: 'arn:aws:kms:eu-central-1:111122223333:key/vault',
  tool: { name: 'tourniquet-x', version: '1.0.0', sha256: sha256('the code') },
  uri: `s3://vault/${key}`,
  version: `v${index}`,
  size: bytes.length,
  sha256: sha256(bytes),
  lockedUntil: null,
  lockMode: 'governance',
}));
const snapshot = { ...first, uri: 'arn:aws:ec2:eu-central-1::snapshot/snap-1', sha256: null, version: null };

const seen = { id: 'ev-1-1', found: 'as recorded', version: 'v0', lockedUntil: null };

const told: readonly [kind: string, actor: string, what: string, detail: object][] = [
  ['opened', 'open-incident', 'opened by Backdoor:EC2/C&CActivity.B', { run: 'r', raw: finding }],
  ['step', 'step record-instance', 'record-instance', { run: 'r', result: { outcome: 'taken', evidence: [console] } }],
  ['step', 'step snapshot-volumes', 'snapshot-volumes', { result: { outcome: 'taken', evidence: [snapshot] } }],
  [
    'asked',
    'request-approval',
    'asked: quarantine',
    { previous: genesis, said: 'ü "quoted" \\ \u2028 $(rm -rf /) %s' },
  ],
  ['decision', 'Rosa', 'approved quarantine', { reason: 'seen\nin the proxy log' }],
  ['step', 'step file-report-task', 'file-report-task', { result: { outcome: 'filed', evidence: [first] } }],
  ['step', 'step file-report-task', 'file-report-task', { result: { outcome: 'filed', evidence: [second] } }],
  ['closed', 'close-out', 'ec2-instance-compromise ended: contained', { run: 'r' }],
  ['sealed', 'seal-record', 'sealing entries 1 to 8', { run: 'r', verified: [seen] }],
];

type Entry = Record<string, unknown> & { at: string };

/** Chains entries, whatever they are, as the ledger does. */
export function chained(entries: readonly Entry[]): Entry[] {
  let previous = genesis;
  return entries.map((entry, index) => {
    const next = { ...entry, sequence: index + 1, previous };
    previous = sha256(canonicalize(next) ?? '');
    return { ...next, hash: previous };
  });
}

const minute = (index: number): string => new Date(Date.parse(openedAt) + index * 60_000).toISOString();
export const entries: readonly Entry[] = told.map(([kind, actor, what, detail], index) => ({
  at: minute(index),
  kind,
  actor,
  what,
  detail,
}));

/** The items of a record with these ledger entries. */
export function itemsOf(ledger: readonly Entry[]): Item[] {
  const lines = chained(ledger);
  const meta = {
    incident,
    openedAt,
    state: 'contained',
    severity: 'high',
    type: 'T',
    resource,
    playbook: 'p',
    run: 'r',
  };
  return [
    ...lines.map((entry, index) => ({ pk, sk: `LEDGER#${String(index + 1).padStart(6, '0')}`, ...entry })),
    { pk, sk: 'LEDGER-HEAD', sequence: lines.length, hash: lines.at(-1)?.hash },
    { pk, sk: 'META', ...meta },
  ];
}

export interface Pair {
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
  readonly fingerprint: string;
}

export function newPair(namedCurve = 'P-256'): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { publicKey: der, privateKey, fingerprint: sha256(der) };
}

const sign = (manifest: Uint8Array, { privateKey }: Pair): Buffer =>
  createSign('sha256').update(manifest).sign(privateKey);

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/0f0e0d0c-0b0a-0908-0706-050403020100';
const config = { entity: { name: 'Example Corp', contact: '', contracts: [], clearance: '' }, regimes: [] };

/** An export as seal-record makes it, but for KMS. */
export function exportOf(items: readonly Item[], pair: Pair): Files {
  const unsigned = contentsOf(items, config, { keyArn, publicKey: pair.publicKey });
  return signed(unsigned, sign(unsigned.manifest, pair));
}

/** The same with some files otherwise (null: left out), nothing else mended. */
export function withFiles(files: Files, changes: Readonly<Record<string, string | Uint8Array | null>>): Files {
  const changed = new Map(files);
  for (const [name, bytes] of Object.entries(changes)) {
    if (bytes === null) changed.delete(name);
    else changed.set(name, Buffer.from(bytes));
  }
  return changed;
}

/** With a manifest that fits what is there now; the signature stays the old one. */
export function relisted(files: Files): Files {
  const listed = [...files].filter(([name]) => name !== names.manifest && name !== names.signature);
  return withFiles(files, { [names.manifest]: manifestOf(new Map(listed)) });
}

/** Listed and signed anew, as whoever holds a private key can. */
export function resigned(files: Files, pair: Pair): Files {
  const fresh = relisted(files);
  return withFiles(fresh, { [names.signature]: sign(fresh.get(names.manifest) ?? new Uint8Array(), pair) });
}

export const textIn = (files: Files, name: string): string => Buffer.from(files.get(name) ?? []).toString();
