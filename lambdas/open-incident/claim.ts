import { createHash } from 'node:crypto';
import type { Finding } from '../../lib/domain/finding.ts';
import { append, appendAfter, emptyHead } from '../runtime/ledger.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict, keys } from '../runtime/table.ts';

/** Incident ids derive from the run, so a replay opens the same incident again instead of a second one. */
export const incidentIdOf = (run: string): string =>
  `inc-${createHash('sha256').update(run).digest('hex').slice(0, 12)}`;

export interface Claim {
  readonly incident: string;
  readonly run: string;
  readonly playbook: string;
  readonly openedAt: string;
  readonly resource: string;
  readonly finding: Finding;
  /** Where the raw event is being sealed, and its hash: on the record before anything else. */
  readonly raw: { readonly uri: string; readonly sha256: string };
}

const findingItem = ({ finding, openedAt }: Claim, incident: string) => ({
  ...keys.finding(incident, finding.id),
  finding,
  receivedAt: openedAt,
});

function writes(claim: Claim) {
  const { incident, run, playbook, openedAt, resource, finding, raw } = claim;
  const detail = { run, playbook, resource, finding, raw };
  const entry = { kind: 'opened', actor: 'open-incident', what: `opened by ${finding.type}`, detail } as const;
  const first = appendAfter(emptyHead, incident, entry, openedAt);
  const meta = {
    incident,
    run,
    playbook,
    openedAt,
    resource,
    state: 'open',
    type: finding.type,
    severity: finding.severity,
  };
  return (TableName: string) => [
    {
      Put: {
        TableName,
        Item: { ...keys.claim(resource), incident, run, state: 'open' },
        ConditionExpression: 'attribute_not_exists(pk) OR #state = :closed',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':closed': 'closed' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    },
    { Put: { TableName, Item: { ...keys.incident(incident), ...meta } } },
    { Put: { TableName, Item: { ...keys.listed(openedAt, incident), ...meta } } },
    { Put: { TableName, Item: findingItem(claim, incident) } },
    ...first(TableName),
  ];
}

/**
 * Claims the resource for a new incident, or joins the one that holds it. One conditional write decides, so twenty copies of a finding
 * that arrive at once still make one incident.
 */
export async function claimOrJoin(work: Work, claim: Claim): Promise<'claimed' | { joined: string }> {
  try {
    await work.table.transact(writes(claim));
    return 'claimed';
  } catch (error) {
    const holder = error instanceof Conflict ? error.reasons[0]?.found : null;
    if (!holder) throw error;
    // The same run again, after a crash between the claim and its answer.
    if (holder.run === claim.run) return 'claimed';
    const incident = String(holder.incident);
    await join(work, claim, incident);
    return { joined: incident };
  }
}

/** Attaches one more finding, or one more occurrence of the same, to the incident that already holds the resource. */
async function join(work: Work, claim: Claim, incident: string): Promise<void> {
  const { finding, run } = claim;
  const known = await work.table.putNew(findingItem(claim, incident));
  if (known) return;
  const detail = { run, finding };
  await append(work.table, incident, {
    kind: 'finding',
    actor: 'open-incident',
    what: `${finding.type} joined`,
    detail,
  });
}
