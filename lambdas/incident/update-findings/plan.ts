import type { Mode } from '../../../lib/domain/authority.ts';
import type { ClosedAs } from '../../../lib/domain/closing.ts';
import type { Finding, HubCopy } from '../../../lib/domain/finding/finding.ts';
import { commentOn, incidentField } from '../../../lib/domain/finding/product-fields.ts';
import type { IncidentState } from '../../../lib/domain/incident.ts';

/** A copy in Security Hub, and the Region in which it is updated: Security Hub itself passes that on to where it aggregates. */
export interface Copy extends HubCopy {
  readonly region: string;
  /** Whether it must be there: of what GuardDuty sent itself there is a copy only where Security Hub takes GuardDuty's findings. */
  readonly certain: 'it came from there' | 'perhaps';
}

/** How a finding's copies are called. */
export function copiesOf({ hub, key, arn, partition, region }: Finding): Copy[] {
  if (!region) return [];
  const known = hub ? [{ ...hub, region, certain: 'it came from there' } as const] : [];
  if (hub?.format === 'asff' || !key.startsWith('guardduty:') || !arn) return known;
  // Security Hub user guide, "Integrating with AWS GuardDuty": the id there is the finding's own ARN.
  const productArn = `arn:${partition}:securityhub:${region}::product/aws/guardduty`;
  return [...known, { format: 'asff', id: arn, productArn, region, certain: 'perhaps' }];
}

/** Workflow of a finding in ASFF; In Progress is what OCSF calls NOTIFIED. */
export type Workflow = 'NEW' | 'NOTIFIED' | 'RESOLVED' | 'SUPPRESSED';

/** OCSF schema, `status_id` of findings. */
export const statusIds: Readonly<Record<Workflow, number>> = { NEW: 1, NOTIFIED: 2, SUPPRESSED: 3, RESOLVED: 4 };

/** What Security Hub is to show of an incident. */
export interface Shown {
  readonly incident: string;
  readonly state: IncidentState;
  readonly workflow: Workflow;
  /** What is contained and what is not, in one line; empty while nobody knows. */
  readonly stands: string;
}

/** Characters of a note (Security Hub API reference, BatchUpdateFindings). */
const longestNote = 512;

/** Only people say that a finding is resolved, or was none; before anybody was asked or told, nobody was notified. */
export function workflowFor(state: IncidentState, asked: number, closings: readonly ClosedAs[]): Workflow {
  if (state === 'closed') return closings.at(-1) === 'false-alarm' ? 'SUPPRESSED' : 'RESOLVED';
  return state !== 'open' || asked > 0 ? 'NOTIFIED' : 'NEW';
}

const stateWords: Readonly<Record<IncidentState, string>> = {
  open: 'response under way',
  contained: 'contained and verified',
  held: 'nothing was contained; a person has to act',
  released: 'released',
  closed: 'closed',
};

function textOf({ incident, state, stands }: Shown): string {
  const text = commentOn(incident, stands ? `${stateWords[state]}: ${stands}` : stateWords[state]);
  const more = `. Run "tourniquet incident ${incident}" for all of it.`;
  const room = longestNote - more.length;
  return `${text.length > room ? `${text.slice(0, room - 1)}…` : text}${more}`;
}

/** A finding as Security Hub shows it now, as far as we may change it. */
export interface Present {
  readonly workflow: Workflow;
  /** Who wrote the note, and what; null without one. OCSF names no author. */
  readonly note: { readonly by: string | null; readonly text: string } | null;
  /** Fields of the users' own; OCSF has none. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What is written; what is left out stays as it is. */
export interface Change {
  readonly workflow?: Workflow;
  readonly note?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

const stateField = 'tourniquet/state';

const isOurs = ({ by, text }: NonNullable<Present['note']>, name: string): boolean =>
  by === null ? /^Tourniquet inc-/.test(text) : by === name;

/**
 * What has to be written for a copy to show the incident; null where it does. What an analyst wrote stays: a note that is not ours, and a status
 * that somebody has moved on from NEW or NOTIFIED.
 */
export function changeOf(present: Present, shown: Shown, format: HubCopy['format'], name: string): Change | null {
  const text = textOf(shown);
  const ours = { [incidentField]: shown.incident, [stateField]: shown.state };
  const moves =
    (present.workflow === 'NEW' && shown.workflow !== 'NEW') ||
    (present.workflow === 'NOTIFIED' && (shown.workflow === 'RESOLVED' || shown.workflow === 'SUPPRESSED'));
  const noteStands = present.note && (present.note.text === text || !isOurs(present.note, name));
  const fieldsStand =
    format === 'ocsf' || Object.entries(ours).every(([field, value]) => present.fields[field] === value);
  if (!moves && noteStands && fieldsStand) return null;
  return {
    ...(moves && { workflow: shown.workflow }),
    ...(!noteStands && { note: text }),
    // An update replaces the whole map (Security Hub API reference, BatchUpdateFindings).
    ...(!fieldsStand && { fields: { ...present.fields, ...ours } }),
  };
}

export const counted = (findings: number): string => (findings === 1 ? '1 finding' : `${findings} findings`);

/** What was asked for, or in observe mode would have been: Security Hub takes minutes to show it (its user guide, "BatchUpdateFindings for customers"). */
export function said({ workflow, note, fields }: Change, copies: readonly unknown[], mode: Mode): string {
  const parts = [...(workflow ? [`status ${workflow}`] : []), ...(note ? ['note'] : []), ...(fields ? ['fields'] : [])];
  return `${mode === 'observe' ? 'would update' : 'asked for an update of'} ${counted(copies.length)} in Security Hub: ${parts.join(', ')}`;
}

export const inPages = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, page) => all.slice(page * size, (page + 1) * size));

/** Identifiers that one call takes (Security Hub API reference, BatchUpdateFindings). */
const mostUpdated = 100;

/** Copies that get the very same change go into one call. */
export function batched<T>(changes: readonly (readonly [T, Change])[]): { change: Change; copies: T[] }[] {
  const alike = Map.groupBy(changes, ([, change]) => JSON.stringify(change));
  return [...alike.values()].flatMap((those) =>
    inPages(those, mostUpdated).map((page) => ({ change: page[0]?.[1] ?? {}, copies: page.map(([copy]) => copy) })),
  );
}
