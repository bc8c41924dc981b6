import * as z from 'zod';
import { BlockProof } from '../domain/block-proof.ts';
import { Custody } from '../domain/custody.ts';
import { genesis, type LedgerEntry } from '../domain/ledger.ts';
import { hashOf } from './hash.ts';

/** As much of a custody record as is needed to find the artefact and check it; the rest is handed on as it is. */
const Kept = Custody.partial().loose().required({ kind: true, uri: true, sha256: true });
type Kept = z.infer<typeof Kept>;

/** What looking at an artefact in the vault has shown; `bytes` were read and hashed anew. */
export const Verification = z.object({
  id: z.string(),
  /** `unreadable`: somebody may have taken the key or our right to it. `not reached`: others came first, and there was no more time. */
  found: z.enum(['as recorded', 'changed', 'missing', 'unreadable', 'not reached']),
  /** What differs, or why it could not be read. */
  because: z.string().optional(),
  /** Of the object that was read. */
  version: z.string().nullable(),
  lockedUntil: z.string().nullable(),
});
export type Verification = z.infer<typeof Verification>;

/** That copies of artefacts were given to somebody: a record of what people did, made by a person. */
export const Transfer = z.object({
  to: z.string(),
  reason: z.string(),
  at: z.string(),
  artefacts: z.array(z.string()),
});
export type Transfer = z.infer<typeof Transfer>;

interface Entered {
  /** Ledger entry that says so. */
  readonly entry: number;
  readonly at: string;
  readonly by: string;
}

/** Everything on record about one artefact. */
export interface CustodyRecord extends Kept {
  /** `ev-7-1`: the first artefact of ledger entry 7. */
  readonly id: string;
  /** SHA-256 of the record before this one as canonical JSON (RFC 8785); zeros in the first. */
  readonly previous: string;
  /** Ledger entry of its acquisition. */
  readonly entry: number;
  readonly run: string | null;
  readonly transfers: readonly (Entered & Omit<Transfer, 'artefacts'> & { readonly recordedAt: string })[];
  readonly verifications: readonly (Entered & Omit<Verification, 'id'>)[];
  /** Of a snapshot whose blocks were read: the last time. */
  readonly proof?: Entered & Omit<BlockProof, 'uri'>;
}

const Detail = z.object({
  run: z.string().nullable().catch(null),
  raw: Kept.partial({ kind: true }).optional().catch(undefined),
  result: z
    .object({ evidence: z.array(z.unknown()).catch([]), proofs: z.array(BlockProof).catch([]) })
    .optional()
    .catch(undefined),
  verified: z.array(Verification).catch([]),
  transfer: Transfer.optional().catch(undefined),
});
const nothing: z.infer<typeof Detail> = { run: null, verified: [] };

type Entry = Pick<LedgerEntry, 'sequence' | 'at' | 'actor' | 'detail'>;

const read = ({ sequence: entry, at, actor: by, detail }: Entry) => ({
  entered: { entry, at, by },
  ...(Detail.safeParse(detail).data ?? nothing),
});
type Read = ReturnType<typeof read>;

/** What one ledger entry says was acquired: the finding as it arrived, or what a step sealed. */
function acquiredIn({ entered: { entry, at }, run, raw, result }: Read) {
  const sealed = (result?.evidence ?? []).flatMap((one) => Kept.safeParse(one).data ?? []);
  const found = raw ? [{ acquiredAt: at, ...raw, kind: raw.kind ?? 'finding' }] : [];
  return [...found, ...sealed].map((one, index) => ({ ...one, id: `ev-${entry}-${index + 1}`, entry, run }));
}

/** What the ledger says of copies that were given away, by artefact. */
const transfersIn = (ledger: readonly Read[]) =>
  Map.groupBy(
    ledger.flatMap(({ entered: { at: recordedAt, ...entered }, transfer }) => {
      if (!transfer) return [];
      const { artefacts, ...told } = transfer;
      return artefacts.map((id) => ({ id, told: { ...entered, recordedAt, ...told } }));
    }),
    ({ id }) => id,
  );

/** What looking at artefacts has shown, by artefact. */
const verificationsIn = (ledger: readonly Read[]) =>
  Map.groupBy(
    ledger.flatMap(({ entered, verified }) =>
      verified.map(({ id, ...seen }) => ({ id, told: { ...entered, ...seen } })),
    ),
    ({ id }) => id,
  );

/** What reading the blocks of snapshots has shown, by the snapshot's ARN; the last counts. */
const proofsIn = (ledger: readonly Read[]) =>
  new Map(
    ledger.flatMap(({ entered, result }) =>
      (result?.proofs ?? []).map(({ uri, ...proof }) => [uri, { ...entered, ...proof }] as const),
    ),
  );

/**
 * The custody record of every artefact that the ledger names, in its order, with what became of each since: who was given a copy, and what
 * looking at it showed. Each names the hash of the record before it.
 */
export function custodyRecords(entries: readonly Entry[]): CustodyRecord[] {
  const ledger = entries.map(read);
  const given = transfersIn(ledger);
  const seen = verificationsIn(ledger);
  const proved = proofsIn(ledger);
  let previous = genesis;
  return ledger.flatMap(acquiredIn).map((artefact) => {
    const transfers = (given.get(artefact.id) ?? []).map(({ told }) => told);
    const verifications = (seen.get(artefact.id) ?? []).map(({ told }) => told);
    // Of what the ledger named before it lay in the vault, the first look tells the version.
    const version = artefact.version ?? verifications.find(({ found }) => found === 'as recorded')?.version ?? null;
    const proof = proved.get(artefact.uri);
    // Left out where there is none: a record that was exported before has to come out as it was.
    const record = { ...artefact, version, previous, transfers, verifications, ...(proof && { proof }) };
    previous = hashOf(record);
    return record;
  });
}
