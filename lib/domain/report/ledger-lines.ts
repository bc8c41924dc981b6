import * as z from 'zod';
import { BlockProof, proofWords } from '../block-proof.ts';
import { Custody } from '../custody.ts';
import { actOf } from '../earlier-entries.ts';
import type { LedgerEntry } from '../ledger.ts';
import { LogRow, rowSentence } from '../logs.ts';
import type { OperationName } from '../step.ts';

/** The parts of a ledger entry's detail that a report quotes; an entry of another shape is quoted without them. */
const Detail = z.object({
  result: z
    .object({
      outcome: z.string(),
      evidence: z.array(Custody).catch([]),
      proofs: z.array(BlockProof).catch([]),
      facts: z.array(z.string()).catch([]),
      lines: z.array(z.string()).catch([]),
      unknown: z.array(z.string()).catch([]),
      logs: z.array(LogRow).catch([]),
    })
    .optional()
    .catch(undefined),
  because: z.string().optional().catch(undefined),
  run: z.string().optional().catch(undefined),
  raw: z.object({ uri: z.string(), sha256: z.string() }).optional().catch(undefined),
  stands: z.string().optional().catch(undefined),
  reporting: z.string().optional().catch(undefined),
});
const detailOf = ({ detail }: LedgerEntry) => Detail.safeParse(detail).data ?? {};

/** `2026-11-21T10:00:00Z quarantine-interfaces: apply → applied (step quarantine-interfaces)`. */
export function lineOf(entry: LedgerEntry): string {
  const { result, because } = detailOf(entry);
  const outcome =
    entry.kind === 'failure' ? ` → failed: ${because ?? 'see the ledger'}` : result && ` → ${result.outcome}`;
  return `${entry.at} ${entry.what}${outcome ?? ''} (${entry.actor})`;
}

/**
 * Entries about the report and the record themselves: with them in it, a draft would change by being confirmed, sealed or reminded of; and what people
 * claim, which nobody has seen happen.
 */
const aboutReports: readonly LedgerEntry['kind'][] = [
  'report',
  'obligation',
  'fact',
  'check',
  'sealed',
  'custody',
  'claim',
];

/** What happened and what was done about it, a line each. */
export const timeline = (entries: readonly LedgerEntry[]): string[] =>
  entries.filter(({ kind }) => !aboutReports.includes(kind)).map(lineOf);

/** What was done, tried and decided, a line each. */
export const actions = (entries: readonly LedgerEntry[]): string[] =>
  entries.filter(({ kind }) => kind === 'step' || kind === 'failure' || kind === 'decision').map(lineOf);

const changing: readonly OperationName[] = ['apply', 'release'];

/** How each threat stood when the last run had closed. */
function stoodLast(entries: readonly LedgerEntry[]): string[] {
  const last = entries.findLast((entry) => entry.kind === 'closed' && detailOf(entry).stands);
  const stands = last && detailOf(last).stands;
  return stands ? [`${last.at} contained and not, by threat: ${stands}`] : [];
}

/** What was done to hold it back, and what of that was let go, a line each; last, what is contained by that and what is not. */
export const measures = (entries: readonly LedgerEntry[]): string[] => [
  ...entries
    .filter((entry) => entry.kind === 'step' && changing.includes(actOf(entry)?.operation ?? 'run'))
    .map(lineOf),
  ...stoodLast(entries),
];

/** What an identity changed and made, by the step that lists it (lambdas/list-principal-changes); each sentence once, the gaps last. */
export function changes(entries: readonly LedgerEntry[]): string[] {
  const results = entries
    .filter((entry) => entry.kind === 'step' && actOf(entry)?.step === 'list-principal-changes')
    .flatMap((entry) => detailOf(entry).result ?? []);
  const said = results.flatMap(({ facts, lines }) => [...facts, ...lines.map((line) => `It created: ${line}`)]);
  const gaps = results.flatMap(({ unknown }) => unknown.map((gap) => `Unknown: ${gap}`));
  return [...new Set([...said, ...gaps])];
}

/** Every artefact on record with where it lies and its hash, a line each. */
export const artefacts = (entries: readonly LedgerEntry[]): string[] =>
  entries
    .map(detailOf)
    .flatMap(({ result, raw }) => [
      ...(raw ? [`finding: ${raw.uri} (sha256 ${raw.sha256})`] : []),
      ...(result?.evidence ?? []).map(
        ({ kind, uri, sha256 }) => `${kind}: ${uri}${sha256 ? ` (sha256 ${sha256})` : ''}`,
      ),
      ...(result?.proofs ?? []).map((proof) => `blocks of ${proof.uri}: ${proofWords(proof)}`),
    ]);

/** Of each kind of log whether there is any, by the step that looks (lambdas/logs/collect-logs), as each run saw it last; each line once. */
export function logs(entries: readonly LedgerEntry[]): string[] {
  const tables = entries.flatMap((entry) => {
    const { run, result } = detailOf(entry);
    return result && result.logs.length > 0 ? [[run, result.logs] as const] : [];
  });
  return [...new Set([...new Map(tables).values()].flat().map(rowSentence))];
}

/** What a report about it turns on, by the types of the findings; each once. */
export const hints = (entries: readonly LedgerEntry[]): string[] => [
  ...new Set(entries.flatMap((entry) => detailOf(entry).reporting || [])),
];
