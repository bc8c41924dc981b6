import * as z from 'zod';
import { RegimeName } from './regime-name.ts';

/** A due time that was another one before: by a fact that came late, or by a person's correction. */
export const Move = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type Move = z.infer<typeof Move>;

/** Who filed what and when. Tourniquet files nothing: it records what a person did elsewhere. */
export const Filed = z.object({
  by: z.string(),
  /** When it was filed; recorded perhaps later. */
  at: z.iso.datetime(),
  recordedAt: z.iso.datetime(),
  /** The receiver's own number for it. */
  reference: z.string(),
  /** Of the file that was filed, in hex, and its name; null where none was given. */
  sha256: z.string().nullable(),
  file: z.string().nullable(),
});
export type Filed = z.infer<typeof Filed>;

export const Withdrawn = z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() });
export type Withdrawn = z.infer<typeof Withdrawn>;

/**
 * One report of one regime as it stands on an incident's record. `watching` waits for the fact its clock starts with; `running` is owed. Whether
 * it is overdue follows from the time it is read at, and is not written down. `dueAt` is null while watching, and where the law sets no deadline.
 */
export const Obligation = z.object({
  regime: RegimeName,
  report: z.string(),
  state: z.enum(['watching', 'running', 'sent', 'withdrawn']),
  startedAt: z.iso.datetime().nullable(),
  dueAt: z.iso.datetime().nullable(),
  because: z.string(),
  /** `keep until`: nothing to send, something to keep at least until it is due. */
  means: z.enum(['report', 'keep until']).default('report'),
  /** Later times the law may allow; never used. */
  kinder: z.array(z.object({ dueAt: z.iso.datetime().nullable(), because: z.string() })).default([]),
  moved: z.array(Move).default([]),
  filed: Filed.optional(),
  withdrawn: Withdrawn.optional(),
});
export type Obligation = z.infer<typeof Obligation>;

/** One that has an hour. */
export type Timed = Obligation & { readonly dueAt: string };
export const isTimed = (one: Obligation): one is Timed => one.dueAt !== null;

/** `dfars/initial`. */
export const idOf = ({ regime, report }: Pick<Obligation, 'regime' | 'report'>): string => `${regime}/${report}`;

/** Those that are still to be sent, and have an hour by which. */
export const dueAmong = (obligations: readonly Obligation[]): Timed[] =>
  obligations.filter((one) => one.state === 'running' && one.means === 'report').filter(isTimed);

/** The earliest due first; those without an hour last. */
export const byDueTime = (one: Pick<Obligation, 'dueAt'>, other: Pick<Obligation, 'dueAt'>): number =>
  (one.dueAt ?? '9').localeCompare(other.dueAt ?? '9');

/** `due 2026-11-24T10:00:00Z instead of 2026-11-24T12:00:00Z (Rosa: "the proxy log shows it")`, a line for each time it moved. */
export const moveLines = ({ moved }: Pick<Obligation, 'moved'>): string[] =>
  moved.map(({ from, to, by, reason }) => `due ${to} instead of ${from} (${by}: ${reason})`);
