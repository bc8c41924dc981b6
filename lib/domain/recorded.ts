import * as z from 'zod';
import { Custody } from './custody.ts';

/** What a step that seals several pieces of evidence reports. */
export const Recorded = z.object({
  outcome: z.enum(['recorded', 'partly-recorded', 'would-record']),
  evidence: z.array(Custody),
  /** What could not be had, and why: a gap is part of the record. */
  gaps: z.array(z.object({ kind: z.string(), because: z.string() })),
  because: z.string().optional(),
});
export type Recorded = z.infer<typeof Recorded>;

/** What each outcome means for people. */
export const recordedOutcomes = {
  recorded: 'good',
  'partly-recorded': 'attention',
  'would-record': 'observed',
} as const;

/** What became of one piece. `absent`: AWS answered that there is none, which is a fact and no failure. */
export type Piece = { readonly kind: string } & (
  | { readonly had: Custody | 'not sealed' }
  | { readonly absent: string }
  | { readonly error: string; readonly thrown: unknown }
);

/** What to report of all pieces. Nobody has to look at a piece that does not exist; at one that could not be read, somebody has. */
export function recordedOf(pieces: readonly Piece[], mode: 'observe' | 'respond'): Recorded {
  const evidence = pieces.flatMap((piece) => ('had' in piece && piece.had !== 'not sealed' ? [piece.had] : []));
  const gaps = pieces.flatMap((piece) => {
    if ('had' in piece) return [];
    return [{ kind: piece.kind, because: 'absent' in piece ? piece.absent : piece.error }];
  });
  const missing = pieces.flatMap((piece) => ('error' in piece ? [`${piece.kind} is missing (${piece.error})`] : []));
  const because = missing.length > 0 ? { because: missing.join('; ') } : {};
  if (mode === 'observe') return { outcome: 'would-record', evidence, gaps, ...because };
  return { outcome: missing.length > 0 ? 'partly-recorded' : 'recorded', evidence, gaps, ...because };
}

/** The error to end with when nothing at all could be had; null as long as one piece could. */
export function hopeless(pieces: readonly Piece[]): { readonly cause: unknown } | null {
  const causes = pieces.flatMap((piece) => ('error' in piece ? [piece.thrown] : []));
  return causes.length === pieces.length ? { cause: causes[0] } : null;
}
