import * as z from 'zod';
import type { Config } from './config.ts';
import { Custody } from './custody.ts';
import type { Finding } from './finding.ts';
import type { LedgerEntry } from './ledger.ts';
import { Obligation } from './obligation.ts';
import { techniquesOf } from './technique.ts';

/** `unknown` is a legal answer in every early report; `machine-draft` is none before a person confirms it. */
export const FieldStatus = z.enum(['machine-draft', 'confirmed', 'unknown', 'not-applicable']);
export type FieldStatus = z.infer<typeof FieldStatus>;

export const Field = z.object({
  name: z.string(),
  title: z.string(),
  value: z.json(),
  status: FieldStatus,
  by: z.string(),
  at: z.iso.datetime(),
  sources: z.array(z.string()),
});
export type Field = z.infer<typeof Field>;

/** The canonical report: eight items, onto which every regime maps. */
export const Report = z.object({
  incident: z.string(),
  draftedAt: z.iso.datetime(),
  /** Entries of the ledger the draft rests on; what came later is not in it. */
  ledgerEntries: z.number(),
  obligations: z.array(Obligation),
  items: z.array(z.object({ title: z.string(), fields: z.array(Field) })),
});
export type Report = z.infer<typeof Report>;

/** What the draft is made from: read at one moment, and possibly while more is being written. */
export interface Known {
  readonly incident: string;
  readonly now: string;
  readonly openedAt: string;
  readonly resource: string;
  readonly account: string;
  readonly region: string;
  readonly entity: Config['entity'];
  readonly obligations: readonly Obligation[];
  readonly findings: readonly { readonly finding: Finding; readonly receivedAt: string }[];
  readonly entries: readonly LedgerEntry[];
}

type Json = Field['value'];
const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The three ways in which a field of an early draft comes about. */
function fieldsAt(at: string) {
  const unknown = (name: string, title: string): Field => ({
    ...{ name, title, value: null, status: 'unknown', by: 'nobody yet', at, sources: [] },
  });
  const from =
    (status: FieldStatus, by: string) =>
    (name: string, title: string, value: Json, ...sources: string[]) =>
      isEmpty(value) ? unknown(name, title) : { name, title, value, status, by, at, sources };
  return { unknown, drafted: from('machine-draft', 'tourniquet'), stated: from('confirmed', 'configuration') };
}

/** The parts of a ledger entry's detail that a report quotes; an entry of another shape is quoted without them. */
const Detail = z.object({
  result: z
    .object({ outcome: z.string(), evidence: z.array(Custody).catch([]) })
    .optional()
    .catch(undefined),
  because: z.string().optional().catch(undefined),
  raw: z.object({ uri: z.string(), sha256: z.string() }).optional().catch(undefined),
  reporting: z.string().optional().catch(undefined),
});
const detailOf = ({ detail }: LedgerEntry) => Detail.safeParse(detail).data ?? {};

/** `2026-11-21T10:00:00Z quarantine-interfaces: apply → applied (step quarantine-interfaces)`. */
function lineOf(entry: LedgerEntry): string {
  const { result, because } = detailOf(entry);
  const outcome =
    entry.kind === 'failure' ? ` → failed: ${because ?? 'see the ledger'}` : result && ` → ${result.outcome}`;
  return `${entry.at} ${entry.what}${outcome ?? ''} (${entry.actor})`;
}

function narrative({ findings, entries, incident, resource, account, region, openedAt }: Known): string {
  const [first] = findings;
  if (!first) return '';
  const { type, title } = first.finding;
  const decisions = entries
    .filter(({ kind }) => kind === 'decision')
    .map(({ at, actor, what }) => `${actor} ${what} at ${at}`);
  const failures = entries.filter(({ kind }) => kind === 'failure').length;
  return [
    `At ${openedAt} the first finding of incident ${incident} was delivered: ${type} ("${title}"), on ${resource} in account ${account}, ${region}.`,
    `${findings.length === 1 ? 'It is the only finding' : `${findings.length} findings belong to the incident`} so far.`,
    decisions.length > 0 ? `Decisions: ${decisions.join('; ')}.` : 'No decision has been taken yet.',
    `${entries.filter(({ kind }) => kind === 'step').length} steps of the response are on record, ${failures} failed; they are listed under "Response".`,
  ].join(' ');
}

function details(known: Known): Field[] {
  const { drafted } = fieldsAt(known.now);
  const { findings, entries } = known;
  const ledger = `ledger of ${known.incident}, entries 1 to ${entries.length}`;
  const named = findings.map(
    ({ finding, receivedAt }) => `${finding.type} (${finding.severity ?? 'no severity given'}), received ${receivedAt}`,
  );
  return [
    drafted('narrative', 'What happened', narrative(known), ledger),
    drafted('timeline', 'Timeline', entries.map(lineOf), ledger),
    drafted('findings', 'Findings', named, ...findings.map(({ finding }) => finding.arn)),
  ];
}

