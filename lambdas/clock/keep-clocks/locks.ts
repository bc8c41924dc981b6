import { partitionOf } from '../../../lib/items/incident.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { custodyRecords } from '../../../lib/record/custody.ts';
import { sentence } from '../../runtime/errors.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { markHeld } from '../clocks.ts';
import { holdEvidence, type Locks } from '../hold-evidence.ts';
import { keepClocks } from './entrance.ts';

/**
 * Holds the evidence of an incident until `until` (ISO 8601), once a filing stands on record: that the locks could not be looked at must not
 * read as if it did not. What is done here nobody has to do later.
 */
export async function tryToHold(
  work: Work,
  {
    incident,
    until,
    by,
    filed,
  }: {
    readonly incident: string;
    readonly until: string;
    readonly by: string;
    readonly filed: { readonly regime: string; readonly report: string };
  },
): Promise<Locks> {
  try {
    const evidence = custodyRecords(entryItem.all(await work.table.query(partitionOf(incident), entryItem.prefix)));
    const operation = keepClocks.operations.run;
    const locks = await holdEvidence(work, { incident, until, by, evidence, operation });
    if (locks.failed.length === 0) await markHeld(work, incident, filed);
    return locks;
  } catch (error) {
    return { until, extended: [], longEnough: [], failed: [{ what: 'locks', error: sentence(error) }] };
  }
}
