import type { Attached } from '../deployed.ts';

/** A course that a suite has played is not played again for the proof: what it called is on record. */
export function once<T>(play: (deployment: Attached) => Promise<T>): (deployment: Attached) => Promise<T> {
  let played: Promise<T> | undefined;
  return (deployment) => {
    played ??= play(deployment);
    return played;
  };
}
