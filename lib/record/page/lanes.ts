import type { Phase } from '../../domain/step.ts';
import type { Incident } from '../incident.ts';

type Entry = Incident['timeline'][number];

/** The lanes of the timeline, from the finding to the report. */
export const lanes = {
  finding: 'Findings',
  evidence: 'Evidence',
  decision: 'Decisions',
  containment: 'Containment',
  eradication: 'Eradication',
  report: 'Reports',
} as const;
export type Lane = keyof typeof lanes;

/** How an entry is drawn: each meaning has a shape of its own. */
export const shapes = {
  found: 'A finding',
  done: 'Done',
  seen: 'Verified',
  asked: 'Asked',
  decided: 'Decided',
  released: 'Released',
  trouble: 'Failed or refused',
} as const;
export type Shape = keyof typeof shapes;

const byKind: Readonly<Partial<Record<string, Lane>>> = {
  finding: 'finding',
  asked: 'decision',
  decision: 'decision',
  settings: 'decision',
  obligation: 'report',
  fact: 'report',
  report: 'report',
  check: 'report',
  claim: 'report',
  closed: 'containment',
};

const byPhase: Readonly<Record<Phase, Lane>> = {
  observe: 'evidence',
  preserve: 'evidence',
  contain: 'containment',
  eradicate: 'eradication',
  inform: 'report',
  record: 'evidence',
};

/** The first entry of a ledger opens the incident; later ones of this kind open a release. */
const opensIncident = ({ kind, sequence }: Entry): boolean => kind === 'opened' && sequence === 1;

/** The lane of an entry. */
export function laneOf(entry: Entry): Lane {
  const { kind, act } = entry;
  if (kind === 'opened') return opensIncident(entry) ? 'finding' : 'decision';
  return byKind[kind] ?? (act ? byPhase[act.phase] : 'evidence');
}

/** The shape of an entry. */
export function shapeOf(entry: Entry): Shape {
  const { kind, act, means } = entry;
  if (means === 'attention') return 'trouble';
  if (kind === 'finding' || opensIncident(entry)) return 'found';
  if (kind === 'asked' || kind === 'opened') return 'asked';
  if (kind === 'decision' || kind === 'settings') return 'decided';
  if (act?.operation === 'release') return 'released';
  return act?.operation === 'verify' || act?.operation === 'confirm' ? 'seen' : 'done';
}
