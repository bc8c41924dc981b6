import { createHash } from 'node:crypto';
import type { Custody } from '../../../lib/domain/custody.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { type Severity, worse } from '../../../lib/domain/severity.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import { incidentItem, listItem, type StoredIncident } from '../../../lib/items/incident.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import { runItem } from '../../../lib/items/run.ts';
import { config } from '../../runtime/environment.ts';
import { append, appendAfter, emptyHead } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { sessionName } from '../../runtime/session.ts';
import { Conflict, type Write } from '../../runtime/table.ts';

/** Incident ids derive from the run, so a replay opens the same incident again instead of a second one. */
export const incidentIdOf = (run: string): string =>
  `inc-${createHash('sha256').update(run).digest('hex').slice(0, 12)}`;

export interface Claim {
  readonly incident: string;
  readonly run: string;
  readonly playbook: string;
  readonly openedAt: string;
  /** What the incident is mainly about. */
  readonly resource: string;
  /** Everything it holds, that included: a finding about any of it joins. */
  readonly claims: readonly string[];
  readonly finding: Finding;
  /** Where the raw event is being sealed, by the incident it comes to belong to, and its hash: on the record before anything else. */
  readonly raw: (incident: string) => Custody;
  /** What a report about it turns on. */
  readonly reporting: string;
}

/** What became of a finding, and of which incident. */
export interface Claimed {
  /**
   * `known`: this very finding, as it was already. `reopened`: nothing was contained, and it has grown worse: people are asked anew.
   * `added`: a further session of the incident's chain. `left`: the incident takes none any more.
   */
  readonly outcome: 'opened' | 'reopened' | 'raised' | 'joined' | 'known' | 'added' | 'left';
  readonly incident: string;
  /** When the incident was opened, where that was before this run. */
  readonly openedAt?: string;
  /** Why it was left. */
  readonly because?: string;
}

/** A finding as the incident keeps it. */
export const itemOf = ({ finding, openedAt }: Pick<Claim, 'finding' | 'openedAt'>, incident: string): Item & Key =>
  findingItem.item({ finding, receivedAt: openedAt }, incident, finding.key);

/** Takes a resource, unless an incident that is not closed holds it. */
export const claimResource = (
  resource: string,
  held: { readonly incident: string; readonly run: string },
): ((TableName: string) => Write) => {
  return (TableName) => ({
    Put: {
      TableName,
      Item: claimItem.item({ ...held, state: 'open' }, resource),
      ConditionExpression: 'attribute_not_exists(pk) OR #state = :closed',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':closed': 'closed' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    },
  });
};

function writes(claim: Claim) {
  const { incident, run, playbook, openedAt, resource, claims, finding, raw, reporting } = claim;
  const detail = { run, playbook, resource, finding, raw: raw(incident), reporting };
  const entry = { kind: 'opened', actor: 'open-incident', what: `opened by ${finding.type}`, detail } as const;
  const first = appendAfter(emptyHead, incident, entry, openedAt);
  const { type } = finding;
  const severity = finding.severity ?? 'unknown';
  const meta = { incident, run, playbook, openedAt, resource, state: 'open', type, severity } as const;
  // Who reports: the command line reads the record, and has no configuration.
  const more = { claims: [...claims], ends: { [run]: 'open' as const }, entity: config().entity };
  return (TableName: string): Write[] => [
    ...claims.map((one) => claimResource(one, { incident, run })(TableName)),
    { Put: { TableName, Item: incidentItem.item({ ...meta, ...more }, incident) } },
    { Put: { TableName, Item: listItem.item(meta, openedAt, incident) } },
    { Put: { TableName, Item: itemOf(claim, incident) } },
    { Put: { TableName, Item: runItem.item({ incident }, sessionName(run)) } },
    ...first(TableName),
  ];
}

/**
 * Claims the resources for a new incident, or joins the one that holds any of them. One conditional write decides, so twenty copies of a
 * finding that arrive at once, in whatever shapes, still make one incident.
 */
export async function claimOrJoin(work: Work, claim: Claim): Promise<Claimed> {
  try {
    await work.table.transact(writes(claim));
    return { outcome: 'opened', incident: claim.incident };
  } catch (error) {
    const reasons = error instanceof Conflict ? error.reasons.slice(0, claim.claims.length) : [];
    const [holder] = claimItem.all(reasons.map(({ found }) => found).filter((found) => found !== null));
    if (!holder) throw error;
    // The same run again, after a crash between the claim and its answer.
    if (holder.run === claim.run) return { outcome: 'opened', incident: claim.incident };
    return join(work, claim, holder.incident);
  }
}

