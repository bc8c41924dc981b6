import * as z from 'zod';
import { blinding, switchingOn } from './finding/blinding.ts';
import type { Finding } from './finding/finding.ts';
import type { LedgerEntry } from './ledger.ts';
import { resourceOf } from './named.ts';

/** A time in which less was recorded or found than before. */
export interface BlindWindow {
  /** The type of the finding that says so. */
  readonly type: string;
  /** What was not seen. */
  readonly what: string;
  /** Which log, or whose. */
  readonly log: string;
  readonly account: string;
  readonly region: string;
  /** When the call was made (ISO 8601). */
  readonly from: string;
  /** When it was on again; null where nobody has switched it on, or nobody has said so. */
  readonly until: string | null;
}

type Entry = Pick<LedgerEntry, 'at' | 'kind' | 'act' | 'detail'>;

/** It is on now: the lever has switched it on, or found it so. */
const On = z.object({ result: z.object({ outcome: z.enum(['applied', 'already-applied', 'not-applicable']) }) });

function until(entries: readonly Entry[], of: string): string | null {
  const on = entries.find(
    ({ kind, act, detail }) =>
      kind === 'step' &&
      act?.step === switchingOn &&
      act.operation === 'apply' &&
      act.of === of &&
      On.safeParse(detail).success,
  );
  return on?.at ?? null;
}

/**
 * From when to when which log was blind, by the calls that blinded it and the lever that switches logging on again, the earliest first.
 *
 * @param received findings with the time at which each came
 * @param entries the ledger
 */
export function blindWindows(
  received: readonly { readonly finding: Finding; readonly receivedAt: string }[],
  entries: readonly Entry[],
): BlindWindow[] {
  const windows = received.flatMap(({ finding, receivedAt }) => {
    const { type, nature, targets, partition, account, region, firstSeen } = finding;
    const blinds = nature === 'attack' ? blinding.get(type)?.blinds : undefined;
    if (!blinds) return [];
    const log = targets.find(({ kind }) => kind === 'log');
    const from = firstSeen ?? receivedAt;
    const after = entries.filter(({ at }) => at >= from);
    return [
      {
        type,
        what: blinds,
        log: log?.id ?? '',
        account: account ?? '',
        region: region ?? '',
        from,
        until: log ? until(after, resourceOf(log, partition)) : null,
      },
    ];
  });
  // Whoever blinded it is a target of its own, with the same finding.
  const each = new Map(windows.map((one) => [[one.type, one.log, one.account, one.region, one.from].join(' '), one]));
  return [...each.values()].toSorted((a, b) => a.from.localeCompare(b.from));
}

/** A window in one sentence, for the report and the record. */
export function windowWords({ type, what, log, account, region, from, until: end }: BlindWindow): string {
  const where = [...(log ? [log] : []), `account ${account}`, region].join(', ');
  const lasted = end ? `until ${end}` : 'and nobody has recorded until when';
  return `Not seen: ${what} (${where}) from ${from} ${lasted}, by ${type}`;
}
