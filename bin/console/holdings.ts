import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { byDueTime, dueAmong, idOf } from '../../lib/domain/clock/obligation.ts';
import { approvalItem } from '../../lib/items/approval.ts';
import { beforeStateItem } from '../../lib/items/before-state.ts';
import { obligationItem } from '../../lib/items/clocks.ts';
import { incidentItem, listPartition, partitionOf } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { headItem } from '../../lib/items/ledger.ts';
import { limited } from '../doctor/limited.ts';
import type { Deployment } from './deployment.ts';

/** What a deployment still holds or does, and the verb that ends it. */
export interface Holding {
  readonly kind: 'lever' | 'question' | 'run' | 'record';
  /** Null of a run: its name is all that Step Functions knows. */
  readonly incident: string | null;
  readonly what: string;
  /** As words after `tourniquet`; null where only time or a person at AWS ends it. */
  readonly end: string | null;
}

/** A report that is owed; nobody is reminded of it any more once the deployment is gone. */
export interface Owed {
  readonly incident: string;
  readonly report: string;
  readonly dueAt: string;
}

export interface Holdings {
  readonly incidents: readonly string[];
  readonly holding: readonly Holding[];
  readonly owed: readonly Owed[];
}

/** Questions that nobody has answered. One whose time is over is still asked for as long as its run waits. */
const questionsIn = (incident: string, items: readonly Item[]): Holding[] =>
  approvalItem
    .sorted(items)
    .values.filter(({ state }) => state === 'PENDING')
    .map(({ id, question, expiresAt }) => ({
      kind: 'question',
      incident,
      what: `"${question}" is open until ${expiresAt}`,
      end: `decline ${id} --reason "…"`,
    }));

const leversIn = (incident: string, items: readonly Item[]): Holding[] =>
  beforeStateItem
    .sorted(items)
    .values.filter(({ releasedAt }) => releasedAt === null)
    .map(({ title, of }) => ({
      kind: 'lever',
      incident,
      what: `${title}: ${of}`,
      end: `release ${incident} --reason "…"`,
    }));

/** What cannot be read may be of a lever that is held, or of a question that is open. */
const unreadIn = (incident: string, items: readonly Item[]): Holding[] =>
  [beforeStateItem, approvalItem, incidentItem, headItem, obligationItem]
    .flatMap((kind) => kind.sorted(items).unread)
    .map(({ because }) => ({ kind: 'record', incident, what: because, end: null }));

/** A record without its newest entries in the vault. Once the functions are gone nobody seals it. */
function recordIn(incident: string, items: readonly Item[]): Holding[] {
  const [meta] = incidentItem.sorted(items).values;
  const entries = headItem.sorted(items).values.at(0)?.sequence ?? 0;
  const sealed = meta?.sealed?.entries ?? 0;
  if (sealed >= entries) return [];
  const what = `${entries - sealed} of ${entries} ledger entries are not sealed`;
  return [{ kind: 'record', incident, what, end: 'destroy --seal' }];
}

function heldIn(incident: string, items: readonly Item[]): Omit<Holdings, 'incidents'> {
  const obligations = obligationItem.sorted(items).values.map(({ obligation }) => obligation);
  const owed = dueAmong(obligations).map((one) => ({ incident, report: idOf(one), dueAt: one.dueAt }));
  const all = [leversIn, questionsIn, recordIn, unreadIn];
  return { holding: all.flatMap((of) => of(incident, items)), owed };
}

async function runsOf(client: SFNClient, stateMachineArn: string): Promise<Holding[]> {
  const found: Holding[] = [];
  let from = {};
  for (let more = true; more; ) {
    const query = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', ...from });
    const { executions = [], nextToken } = await client.send(query);
    const playbook = stateMachineArn.split(':').at(-1) ?? '';
    found.push(
      ...executions.map(
        ({ name = '' }): Holding => ({
          kind: 'run',
          incident: null,
          what: `${name} of ${playbook} is under way`,
          end: null,
        }),
      ),
    );
    from = { nextToken };
    more = nextToken !== undefined;
  }
  return found;
}

/** All that a deployment holds or does, read anew. Throws Broken where an item of an incident cannot be read: it may be a lever. */
export async function holdingsOf({ table, outputs }: Deployment): Promise<Holdings> {
  const client = new SFNClient();
  const machines = [...outputs].flatMap(([name, value]) => (name.startsWith('Machine') ? [value] : []));
  const listed = (await table.all(listPartition)).map(({ incident }) => String(incident));
  const runs = await limited(machines, (arn) => runsOf(client, arn));
  const held = await limited(listed, async (incident) => heldIn(incident, await table.all(partitionOf(incident))));
  return {
    incidents: listed,
    holding: [...held.flatMap(({ holding }) => holding), ...runs.flat()],
    owed: held.flatMap(({ owed }) => owed).toSorted(byDueTime),
  };
}
