import { regimes } from '../clock/regimes.ts';
import * as every from './every-view.ts';
import type { View } from './view.ts';
import { eightItems } from './views/cisa-voluntary.ts';

/** Every view there is. */
export const views: readonly View[] = Object.values(every).flat();

const titleOf = (name: string): string => regimes.find((one) => one.name === name)?.title ?? name;

/** The eight items in the name of a report that has no view of its own yet. */
function standIn(regime: string, report: string): View {
  const note = `There is no view of ${titleOf(regime)}, ${report} yet: these are the eight items.`;
  return { ...eightItems, regime, report, note, unknown: report === 'final' ? 'will not do' : 'will do' };
}

/** What a report of a regime asks for; where nobody has written that down yet the eight items, and a note that says so. */
export const viewOf = (regime: string, report: string): View =>
  views.find((one) => one.regime === regime && one.report === report) ?? standIn(regime, report);