function whenAndWhere({ findings, now, openedAt, account, region, resource }: Known): Field[] {
  const { drafted } = fieldsAt(now);
  const arns = findings.map(({ finding }) => finding.arn);
  const seen = findings
    .flatMap(({ finding: { firstSeen, lastSeen } }) => [firstSeen ?? [], lastSeen ?? []].flat())
    .toSorted();
  return [
    drafted('times.occurredFrom', 'First sign', seen[0] ?? null, ...arns),
    drafted('times.occurredTo', 'Last sign so far', seen.at(-1) ?? null, ...arns),
    drafted('times.aware', 'Discovered (first delivery of a finding; the clocks start here)', openedAt, ...arns),
    drafted('scope.accounts', 'Account', account, resource),
    drafted('scope.regions', 'Region', region, resource),
    drafted('scope.resources', 'Resource', resource, resource),
  ];
}

function method({ findings, now }: Known): Field[] {
  const { drafted, unknown } = fieldsAt(now);
  const types = [...new Set(findings.map(({ finding }) => finding.type))];
  const indicators = [...new Set(findings.flatMap(({ finding }) => finding.remotes))];
  return [
    drafted(
      'technique',
      'Technique (MITRE ATT&CK, suggested by the finding type)',
      [...new Set(types.flatMap(techniquesOf))],
      ...types,
    ),
    drafted('indicators', 'Indicators', indicators, ...findings.map(({ finding }) => finding.arn)),
    unknown('actor', 'Who it was'),
  ];
}

function response({ entries, incident, now }: Known): Field[] {
  const done = entries.filter(({ kind }) => kind === 'step' || kind === 'failure' || kind === 'decision');
  return [
    fieldsAt(now).drafted('actions', 'Done so far, with who allowed it', done.map(lineOf), `ledger of ${incident}`),
  ];
}

function rest({ entries, incident, now }: Known): Field[] {
  const sealed = entries
    .map(detailOf)
    .flatMap(({ result, raw }) => [
      ...(raw ? [`finding: ${raw.uri} (sha256 ${raw.sha256})`] : []),
      ...(result?.evidence ?? []).map(
        ({ kind, uri, sha256 }) => `${kind}: ${uri}${sha256 ? ` (sha256 ${sha256})` : ''}`,
      ),
    ]);
  const hints = entries.flatMap((entry) => detailOf(entry).reporting || []);
  const { drafted, unknown } = fieldsAt(now);
  return [
    drafted('custody', 'Evidence kept', sealed, `ledger of ${incident}`),
    ...(hints.length > 0
      ? [drafted('hints', 'What this report turns on', [...new Set(hints)], `ledger of ${incident}`)]
      : []),
    unknown('notes', 'Anything else'),
  ];
}

/** Drafts the eight items from what is on record. It states nothing that only a person can know. */
export function draftReport(known: Known): Report {
  const { incident, now, entity, entries } = known;
  const { stated, unknown } = fieldsAt(now);
  const items = {
    'Company and contact': [
      stated('entity.name', 'Company', entity.name, 'cdk.json: entity.name'),
      stated('contacts', 'Point of contact', entity.contact, 'cdk.json: entity.contact'),
    ],
    'Contracts and clearance': [
      stated('dod.contracts', 'Contracts that may be affected', entity.contracts, 'cdk.json: entity.contracts'),
      stated('dod.clearance', 'Facility clearance', entity.clearance, 'cdk.json: entity.clearance'),
    ],
    'Details of the breach': details(known),
    'Impact on covered information': [
      unknown('impact.statement', 'Impact on covered defence information'),
      unknown('impact.data', 'Information accessed'),
      unknown('impact.operational', 'Ability to operate'),
    ],
    'Date and location': whenAndWhere(known),
    'Method and actor': method(known),
    Response: response(known),
    Other: rest(known),
  };
  return {
    incident,
    draftedAt: now,
    ledgerEntries: entries.length,
    obligations: [...known.obligations],
    items: Object.entries(items).map(([title, fields]) => ({ title, fields })),
  };
}

/** Titles of the fields in a status: what a person has to state, or to confirm. */
export const fieldsIn = ({ items }: Report, status: FieldStatus): string[] =>
  items.flatMap(({ fields }) => fields.filter((field) => field.status === status).map(({ title }) => title));

const minute = 60_000;
const span = (milliseconds: number): string => {
  const minutes = Math.floor(milliseconds / minute);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours > 0 ? `${hours} h ${rest} min` : minutes > 0 ? `${minutes} min` : 'less than a minute';
};

/** The time left until a report is due, in words; and the truth once it is past. */
export function dueWords(dueAt: string, now: string): string {
  const left = Date.parse(dueAt) - Date.parse(now);
  if (left > 0) return `due in ${span(left)}`;
  return left > -minute ? 'due now' : `overdue since ${dueAt}, by ${span(-left)}`;
}
