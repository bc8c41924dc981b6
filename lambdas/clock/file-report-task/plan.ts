import { dueAmong, type Obligation } from '../../../lib/domain/clock/obligation.ts';

/** When the first report is due of those nobody has sent; null when none is open. */
export const earliestDue = (obligations: readonly Obligation[]): string | null =>
  dueAmong(obligations)
    .map(({ dueAt }) => dueAt)
    .toSorted()[0] ?? null;

/** Those somebody may still have to send: `watching` ones wait for a fact that only people know. */
export const openAmong = (obligations: readonly Obligation[]): Obligation[] =>
  obligations.filter(({ state, means }) => means === 'report' && (state === 'running' || state === 'watching'));