const severityIn = ({ severity }: StoredIncident): Severity | null => (severity === 'unknown' ? null : severity);

/** Attaches one more finding, or one more occurrence of the same, to the incident that already holds a resource of it. */
async function join(work: Work, claim: Claim, incident: string): Promise<Claimed> {
  const { finding, run, raw } = claim;
  const [known, meta] = await Promise.all([
    work.table.putNew(itemOf(claim, incident)),
    incidentItem.find(work.table, incident),
  ]);
  // A replay of the run that reopened it.
  if (meta?.run === run) return { outcome: 'reopened', incident };
  const before = known && findingItem.read(known).finding;
  const raised = meta !== null && worse(finding.severity, severityIn(meta));
  const again = before && ((finding.lastSeen ?? '') > (before.lastSeen ?? '') || finding.count > before.count);
  if (before && !again && !raised) return { outcome: 'known', incident };
  if (before) await work.table.update(findingItem.key(incident, finding.key), replaceFinding(finding));
  else await claimFurther(work, claim, incident);
  const what = `${finding.type} ${before ? `was seen again, ${finding.count} times so far` : 'joined'}`;
  await append(work.table, incident, {
    kind: 'finding',
    actor: 'open-incident',
    what,
    detail: { run, finding, raw: raw(incident) },
  });
  if (!raised) return { outcome: 'joined', incident };
  return raise(work, claim, incident, meta);
}

const replaceFinding = (finding: Finding) => ({
  UpdateExpression: 'SET finding = :finding',
  ExpressionAttributeValues: { ':finding': finding },
});

/** What else it is about is held by the same incident from now on, where nobody else holds it. */
export async function claimFurther(
  work: Work,
  { claims, run }: Pick<Claim, 'claims' | 'run'>,
  incident: string,
): Promise<void> {
  const taken = await Promise.all(
    claims.map((one) =>
      work.table
        .transact((TableName) => [claimResource(one, { incident, run })(TableName)])
        .then(
          () => [one],
          (error: unknown) => {
            if (error instanceof Conflict) return [];
            throw error;
          },
        ),
    ),
  );
  const more = taken.flat();
  if (more.length === 0) return;
  await work.table.update(incidentItem.key(incident), {
    UpdateExpression: 'SET claims = list_append(claims, :more)',
    ExpressionAttributeValues: { ':more': more },
  });
}

/** Notes the higher severity; where nothing was contained, this run takes the incident over and people are asked anew. */
async function raise(work: Work, claim: Claim, incident: string, meta: StoredIncident): Promise<Claimed> {
  const { finding, run } = claim;
  const { severity } = finding;
  const reopens = meta.state === 'held';
  const what = `raised from ${meta.severity} to ${severity}${reopens ? ', and reopened' : ''} by ${finding.type}`;
  const set = reopens ? 'SET severity = :severity, #state = :open, #run = :run' : 'SET severity = :severity';
  const update = {
    UpdateExpression: set,
    ConditionExpression: '#state = :seen AND severity = :before',
    ExpressionAttributeNames: { '#state': 'state', ...(reopens && { '#run': 'run' }) },
    ExpressionAttributeValues: {
      ':severity': severity,
      ':seen': meta.state,
      ':before': meta.severity,
      ...(reopens && { ':open': 'open', ':run': run }),
    },
  };
  const listed = listItem.key(meta.openedAt, incident);
  const entry = { kind: 'finding', actor: 'open-incident', what, detail: { run, severity } } as const;
  try {
    await append(work.table, incident, entry, (TableName) => [
      { Update: { TableName, Key: incidentItem.key(incident), ...update } },
      { Update: { TableName, Key: listed, ...update } },
      ...(reopens ? [{ Put: { TableName, Item: runItem.item({ incident }, sessionName(run)) } }] : []),
    ]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // Somebody else raised it meanwhile, perhaps a copy of this very finding, and perhaps not as far.
    const now = await incidentItem.find(work.table, incident);
    const still = now && worse(severity, severityIn(now));
    return still ? raise(work, claim, incident, now) : { outcome: 'joined', incident };
  }
  return { outcome: reopens ? 'reopened' : 'raised', incident };
}
