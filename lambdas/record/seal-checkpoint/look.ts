import { type Cover, coverItem, dayOf, grownItem, type Tip } from '../../../lib/items/checkpoint.ts';
import { departureItem, departures, retentionLedger } from '../../../lib/items/departure.ts';
import { listPartition } from '../../../lib/items/incident.ts';
import { entryItem, headItem } from '../../../lib/items/ledger.ts';
import { tolerance } from '../../../lib/record/checkpoint/chain.ts';
import type { LedgerHead } from '../../../lib/record/checkpoint/checkpoint.ts';
import { tool } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { forEach } from '../abreast.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Hours after which checkpoints must have stopped: one a day is made. */
const late = 36;

/** UTC days on which a ledger may have grown unseen. A function may have noted its time before a checkpoint, and written after it. */
export function daysSince(last: string, now: string): string[] {
  const [from, to] = [dayOf(new Date(Date.parse(last) - tolerance).toISOString()), dayOf(now)];
  const count = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / day));
  return Array.from({ length: count + 1 }, (_, index) => dayOf(new Date(Date.parse(from) + index * day).toISOString()));
}

/**
 * Where the marks may not say everything: before the first checkpoint, after a pause, and after a deployment, since another version may have
 * written without marks.
 */
const marksSuffice = (tip: Tip, now: string): boolean =>
  tip.build === tool().sha256 && Date.parse(now) - Date.parse(tip.at) <= late * hour;

/** The incidents that may have grown since the newest checkpoint. */
async function candidates({ table }: Work, tip: Tip | null, now: string): Promise<string[]> {
  const partitions =
    tip && marksSuffice(tip, now) ? daysSince(tip.at, now).map((one) => grownItem.key(one, '').pk) : [listPartition];
  const found = await Promise.all(partitions.map((pk) => table.query(pk)));
  // The ledger of removals is in no list; what has left the table is looked for in vain.
  const gone = new Set(
    departureItem
      .all(await table.query(departures))
      .flatMap(({ departure, left }) => (left === null ? [] : departure.incident)),
  );
  const named = new Set([retentionLedger, ...found.flat().map(({ incident }) => String(incident))]);
  return [...named].filter((incident) => !gone.has(incident));
}

/** What one ledger adds to a checkpoint, and what is wrong with it, in a sentence. */
interface Look {
  readonly head: LedgerHead | null;
  readonly fresh: number;
  readonly alarm: string | null;
}

const nothing: Look = { head: null, fresh: 0, alarm: null };

async function openedAt({ table }: Work, incident: string): Promise<string | null> {
  const first = await table.get(entryItem.key(incident, 1));
  return first ? entryItem.read(first).at : null;
}

function alarmOf({ incident, entries, opened }: LedgerHead, last: Cover | undefined): string | null {
  if (last && entries <= last.entries)
    return `The ledger of ${incident} has ${entries} entries with another end, and checkpoint ${last.checkpoint} counts ${last.entries}.`;
  return opened === null ? `The first entry of the ledger of ${incident} is gone.` : null;
}

async function look(work: Work, incident: string): Promise<Look> {
  const [found, covers] = await Promise.all([
    headItem.find(work.table, incident),
    work.table.query(coverItem.key(incident, 0).pk),
  ]);
  const last = coverItem.all(covers).at(-1);
  if (!found && !last && incident === retentionLedger) return nothing;
  if (!found) return { ...nothing, alarm: `The ledger of ${incident} is gone: it has no head.` };
  const { sequence: entries, hash } = found;
  if (last && last.hash === hash && last.entries === entries) return nothing;
  const opened = last ? last.opened : await openedAt(work, incident);
  const head = { incident, entries, hash, opened };
  return { head, fresh: last ? 0 : 1, alarm: alarmOf(head, last) };
}

/** The heads of all ledgers that grew since the newest checkpoint. Takes as long as there are those, however many incidents there are. */
export async function lookAtGrown(work: Work, tip: Tip | null, now: string) {
  const looks: Look[] = [];
  await forEach(await candidates(work, tip, now), async (incident) => {
    looks.push(await look(work, incident));
  });
  return {
    heads: looks.flatMap(({ head }) => head ?? []),
    fresh: looks.reduce((sum, { fresh }) => sum + fresh, 0),
    apart: looks.filter(({ head, fresh }) => fresh > 0 && head?.incident === retentionLedger).length,
    alarms: looks.flatMap(({ alarm }) => alarm ?? []).toSorted(),
  };
}
