import { type Coverage, coverage } from '../../../lib/domain/coverage.ts';
import { Broken } from '../../../lib/domain/errors.ts';
import { whyAnew } from '../../../lib/domain/finding/anew.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { type Severity, worse } from '../../../lib/domain/severity.ts';
import type { OnThreats } from '../../../lib/domain/standing.ts';
import { type Threats, typeKey } from '../../../lib/domain/threat.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import { beforeStateItem } from '../../../lib/items/before-state.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import { incidentItem, listItem, partitionOf, type StoredIncident } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { receiptItem } from '../../../lib/items/receipt.ts';
import { runItem } from '../../../lib/items/run.ts';
import { threatsIn } from '../../../lib/record/threats.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { claimMore } from '../claim-more.ts';
import { type Claim, type Claimed, type HeldLever, itemOf, threatOf } from './claim.ts';

/** Types that one run speaks for; a product of somebody else's may make up as many as it likes. */
const mostTypes = 20;
/** Findings of an incident up to which people are told of each further call to undo; the record has all. */
const mostUndone = 20;
/** Runs of one incident; an item of DynamoDB holds 400 KB. */
const mostRuns = 100;

const severityIn = ({ severity }: StoredIncident): Severity | null => (severity === 'unknown' ? null : severity);

export type OnRecord = OnThreats & { readonly held: readonly HeldLever[] };

/** What an incident was answered, and what it did. */
export async function answersIn(work: Work, incident: string): Promise<Item[]> {
  const all = [approvalItem, beforeStateItem, receiptItem].map(({ prefix }) =>
    work.table.query(partitionOf(incident), prefix),
  );
  return (await Promise.all(all)).flat();
}

/** What of that decides about one more finding. */
export function recordOf(meta: StoredIncident, items: readonly Item[]): OnRecord {
  const states = beforeStateItem.sorted(items).values.filter(({ releasedAt }) => releasedAt === null);
  return { ...threatsIn(meta, items), held: states.map(({ step, of }) => ({ step, of })) };
}

/** The incident as it is when a finding comes to it. */
interface Met {
  readonly meta: StoredIncident;
  readonly record: OnRecord;
  /** This very finding as it was seen before, by another run. */
  readonly before: Finding | null;
}

async function meet(work: Work, claim: Claim, incident: string): Promise<Met> {
  const [known, meta, items] = await Promise.all([
    work.table.putNew(itemOf(claim, incident)),
    incidentItem.find(work.table, incident),
    answersIn(work, incident),
  ]);
  if (!meta) throw new Broken(`There is no record of ${incident}.`);
  const earlier = known && findingItem.read(known);
  // A replay of the run that came with it meets it too: that run has not decided yet.
  const before = earlier && earlier.run !== claim.run ? earlier.finding : null;
  return { meta, record: recordOf(meta, items), before };
}

/**
 * Attaches one more finding, or one more occurrence of the same, to the incident that already holds a resource of it. What its earlier
 * answers cover joins; anything else goes on as a further run of the same incident. Null where somebody else has changed the record
 * meanwhile: what they wrote may decide otherwise.
 */
export async function join(work: Work, claim: Claim, incident: string): Promise<Claimed | null> {
  const { finding, run } = claim;
  const met = await meet(work, claim, incident);
  const { meta, record, before } = met;
  const { openedAt } = meta;
  if (meta.state === 'released' || meta.state === 'closed') {
    await dropClaims(work, claim, incident);
    return null;
  }
  // The same run again, after a crash between the claim and its answer.
  if (meta.run === run) return { outcome: 'opened', incident };
  const isAgain = meta.threats[run];
  const raised = worse(finding.severity, severityIn(meta));
  const again = before && ((finding.lastSeen ?? '') > (before.lastSeen ?? '') || finding.count > before.count);
  if (!isAgain && before && !again && !raised && !finding.requested) return { outcome: 'known', incident };
  if (!before) await claimMore(work, claim, incident);
  const [about = ''] = claim.claims;
  const now = work.now();
  const { type, severity } = finding;
  const anew = whyAnew(finding);
  const coming = { ...claim, type, severity, about, anew, mode: await claim.mode(), now };
  const others = { ...record, runs: record.runs.filter((one) => one.run !== run) };
  const cover = coverage(coming, others);
  if (isAgain || (cover.kind === 'further' && record.runs.length < mostRuns)) {
    const answered = cover.kind === 'further' ? cover.answered : {};
    const entered = isAgain || (await enter(work, claim, incident, met, { because: cover.because, answered }));
    const told = { because: cover.because, answered, record: { ...others, held: record.held } };
    return entered ? { outcome: 'further', incident, openedAt, ...told } : null;
  }
  return note(work, claim, incident, met, cover);
}

