import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Deciding, isAmong, personOf } from '../../lib/domain/approval.ts';
import type { ClosedAs } from '../../lib/domain/closing.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { approvalItem, type StoredApproval } from '../../lib/items/approval.ts';
import { beforeStateItem } from '../../lib/items/before-state.ts';
import { findingItem } from '../../lib/items/finding.ts';
import { incidentItem, partitionOf, type StoredIncident } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { headItem } from '../../lib/items/ledger.ts';
import { config, environment } from '../runtime/environment.ts';
import type { Work } from '../runtime/pipeline.ts';
import { approversFor } from '../runtime/settings.ts';
import { holdersIn, suspectsIn, Target } from '../targets/target.ts';

/** Characters of the hash that the ledger ends with: enough to tell two ends of one ledger apart. */
const ofHead = 12;

/** What a person asks for: that everything is released, and where `as` is given that the incident is closed with it. */
interface Wish {
  readonly incident: string;
  readonly approver: Deciding;
  readonly reason: string;
  readonly as?: ClosedAs;
  /** Whether GuardDuty's findings of it are archived after that. */
  readonly archive?: boolean;
}

type Releasing = NonNullable<StoredIncident['releasing']>;

/** ARNs of all whose credentials are in doubt in an incident, whether anybody was asked about them or not. */
export function suspectsAmong(items: readonly Item[]): string[] {
  const targets = beforeStateItem.sorted(items).values.map(({ target }) => Target.safeParse(target).data);
  return [
    ...approvalItem.sorted(items).values.flatMap(({ suspects }) => suspects),
    ...targets.flatMap((target) => (target ? suspectsIn(target) : [])),
    ...findingItem.sorted(items).values.flatMap(({ finding }) => holdersIn(finding)),
  ];
}

/** Questions of its responses that wait for an answer; what is asked about a permanent deletion, or a release, is none of them. */
export const waitingAmong = (items: readonly Item[], { threats }: Pick<StoredIncident, 'threats'>): StoredApproval[] =>
  approvalItem.sorted(items).values.filter(({ state, run, question }) => {
    const asks = threats[run]?.asks ?? [];
    return state === 'PENDING' && asks.some(({ name }) => name === question);
  });

/** Why this person cannot end this incident now, in words for that person; null when they can. */
export function refusal(items: readonly Item[], meta: StoredIncident, wish: Wish): string | null {
  const { approver, as, archive } = wish;
  if (meta.state === 'released' || meta.state === 'closed')
    return `Incident ${meta.incident} is ${meta.state} already.`;
  if (archive && as !== 'false-alarm') return 'Findings are archived only of what was a false alarm.';
  if (archive && config().securityHub.updates === 'none')
    return 'This deployment writes nothing on findings (securityHub.updates is none): close without --archive, and archive them in GuardDuty.';
  if (isAmong(approver, suspectsAmong(items))) return 'You are under investigation in this incident.';
  const [first] = waitingAmong(items, meta);
  if (!first || as) return null;
  return `"${first.question}" still waits for an answer: answer it first (tourniquet decline ${first.id}), or close the incident (tourniquet close ${meta.incident}).`;
}

/** The record of one that asked in this very moment is that of the same click, or says so. */
async function note(work: Work, { incident, releasing: seen }: StoredIncident, releasing: Releasing): Promise<void> {
  try {
    await work.table.update(incidentItem.key(incident), {
      UpdateExpression: 'SET releasing = :now',
      ConditionExpression: `attribute_exists(pk) AND (${seen ? 'releasing = :seen' : 'attribute_not_exists(releasing)'} OR releasing = :now)`,
      ExpressionAttributeValues: { ':now': releasing, ...(seen && { ':seen': seen }) },
    });
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new Refused(`Somebody else asked for the release of ${incident} in this moment.`);
  }
}

/** Whether a run goes on. One that Step Functions does not know has not begun, and its name is still free. */
async function isUnderWay(states: SFNClient, run: string): Promise<boolean> {
  const executionArn = `${environment('RELEASE_MACHINE').replace(':stateMachine:', ':execution:')}:${run}`;
  try {
    return (await states.send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING';
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

/** The run under way that does what is wished; null where none is. Throws Refused where it does something else. */
async function begun(states: SFNClient, { incident, releasing }: StoredIncident, wish: Wish): Promise<string | null> {
  if (!releasing || !(await isUnderWay(states, releasing.run))) return null;
  if (!wish.as || wish.as === releasing.as) return releasing.run;
  throw new Refused(
    `A release of ${incident} is under way (${releasing.run}): answer its question first, then close the incident.`,
  );
}

/**
 * Starts the release playbook for an incident, on a person's request. Returns the run's name: that of the one under way, else one that follows
 * from the incident and the end of its ledger, so that of several clicks one counts, at once (Step Functions, StartExecution: names are unique
 * for 90 days) or a while apart. Throws Refused in words for that person: whoever is accused may not end the incident about themselves, and
 * nothing is released past a question that waits.
 */
export async function startRelease(work: Work, wish: Wish): Promise<string> {
  const { incident, approver, reason, as, archive } = wish;
  const kinds = [approvalItem, beforeStateItem, findingItem];
  const [meta, head, ...items] = await Promise.all([
    incidentItem.find(work.table, incident),
    headItem.find(work.table, incident),
    ...kinds.map(({ prefix }) => work.table.query(partitionOf(incident), prefix)),
  ]);
  if (!meta) throw new Refused(`There is no incident ${incident}.`);
  const because = refusal(items.flat(), meta, wish);
  if (because) throw new Refused(because);
  const [, , , , account] = meta.resource.split(':');
  if (account) await approversFor(work, approver, account);
  const states = work.client(SFNClient);
  const earlier = await begun(states, meta, wish);
  if (earlier) return earlier;
  const name = `release-${incident}-${head?.hash.slice(0, ofHead) ?? 'empty'}`;
  await note(work, meta, { run: name, as: as ?? null });
  const person = personOf(approver);
  const about = { incident, by: approver.name, ...(person && { person }), reason };
  const input = JSON.stringify({ ...about, ...(as && { as }), ...(archive && { archive }) });
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn: environment('RELEASE_MACHINE'), name, input }));
  } catch (error) {
    // Somebody asked a moment before.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  return name;
}
