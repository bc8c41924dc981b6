import { type Obligation, remindersOf } from '../../lib/domain/obligation.ts';

/** Milliseconds by which clocks of two services may differ. */
const skew = 60_000;

/** What a firing asks for once the record is read again: nothing, or telling people with this urgency. */
export type Tick = { readonly silent: string } | { readonly tell: 'reminder' | 'overdue' };

/** A timer is only a nudge: what is true is on record. Late is told as late, and a clock that was moved on is not rung early. */
export function tickOf(obligation: Obligation | null, reminder: string, now: string): Tick {
  if (!obligation) return { silent: 'there is no such obligation' };
  if (obligation.state !== 'running') return { silent: `the obligation is ${obligation.state}` };
  const found = remindersOf(obligation).find(({ name }) => name === reminder);
  if (!found) return { silent: `there is no reminder called ${reminder}` };
  if (now >= obligation.dueAt) return { tell: 'overdue' };
  if (Date.parse(now) < Date.parse(found.at) - skew)
    return { silent: `the due time has moved; this is for ${found.at}` };
  return { tell: 'reminder' };
}
