import * as z from 'zod';
import { actorsIn } from './finding/actors.ts';
import { blinding, switchingOn } from './finding/blinding.ts';
import type { Finding } from './finding/finding.ts';
import type { LedgerEntry } from './ledger.ts';
import { claimOf, resourceOf } from './named.ts';

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
  /** What else is known of whoever did it in that time, a finding a line, the earliest first. */
  readonly meanwhile: readonly string[];
}

/** A finding, and when it came. */
interface Received {
  readonly finding: Finding;
  readonly receivedAt: string;
}

const actorsOf = (finding: Finding): string[] => actorsIn(finding).map((one) => claimOf(one, finding.partition));

/** Findings of the same principal that reach into a time without logs: more may have happened that nobody saw. */
function meanwhile(
  by: Finding,
  { from, until: end }: Pick<BlindWindow, 'from' | 'until'>,
  all: readonly Received[],
): string[] {
  const who = actorsOf(by);
  const within = all.flatMap(({ finding, receivedAt }) => {
    const [first, last] = [finding.firstSeen ?? receivedAt, finding.lastSeen ?? receivedAt];
    const isSame = finding.type === by.type && first === by.firstSeen;
    const reaches = last >= from && (end === null || first <= end);
    return !isSame && finding.nature === 'attack' && reaches && actorsOf(finding).some((one) => who.includes(one))
      ? [{ first, line: `${finding.type} at ${first}` }]
      : [];
  });
  const lines = within.toSorted((a, b) => a.first.localeCompare(b.first)).map(({ line }) => line);
  return [...new Set(lines)];
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
export function blindWindows(received: readonly Received[], entries: readonly Entry[]): BlindWindow[] {
  const windows = received.flatMap(({ finding, receivedAt }) => {
    const { type, nature, targets, partition, account, region, firstSeen } = finding;
    const blinds = nature === 'attack' ? blinding.get(type)?.blinds : undefined;
    if (!blinds) return [];
    const logs = targets.filter(({ kind }) => kind === 'log');
    const from = firstSeen ?? receivedAt;
    const after = entries.filter(({ at }) => at >= from);
    // One call may delete several flow logs.
    return (logs.length > 0 ? logs : [null]).map((log) => {
      const end = log ? until(after, resourceOf(log, partition)) : null;
      return {
        type,
        what: blinds,
        log: log?.id ?? '',
        account: account ?? '',
        region: region ?? '',
        from,
        until: end,
        meanwhile: meanwhile(finding, { from, until: end }, received),
      };
    });
  });
  // Whoever blinded it is a target of its own, with the same finding.
  const each = new Map(windows.map((one) => [[one.type, one.log, one.account, one.region, one.from].join(' '), one]));
  return [...each.values()].toSorted((a, b) => a.from.localeCompare(b.from));
}

/** A window in one sentence, for the report and the record. */
export function windowWords({
  type,
  what,
  log,
  account,
  region,
  from,
  until: end,
  meanwhile: more,
}: BlindWindow): string {
  const where = [...(log ? [log] : []), `account ${account}`, region].join(', ');
  const lasted = end ? `until ${end}` : 'and nobody has recorded until when';
  const also =
    more.length > 0
      ? `; the same principal in that time: ${more.slice(0, 10).join(', ')}${more.length > 10 ? ` and ${more.length - 10} more` : ''}`
      : '';
  return `Not seen: ${what} (${where}) from ${from} ${lasted}, by ${type}${also}`;
}
