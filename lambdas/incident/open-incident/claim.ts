import { createHash } from 'node:crypto';
import type { Mode } from '../../../lib/domain/authority.ts';
import type { Custody } from '../../../lib/domain/custody.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Question } from '../../../lib/domain/incident.ts';
import type { OnThreats } from '../../../lib/domain/standing.ts';
import { asAsked, type Threat, typeKey, urgentAmong } from '../../../lib/domain/threat.ts';
import { claimItem } from '../../../lib/items/claim.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import type { Item, Key } from '../../../lib/items/item.ts';
import type { Write } from '../../runtime/table.ts';

/** Incident ids derive from the run, so a replay opens the same incident again instead of a second one. */
export const incidentIdOf = (run: string): string =>
  `inc-${createHash('sha256').update(run).digest('hex').slice(0, 12)}`;

export interface Claim {
  readonly incident: string;
  readonly run: string;
  readonly playbook: string;
  readonly questions: readonly Question[];
  readonly openedAt: string;
  /** What the incident is mainly about. */
  readonly resource: string;
  /** As people call that. */
  readonly id: string;
  /** Everything it holds, that included: a finding about any of it joins. */
  readonly claims: readonly string[];
  readonly finding: Finding;
  /** Where the raw event is being sealed, by the incident it comes to belong to, and its hash: on the record before anything else. */
  readonly raw: (incident: string) => Custody;
  /** What a report about it turns on. */
  readonly reporting: string;
  /** The live switch, which is read meanwhile. */
  readonly mode: () => Promise<Mode>;
}

/** What became of a finding, and of which incident. */
export interface Claimed {
  /**
   * `further`: it joined, and no answer of the incident covers it, so this run puts a question of its own. Where one does: `widened` by a
   * type, `raised`, or `joined` where it is a repeat. `known`: this very finding, as it was already. `added`: a further session of the
   * incident's chain. `left`: the incident takes none any more.
   */
  readonly outcome: 'opened' | 'further' | 'widened' | 'raised' | 'joined' | 'known' | 'added' | 'left';
  readonly incident: string;
  /** When the incident was opened, where that was before this run. */
  readonly openedAt?: string;
  /** Why it was left, or why it needs a question more. */
  readonly because?: string;
  /** Of a further run: the questions that the incident has answered, each with its answer. */
  readonly answered?: Readonly<Record<string, string>>;
  /** Of a further run: what the incident had on record when it joined. */
  readonly record?: OnThreats & { readonly held: readonly HeldLever[] };
}

/** A lever that an incident holds, and the ARN of what it is on. */
export interface HeldLever {
  readonly step: string;
  readonly of: string;
}

/** A finding as the incident keeps it. */
export const itemOf = ({ finding, openedAt, run }: Claim, incident: string): Item & Key =>
  findingItem.item({ finding, receivedAt: openedAt, run }, incident, finding.key);

/** What a run answers that begins with this claim. */
export const threatOf = (claim: Claim, of: Threat['of'], answered: Readonly<Record<string, string>> = {}): Threat => ({
  playbook: claim.playbook,
  of,
  id: claim.id,
  about: [...claim.claims],
  severity: claim.finding.severity ?? 'unknown',
  types: { [typeKey(claim.finding.type)]: claim.openedAt },
  asks: urgentAmong(claim.questions)
    .filter(({ name }) => answered[name] === undefined)
    .map(asAsked),
  at: claim.openedAt,
  ended: null,
});

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
