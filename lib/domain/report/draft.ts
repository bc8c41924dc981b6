import { blindWindows, windowWords } from '../blind-window.ts';
import type { Config } from '../config.ts';
import type { Finding } from '../finding/finding.ts';
import { worse } from '../severity.ts';
import { factBehind, factLines } from './fact-fields.ts';
import { type Field, type Json, laidOver, missing } from './field.ts';
import { type Canonical, canonical, type FieldName } from './fields.ts';
import type { Known } from './known.ts';
import { actions, artefacts, changes, hints, logs, measures, timeline } from './ledger-lines.ts';
import { techniquesOf } from './technique.ts';

type Draft = readonly [value: Json, ...sources: string[]];
type Drafts = Partial<Record<FieldName, Draft>>;

const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Which field each key of the configuration fills. */
const configured: Readonly<Record<keyof Config['entity'], FieldName>> = {
  name: 'entity.name',
  otherNames: 'entity.otherNames',
  incorporation: 'entity.incorporation',
  code: 'entity.code',
  parent: 'entity.parent',
  contact: 'contacts',
  secondContact: 'contacts.second',
  dataProtectionOfficer: 'dpo.contact',
  uei: 'dod.uei',
  cage: 'dod.cage',
  contracts: 'dod.contracts',
  contractingOfficers: 'dod.contractingOfficers',
  programmeManagers: 'dod.programmeManagers',
  programmes: 'dod.programmes',
  contractClearance: 'dod.contractClearance',
  clearance: 'dod.clearance',
};
const keyOf = new Map<string, string>(Object.entries(configured).map(([key, field]) => [field, key]));

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
    decisions.length > 0 ? `Decisions: ${decisions.join('; ')}.` : 'No decision has been made yet.',
    `${entries.filter(({ kind }) => kind === 'step').length} steps of the response are on record, ${failures} failed; they are listed under "Response".`,
  ].join(' ');
}

const whose = ({ product, source }: Finding): string => product || source;
const inQuotes = (findings: readonly Finding[]): string => [...new Set(findings.map(({ type }) => type))].join(', ');

/** What findings suggest of the nature of it. That AWS calls it an attack is a reason to suspect one, and for people to confirm. */
function nature(findings: readonly Finding[], arns: readonly string[]): Drafts {
  const attacks = findings.filter((one) => one.nature === 'attack');
  const worst = findings.find((one) => !findings.some((other) => worse(other.severity, one.severity)));
  return {
    ...(worst?.severity && { severity: [`${worst.severity} (by ${whose(worst)})`, worst.arn] }),
    ...(attacks.length > 0 && {
      'compromise.type': [`unauthorised access, suspected: ${inQuotes(attacks)}`, ...arns],
      unlawfulSuspected: [`yes, suspected: ${inQuotes(attacks)}`, ...arns],
    }),
  };
}

/** Whose credentials findings name, as `iam-user mia`. */
const identitiesIn = (findings: readonly Finding[]): string[] => {
  const named = findings.flatMap(({ targets }) => targets.flatMap(({ principal }) => principal ?? []));
  return [
    ...new Set(named.map(({ kind, name, id, session }) => [kind, name ?? id, session].filter(Boolean).join(' '))),
  ];
};

function fromFindings({ findings: received, account, region, resource }: Known): Drafts {
  const findings = received.map(({ finding }) => finding);
  const arns = findings.map(({ arn }) => arn);
  const [first] = received;
  const types = [...new Set(findings.map(({ type }) => type))];
  const seen = findings.flatMap(({ firstSeen, lastSeen }) => [firstSeen ?? [], lastSeen ?? []].flat()).toSorted();
  const named = received.map(
    ({ finding, receivedAt }) => `${finding.type} (${finding.severity ?? 'no severity given'}), received ${receivedAt}`,
  );
  return {
    ...nature(findings, arns),
    findings: [named, ...arns],
    ...(first && {
      'discovery.how': [`${whose(first.finding)} reported ${first.finding.type}`, first.finding.arn],
      'times.detected': [first.receivedAt, first.finding.arn],
    }),
    'times.occurredFrom': [seen[0] ?? null, ...arns],
    'times.occurredTo': [seen.at(-1) ?? null, ...arns],
    location: [[resource, account && `AWS account ${account}`, region].filter(Boolean).join(', '), resource],
    'scope.accounts': [account, resource],
    'scope.regions': [region, resource],
    'scope.resources': [resource, resource],
    'scope.identities': [identitiesIn(findings), ...arns],
    technique: [[...new Set(types.flatMap(techniquesOf))], ...types],
    indicators: [[...new Set(findings.flatMap(({ remotes }) => remotes))], ...arns],
  };
}

function fromLedger(known: Known): Drafts {
  const { incident, entries } = known;
  const ledger = `ledger of ${incident}, entries 1 to ${entries.length}`;
  return {
    reference: [incident, ledger],
    narrative: [narrative(known), ledger],
    timeline: [timeline(entries), ledger],
    blindWindows: [blindWindows(known.findings, entries).map(windowWords), ledger],
    changes: [changes(entries), ledger],
    actions: [actions(entries), ledger],
    measures: [measures(entries), ledger],
    custody: [artefacts(entries), ledger],
    logs: [logs(entries), ledger],
    hints: [hints(entries), ledger],
    'times.facts': [factLines(known)],
  };
}

/** A field that is a fact: the machine's, until a person has recorded one, which is their word. */
function fromFact({ name, title }: Canonical, { facts, now }: Known): Field | null {
  const fact = facts.findLast((one) => one.name === factBehind(name));
  if (!fact) return null;
  const { time: value, by, reason, at, via } = fact;
  const sources = [`${by}: ${reason}`];
  if (via === 'tourniquet') return { name, title, value, status: 'machine-draft', by, at: now, sources };
  return { name, title, value, status: 'confirmed', by, at, sources };
}

function fromConfiguration({ name, title }: Canonical, { entity, now: at }: Known): Field | null {
  const key = keyOf.get(name);
  const value = key ? Object.entries(entity).find(([one]) => one === key)?.[1] : undefined;
  if (value === undefined || isEmpty(value)) return null;
  return { name, title, value, status: 'confirmed', by: 'configuration', at, sources: [`cdk.json: entity.${key}`] };
}

/** Every field before people said anything about it: as configured, as recorded for the clocks, or as a machine reads the record. */
export function machineFields(known: Known): Field[] {
  const drafts = new Map(Object.entries({ ...fromFindings(known), ...fromLedger(known) }));
  return canonical.map((field) => {
    const { name, title } = field;
    const [value = null, ...sources] = drafts.get(name) ?? [];
    if (!isEmpty(value))
      return { name, title, value, status: 'machine-draft', by: 'tourniquet', at: known.now, sources };
    return fromConfiguration(field, known) ?? fromFact(field, known) ?? missing(name, title, known.now);
  });
}

/** Every field as it stands: a person's word where there is one. It states nothing that only a person can know. */
export function fieldsOf(known: Known): Field[] {
  const stated = new Map(known.stated.map((one) => [one.name, one]));
  return machineFields(known).map((field) => laidOver(field, stated.get(field.name), known.hashOf));
}