/** The finding as it was seen last; one that is new lies there already. */
const replacing =
  ({ finding }: Claim, incident: string, { before }: Met) =>
  (TableName: string): Write[] => {
    const update = { UpdateExpression: 'SET finding = :finding', ExpressionAttributeValues: { ':finding': finding } };
    return before ? [{ Update: { TableName, Key: findingItem.key(incident, finding.key), ...update } }] : [];
  };

/** A claim that an incident has left behind: it ended between two writes of ours. */
async function dropClaims(work: Work, { claims }: Claim, incident: string): Promise<void> {
  const close = (one: string) =>
    work.table.update(claimItem.key(one), {
      UpdateExpression: 'SET #state = :closed',
      ConditionExpression: 'incident = :incident',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':closed': 'closed', ':incident': incident },
    });
  const theirs = (error: Error): void => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  };
  await Promise.all(claims.map((one) => close(one).catch(theirs)));
}

/** The names by which other findings claim what a run is about, once they are known: the incident and that run are about them too. */
export async function claimAlso(work: Work, names: string[], run: string, incident: string): Promise<void> {
  await claimMore(work, { claims: names, run }, incident);
  const [first] = names;
  const update = {
    UpdateExpression: 'SET threats.#run.about = list_append(threats.#run.about, :names)',
    ConditionExpression: 'NOT contains(threats.#run.about, :first)',
    ExpressionAttributeNames: { '#run': run },
    ExpressionAttributeValues: { ':names': names, ':first': first },
  };
  await work.table.update(incidentItem.key(incident), update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}

/** What of an incident's record changes, if nobody has changed it since it was read. */
export function changing(
  incident: string,
  meta: StoredIncident,
  to: Omit<Partial<StoredIncident>, 'claims'>,
  claims: readonly string[] = [],
) {
  const fields = Object.entries(to);
  // Others may add claims at the same time.
  const more = claims.length > 0 ? ['claims = list_append(claims, :more)'] : [];
  const names = fields.map(([name], at) => [`#f${at}`, name]);
  const ExpressionAttributeNames = {
    ...Object.fromEntries(names),
    '#state': 'state',
    '#ends': 'ends',
    '#threats': 'threats',
  };
  return (TableName: string): Write => ({
    Update: {
      TableName,
      Key: incidentItem.key(incident),
      UpdateExpression: `SET ${[...fields.map((_, at) => `#f${at} = :f${at}`), ...more].join(', ')}`,
      // One of an older version may note neither ends nor threats yet.
      ConditionExpression:
        '#state = :seen AND severity = :severity AND (#ends = :ends OR attribute_not_exists(#ends)) AND (#threats = :threats OR attribute_not_exists(#threats))',
      ExpressionAttributeNames,
      ExpressionAttributeValues: {
        ...Object.fromEntries(fields.map(([, value], at) => [`:f${at}`, value])),
        ...(claims.length > 0 && { ':more': claims }),
        ':seen': meta.state,
        ':severity': meta.severity,
        ':ends': meta.ends,
        ':threats': meta.threats,
      },
    },
  });
}

/** The line of the list of all incidents, with what changes of it. */
export function relisting(incident: string, { openedAt }: StoredIncident, to: { state: string; severity: string }) {
  return (TableName: string): Write => ({
    Update: {
      TableName,
      Key: listItem.key(openedAt, incident),
      UpdateExpression: 'SET #state = :state, severity = :severity',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': to.state, ':severity': to.severity },
    },
  });
}

/** Appends to the ledger together with these writes; false where somebody else has changed the record meanwhile. */
async function together(
  work: Work,
  incident: string,
  entry: Parameters<typeof append>[2],
  writes: (t: string) => Write[],
) {
  try {
    await append(work.table, incident, entry, writes);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
}

const severest = ({ finding }: Claim, meta: StoredIncident): StoredIncident['severity'] =>
  worse(finding.severity, severityIn(meta)) ? (finding.severity ?? 'unknown') : meta.severity;

/** The run is one of the incident from now on; of many that come at once with the same, one is. */
async function enter(
  work: Work,
  claim: Claim,
  incident: string,
  met: Met,
  { because, answered }: { readonly because: string; readonly answered: Readonly<Record<string, string>> },
): Promise<boolean> {
  const { finding, run, raw, playbook } = claim;
  const { meta } = met;
  const now = { state: 'open' as const, severity: severest(claim, meta) };
  const threats: Threats = { ...meta.threats, [run]: threatOf(claim, 'finding', answered) };
  const ends = { ...meta.ends, [run]: 'open' as const };
  const what = `${finding.type} joined, and ${playbook} answers it: ${because}`;
  const detail = { run, finding, raw: raw(incident), playbook, severity: now.severity };
  return together(work, incident, { kind: 'finding', actor: 'open-incident', what, detail }, (TableName) => [
    changing(incident, meta, { ...now, threats, ends })(TableName),
    relisting(incident, meta, now)(TableName),
    { Put: { TableName, Item: runItem.item({ incident, at: claim.openedAt }, sessionName(run)) } },
    ...replacing(claim, incident, met)(TableName),
  ]);
}

/** Each call that blinds is undone by itself, whatever was asked about the ones before; whoever makes hundreds floods nobody. */
async function isOneMoreToUndo(work: Work, { finding }: Claim, incident: string, { before }: Met): Promise<boolean> {
  if (before || !finding.mend) return false;
  return (await work.table.query(partitionOf(incident), findingItem.prefix)).length <= mostUndone;
}

/** Notes a finding that is covered: that it was seen, a type more, a higher severity. */
async function note(work: Work, claim: Claim, incident: string, met: Met, cover: Coverage): Promise<Claimed | null> {
  const { finding, run, raw } = claim;
  const { meta, before } = met;
  const now = { state: meta.state, severity: severest(claim, meta) };
  const raised = now.severity !== meta.severity;
  const by = cover.kind === 'covered' ? cover.run : (met.record.runs.at(-1)?.run ?? meta.run);
  const threat = meta.threats[by];
  const type = typeKey(finding.type);
  const known = !threat || threat.types[type] !== undefined || Object.keys(threat.types).length >= mostTypes;
  const seen = before ? `was seen again, ${finding.count} times so far` : 'joined';
  const rise = raised ? `; raised from ${meta.severity} to ${now.severity}` : '';
  const detail = { run, finding, raw: raw(incident), ...(raised && { severity: now.severity }) };
  const what = `${finding.type} ${seen}${known ? '' : `: ${cover.because}`}${rise}`;
  const types = { ...threat?.types, [type]: work.now() };
  const threats: Threats = known ? meta.threats : { ...meta.threats, [by]: { ...threat, types } };
  const written = await together(
    work,
    incident,
    { kind: 'finding', actor: 'open-incident', what, detail },
    (TableName) => [
      ...replacing(claim, incident, met)(TableName),
      ...(raised || !known
        ? [
            changing(incident, meta, { severity: now.severity, threats })(TableName),
            relisting(incident, meta, now)(TableName),
          ]
        : []),
    ],
  );
  if (!written) return null;
  // Whoever picked it waits for an answer.
  const quiet = known && !finding.requested && !(await isOneMoreToUndo(work, claim, incident, met));
  const outcome = raised ? 'raised' : quiet ? 'joined' : 'widened';
  return { outcome, incident, because: cover.because };
}
