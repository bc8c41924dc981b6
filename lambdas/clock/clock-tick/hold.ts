import { idOf, type Obligation } from '../../../lib/domain/clock/obligation.ts';
import { partitionOf } from '../../../lib/items/incident.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { custodyRecords } from '../../../lib/record/custody.ts';
import { tell } from '../../runtime/channels.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { markHeld, type Standing } from '../clocks.ts';
import { holdEvidence, keptUntil, type Locks } from '../hold-evidence.ts';
import { clockTick } from './entrance.ts';
import { notHeldMessage } from './message.ts';

/** An attempt may have ended between the last lock and the ledger: the next finds all of them long enough, and that has to be said once. */
async function rememberHeld({ table }: Work, incident: string, locks: Locks): Promise<void> {
  const { until, extended, longEnough, failed } = locks;
  if (extended.length + failed.length > 0 || longEnough.length === 0) return;
  const what = `${longEnough.length} pieces of evidence are already locked until ${until}`;
  await append(table, incident, { kind: 'obligation', actor: 'clock-tick', what, detail: locks });
}

/**
 * Holds the evidence of an incident as long as a report that was filed asks for. Whoever filed it in Slack did not wait for this: Slack takes an
 * answer of three seconds, and locks in another account take longer. What could not be held is told once, and then a person's.
 */
export async function hold(work: Work, { incident, obligations }: Standing, filed: Obligation) {
  const { regime, report } = filed;
  const until = keptUntil(obligations, regime, work.now());
  const evidence = custodyRecords(entryItem.all(await work.table.query(partitionOf(incident), entryItem.prefix)));
  const operation = clockTick.operations.run;
  const locks = await holdEvidence(work, { incident, until, by: 'clock-tick', evidence, operation });
  await rememberHeld(work, incident, locks);
  if (locks.failed.length > 0) await tell(work, notHeldMessage({ incident, regime, report }, locks), { incident });
  await markHeld(work, incident, filed);
  return { outcome: 'held' as const, because: `${idOf(filed)} was filed; evidence is kept until ${until}` };
}
