import * as z from 'zod';
import { timeFrom } from '../../../lib/domain/clock/facts.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { partitionOf } from '../../../lib/items/incident.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { type CustodyRecord, custodyRecords, type Transfer } from '../../../lib/record/custody.ts';
import { Id, Short } from '../../runtime/approver.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';

export const TransferRequest = z.strictObject({
  action: z.literal('transfer'),
  incident: Id,
  /** Who was given copies: a person with their office, so that they can be asked years later. */
  to: z.string().trim().min(1).max(200),
  reason: z.string().trim().min(1).max(1000),
  /** When, with its zone; now where it is left out. */
  at: Short.optional(),
  /** Ids of the artefacts; all of them where it is left out. */
  artefacts: z.array(z.string().max(1000)).min(1).optional(),
});
export type TransferRequest = z.infer<typeof TransferRequest>;

function momentOf({ at }: TransferRequest, now: string): string {
  if (at === undefined) return now;
  const read = timeFrom(at);
  if ('fault' in read) throw new Refused(read.fault);
  if (read.at > now) throw new Refused(`${at} is in the future: record a transfer after it has happened.`);
  return read.at;
}

/** The artefacts that were given away; refused where one is none, or was taken only later. */
function given({ incident, artefacts }: TransferRequest, records: readonly CustodyRecord[], at: string) {
  const ids = records.map(({ id }) => id);
  const strange = artefacts?.find((id) => !ids.includes(id));
  if (strange) throw new Refused(`${incident} has no artefact ${strange}; it has ${ids.join(', ') || 'none'}.`);
  const meant = records.filter(({ id }) => artefacts?.includes(id) ?? true);
  if (meant.length === 0) throw new Refused(`${incident} has no evidence that anyone could have received.`);
  const later = meant.find(({ acquiredAt }) => acquiredAt && Date.parse(acquiredAt) > Date.parse(at));
  if (later)
    throw new Refused(`${later.id} was collected at ${later.acquiredAt}: nobody can have received a copy at ${at}.`);
  return meant;
}

/**
 * Notes in the ledger, and thereby in each custody record, that somebody was given copies. Nothing is copied or sent by it. The very same
 * once more, to the moment, is the same request repeated, and changes nothing.
 */
export async function noteTransfer(
  { table, now }: Work,
  request: TransferRequest,
  by: string,
): Promise<Transfer & { readonly incident: string; readonly by: string }> {
  const { incident, to, reason } = request;
  const items = await table.query(partitionOf(incident));
  if (items.length === 0) throw new Refused(`There is no incident ${incident}.`);
  const records = custodyRecords(entryItem.all(items));
  const at = momentOf(request, now());
  const meant = given(request, records, at);
  const artefacts = meant.map(({ id }) => id);
  const transfer: Transfer = { to, reason, at, artefacts };
  const isThis = (one: CustodyRecord['transfers'][number]): boolean =>
    one.by === by && one.to === to && one.reason === reason && one.at === at;
  if (!meant.every(({ transfers }) => transfers.some(isThis))) {
    const what = `gave copies of ${meant.length === records.length ? 'all evidence' : artefacts.join(', ')} to ${to}`;
    await append(table, incident, { kind: 'custody', actor: by, what, detail: { transfer, via: 'command-line' } });
  }
  return { incident, by, ...transfer };
}
