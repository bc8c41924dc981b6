import { byDueTime, type Obligation } from '../../lib/domain/clock/obligation.ts';
import { fieldsOf } from '../../lib/domain/report/draft.ts';
import { type RegimeDraft, regimeDraft } from '../../lib/domain/report/regime-draft.ts';
import { eightItems } from '../../lib/domain/report/views/cisa-voluntary.ts';
import { viewOf } from '../../lib/domain/report/views.ts';
import type { Item } from '../../lib/items/item.ts';
import { knownFrom, recordedIn } from '../../lib/record/known.ts';
import type { AskedReport } from './report-input.ts';

/** The report of a regime that is to be sent next: the first that is owed, else its first. */
function nextOf({ reports }: AskedReport, owed: readonly Obligation[]): string {
  const open = owed.filter(({ state }) => state === 'running' || state === 'watching').toSorted(byDueTime);
  return open.find(({ report }) => reports.includes(report))?.report ?? reports[0] ?? '';
}

/** A report as an incident's items have it at this moment; null when there is no incident. */
export function draftFrom(items: readonly Item[], asked: AskedReport | null, now: string): RegimeDraft | null {
  const recorded = recordedIn(items);
  if (!recorded) return null;
  const known = knownFrom(items, recorded.about, recorded.reporting, now);
  const fields = fieldsOf(known);
  const { incident } = known;
  if (!asked) return regimeDraft({ incident, regime: null, report: null, obligation: null }, eightItems, fields);
  const { regime } = asked;
  const owed = known.obligations.filter((one) => one.regime === regime && one.means === 'report');
  const report = asked.report ?? nextOf(asked, owed);
  const found = owed.find((one) => one.report === report);
  const obligation = found ? { state: found.state, dueAt: found.dueAt, because: found.because } : null;
  return regimeDraft({ incident, regime, report, obligation }, viewOf(regime, report), fields);
}
