import { regimes } from '../clock/regimes.ts';
import type { View } from './view.ts';
import { circia } from './views/circia.ts';
import { eightItems } from './views/cisa-voluntary.ts';
import { cra } from './views/cra.ts';
import { dfars } from './views/dfars.ts';
import { dora } from './views/dora.ts';
import { gdpr } from './views/gdpr.ts';
import { hipaa } from './views/hipaa.ts';
import { nis2 } from './views/nis2.ts';
import { pci } from './views/pci.ts';
import { sec8k } from './views/sec-8k.ts';

/** Every view there is. A regime's own is one file and its place here. */
export const views: readonly View[] = [...[eightItems, dfars, circia, sec8k, nis2, gdpr, dora, hipaa, pci, cra].flat()];

const titleOf = (name: string): string => regimes.find((one) => one.name === name)?.title ?? name;

/** The eight items in the name of a report that has no view of its own yet. */
function standIn(regime: string, report: string): View {
  const note = `There is no view of ${titleOf(regime)}, ${report} yet: these are the eight items.`;
  return { ...eightItems, regime, report, note, unknown: report === 'final' ? 'will not do' : 'will do' };
}

/** What a report of a regime asks for; where nobody has written that down yet the eight items, and a note that says so. */
export const viewOf = (regime: string, report: string): View =>
  views.find((one) => one.regime === regime && one.report === report) ?? standIn(regime, report);
