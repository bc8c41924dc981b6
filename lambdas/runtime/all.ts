import { Transient } from '../../lib/domain/errors.ts';
import { oneOfThree, sentence } from './errors.ts';

export interface Done {
  readonly done: string[];
  readonly failed: { what: string; error: string }[];
}

/**
 * Does several things at once and says of each whether it was done, in the order given.
 *
 * @example
 * const jobs = groups.map((arn) => [arn, () => deregister(arn)] as const);
 * const { done, failed } = await all(jobs); // failed: [{ what: 'arn:…', error: 'AccessDenied: …' }]
 * @throws Transient if one of them was throttled, after all others have had their turn: the state retries, and the replay finishes the rest.
 */
export async function all(jobs: readonly (readonly [what: string, job: () => Promise<unknown>])[]): Promise<Done> {
  const settled = await Promise.allSettled(jobs.map(([, job]) => job()));
  const failures = settled.flatMap((one, index) =>
    one.status === 'rejected' ? [{ what: jobs[index]?.[0] ?? '', reason: one.reason as unknown }] : [],
  );
  const passing = failures.map(({ reason }) => oneOfThree(reason)).find((error) => error instanceof Transient);
  if (passing) throw passing;
  const names = new Set(failures.map(({ what }) => what));
  return {
    done: jobs.map(([what]) => what).filter((what) => !names.has(what)),
    failed: failures.map(({ what, reason }) => ({ what, error: sentence(reason) })),
  };
}
