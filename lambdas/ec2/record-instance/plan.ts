import type { Custody } from '../../../lib/domain/custody.ts';
import type { InstanceRecorded } from './step.ts';

/** What became of one piece. `absent`: EC2 answered that there is none, which is a fact and no failure. */
export type Piece = { readonly kind: string } & (
  | { readonly had: Custody | 'not sealed' }
  | { readonly absent: string }
  | { readonly error: string; readonly thrown: unknown }
);

/** What to report of all pieces. Nobody has to look at a piece that does not exist; at one that could not be read, somebody has. */
export function resultOf(pieces: readonly Piece[], mode: 'observe' | 'respond'): InstanceRecorded {
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
