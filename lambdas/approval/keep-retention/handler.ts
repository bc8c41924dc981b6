import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Approver } from '../../../lib/domain/approval.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Proposal, proposalItem, retentionLedger } from '../../../lib/items/departure.ts';
import { answer } from '../../runtime/approver.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { settingsForPeople } from '../../runtime/settings.ts';
import { Conflict } from '../../runtime/table.ts';
import { announce } from '../announce.ts';
import { depart, departByAge, standing } from './decide.ts';
import { leaveTable } from './leave.ts';
import { proposedMessage, removedMessage } from './message.ts';

/** Nothing retries a person's request: the SDK does. */
const attempts = 3;

/** Milliseconds in which a second person may agree. */
const patience = 24 * 3_600_000;

const Id = z.string().min(1).max(100);
const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('remove'), incident: Id, reason: z.string().trim().min(3).max(1000) }),
  z.strictObject({ action: z.literal('approve'), removal: Id }),
]);
type Remove = Extract<z.infer<typeof Request>, { action: 'remove' }>;

/** Only approvers of all accounts decide what is kept, and never one alone. */
async function refuseOthers(work: Work, { name }: Approver): Promise<void> {
  const { approvers } = (await settingsForPeople(work)).settings;
  if (!approvers.some((approver) => approver.name === name))
    throw new Refused('You approve in some accounts only: what is kept is decided by an approver of all.');
  if (approvers.length < 2) throw new Refused('This takes two people, and there is one approver.');
}

async function mayGo(work: Work, incident: string) {
  const found = await standing(work, incident);
  if (found.because.length > 0) throw new Refused(`${incident} stays: ${found.because.join('; ')}.`);
  return found;
}

async function remove(work: Work, { incident, reason }: Remove, { name: by }: Approver) {
  await mayGo(work, incident);
  const at = work.now();
  const expiresAt = new Date(Date.parse(at) + patience).toISOString();
  const id = randomBytes(8).toString('hex');
  const proposal: Proposal = { id, incident, by, reason, at, expiresAt, state: 'PENDING' };
  const what = `proposed that ${incident} is removed from the table`;
  const entry = { kind: 'retention', actor: by, what, detail: { removal: id, incident, reason } } as const;
  await append(work.table, retentionLedger, entry, (TableName) => [
    { Put: { TableName, Item: proposalItem.item(proposal, id), ConditionExpression: 'attribute_not_exists(pk)' } },
  ]);
  await announce(work, proposedMessage(proposal));
  return { outcome: 'proposed', incident, removal: id, by, second: null, expiresAt };
}

async function approve(work: Work, id: string, { name: second }: Approver) {
  const proposal = await proposalItem.find(work.table, id);
  if (!proposal) throw new Refused('There is no such removal. Copy the id from the message.');
  const { incident, by, reason, state, expiresAt } = proposal;
  if (state !== 'PENDING') throw new Refused('This removal was approved before.');
  if (work.now() >= expiresAt) throw new Refused(`This removal expired at ${expiresAt}: it has to be proposed again.`);
  if (by === second) throw new Refused('You proposed this yourself; another approver must agree.');
  const found = await mayGo(work, incident);
  try {
    const departure = await depart(work, incident, found, { by, second, reason }, proposal);
    await announce(work, removedMessage(departure));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw new Refused(`Somebody decided this about ${incident} a moment before you.`, { cause: error });
  }
  return { outcome: 'removed', incident, removal: id, by, second, expiresAt: null };
}

async function act(work: Work, asked: unknown, approver: Approver): Promise<object> {
  const request = Request.parse(asked);
  await refuseOthers(work, approver);
  return request.action === 'remove' ? remove(work, request, approver) : approve(work, request.removal, approver);
}

/** Once a day: what a checkpoint names leaves the table, and what is old enough is named for the next one. */
async function tend(work: Work): Promise<object> {
  const moved = await leaveTable(work);
  const decided = await departByAge(work);
  const done = { ...moved, decided };
  logger.info('Retention', { done });
  return done;
}

const ByRule = z.looseObject({ 'detail-type': z.string() });

export const handler = serveEntrance(async (event, work) => {
  if (ByRule.safeParse(event).success) return tend(work);
  return answer(event, work, (asked, approver) => act(work, asked, approver));
}, attempts);
