import { createHash } from 'node:crypto';
import type { StoredIncident } from '../../lib/items/incident.ts';

/** Further targets that one incident takes: each asks people a question of its own, and more of them nobody answers one by one. */
export const mostFurther = 20;

/** The runs of an incident that came with one of its findings: about sessions of a chain, other resources, whoever acted. */
export const furtherOf = ({ ends, threats }: Pick<StoredIncident, 'ends' | 'threats'>): string[] =>
  Object.keys(ends).filter((run) => threats[run]?.of !== 'finding');

interface RunAbout {
  /** The run that begins it. */
  readonly run: string;
  /** What the incident holds it by. */
  readonly of: string;
  readonly playbook: string;
}

/** The name of a run that another one begins about something: a replay of that finds it taken. */
export function runNameOf({ run, of, playbook }: RunAbout): string {
  const digest = createHash('sha256').update([run, of, playbook].join(' ')).digest('hex');
  return `also-${digest.slice(0, 32)}`;
}
