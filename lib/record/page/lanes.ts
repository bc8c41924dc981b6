import type { Incident } from '../incident.ts';

type Entry = Incident['timeline'][number];

/** The lanes of the timeline, from the finding to the report. */
export const lanes = {
  finding: 'Findings',
  evidence: 'Evidence',
  decision: 'Decisions',
  containment: 'Containment',
  report: 'Reports',
} as const;
export type Lane = keyof typeof lanes;

/** How an entry is drawn: each meaning has a shape of its own. */
export const shapes = {
  found: 'A finding',
  done: 'Done',
  seen: 'Read back',
  asked: 'Asked',
  decided: 'Decided',
  released: 'Let go',
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
  closed: 'containment',
};

/** Steps that inform: their names begin so. */
const informing = /^(open-obligations|file-report|draft-report|tell-)/;
const ofLever = /: (prepare|apply|confirm|verify|release)$/;

/** The lane of an entry; `preserving` are the levers that only protect. */
export function laneOf({ kind, actor, what }: Entry, preserving: ReadonlySet<string>): Lane {
  if (kind === 'opened') return actor === 'open-incident' ? 'finding' : 'decision';
  const known = byKind[kind];
  if (known) return known;
  const step = what.replace(ofLever, '');
  if (informing.test(step)) return 'report';
  return ofLever.test(what) && !preserving.has(step) ? 'containment' : 'evidence';
}

/** Outcomes that need a person to look. */
const troubling = /^(failed|refused|partly-|not-(?!applicable)|taken-not-locked|reapplied)/;

/** Whether an outcome is as it should be. */
export const isTrouble = (outcome: string | null): boolean => outcome !== null && troubling.test(outcome);

/** The shape of an entry. */
export function shapeOf({ kind, actor, what, outcome }: Entry): Shape {
  if (isTrouble(outcome)) return 'trouble';
  if (kind === 'finding' || (kind === 'opened' && actor === 'open-incident')) return 'found';
  if (kind === 'asked' || kind === 'opened') return 'asked';
  if (kind === 'decision' || kind === 'settings') return 'decided';
  if (what.endsWith(': release')) return 'released';
  return /: (verify|confirm)$/.test(what) ? 'seen' : 'done';
}
