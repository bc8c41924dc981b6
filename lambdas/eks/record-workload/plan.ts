import type { Custody } from '../../../lib/domain/custody.ts';
import type { CallName } from '../calls.ts';
import { PodObject } from '../objects.ts';
import type { WorkloadRecorded } from './step.ts';

/** Bytes of one container's log that are kept. */
export const logLimit = 8 * 2 ** 20;

export const ownerCalls: Readonly<Record<string, CallName>> = {
  Deployment: 'getDeployment',
  ReplicaSet: 'getReplicaSet',
  StatefulSet: 'getStatefulSet',
  DaemonSet: 'getDaemonSet',
  Job: 'getJob',
};

/** What became of one piece; `cut` says what of it was left out, `body` is a pod's own description. */
export type Piece = { readonly kind: string } & (
  | { readonly had: Custody | null; readonly cut: string | null; readonly body: unknown }
  | { readonly error: string }
);

function imagesIn(pieces: readonly Piece[]): string[] {
  const images = pieces.flatMap((piece) => {
    const pod = 'body' in piece ? PodObject.safeParse(piece.body).data : null;
    return (pod?.status.containerStatuses ?? []).map(({ imageID }) => imageID);
  });
  return [...new Set(images.filter(Boolean))].toSorted();
}

/** What to report of all pieces. At one that could not be read, or was cut, somebody has to look. */
export function resultOf(pieces: readonly Piece[], mode: 'observe' | 'respond'): WorkloadRecorded {
  const gaps = pieces.flatMap((piece) => {
    if ('error' in piece) return [{ kind: piece.kind, because: piece.error }];
    return piece.cut ? [{ kind: piece.kind, because: piece.cut }] : [];
  });
  const evidence = pieces.flatMap((piece) => ('had' in piece && piece.had ? [piece.had] : []));
  const because = gaps.map((gap) => `${gap.kind}: ${gap.because}`).join('; ');
  const rest = { evidence, gaps, images: imagesIn(pieces), ...(because && { because }) };
  if (mode === 'observe') return { outcome: 'would-record', ...rest };
  return { outcome: gaps.length > 0 ? 'partly-recorded' : 'recorded', ...rest };
}
