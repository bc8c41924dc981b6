import * as z from 'zod';
import { changedAmong, clocksAt } from '../../../lib/domain/clock/live-clock.ts';
import { isTimed, type Timed } from '../../../lib/domain/clock/obligation.ts';
import type { Reminder } from '../../../lib/domain/clock/reminder.ts';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import type { MessageRef } from '../../../lib/items/approval.ts';
import { type Kept, markName, obligationItem } from '../../../lib/items/clocks.ts';
import { incidentItem } from '../../../lib/items/incident.ts';
import { receiptItem } from '../../../lib/items/receipt.ts';
import { tell } from '../../runtime/channels.ts';
import { entering } from '../../runtime/check.ts';
import { config } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { Conflict } from '../../runtime/table.ts';
import { changing, isToBeHeld, readClocks, type Standing, toldBy } from '../clocks.ts';
import { alarmOf, arm, type IsTold } from '../schedules.ts';
import { clockTick } from './entrance.ts';
import { hold } from './hold.ts';
import { type Reminding, reminderMessage } from './message.ts';
import { tickOf, type Urgency } from './plan.ts';

/** What the schedule was given to say; those of older versions name a reminder too, which the record knows better. */
const Input = z.object({ incident: z.string(), regime: z.string(), report: z.string() });
type Input = z.infer<typeof Input>;

/** Nothing retries a firing quickly: Lambda waits a minute before it does (Lambda guide, asynchronous invocation). */
const attempts = 3;
/** Milliseconds after which a firing that never finished is taken to be dead: longer than any may run. */
const lease = 60_000;

const keyOf = ({ incident, regime, report }: Input) => obligationItem.key(incident, regime, report);

/**
 * Takes the reminder. Schedules fire at least once: a firing that finds it half told tries again later, because the first may have died
 * before anybody was told.
 */
async function leaseReminder(work: Work, input: Input, reminder: Reminder, kept: Kept | undefined): Promise<void> {
  const mark = kept?.marks[reminder.name];
  const now = work.now();
  if (mark?.state === 'telling' && Date.parse(now) - Date.parse(mark.at) < lease)
    throw new Transient('Another reminder run is posting this.');
  const update = {
    UpdateExpression: 'SET #mark = :mine',
    ConditionExpression: mark ? '#mark.#at = :theirs' : 'attribute_not_exists(#mark)',
    ExpressionAttributeNames: { '#mark': markName(reminder.name), ...(mark && { '#at': 'at' }) },
    ExpressionAttributeValues: { ':mine': { state: 'telling', at: now }, ...(mark && { ':theirs': mark.at }) },
  };
  await work.table.update(keyOf(input), update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
    throw new Transient('Another reminder run was first.', { cause: error });
  });
}

/** Gives the reminder back, so that the next attempt may tell people at once. When that fails too, the lease runs out. */
async function giveBack(work: Work, input: Input, reminder: Reminder): Promise<void> {
  const update = { UpdateExpression: 'REMOVE #mark', ExpressionAttributeNames: { '#mark': markName(reminder.name) } };
  await work.table
    .update(keyOf(input), update)
    .catch((error: unknown) => logger.error('The lease of the reminder could not be released', error as Error));
}

/** The draft of the run that opened the incident, by its receipt. */
async function facts(work: Work, incident: string): Promise<Pick<Reminding, 'draft' | 'resource'>> {
  const meta = await incidentItem.find(work.table, incident);
  const receipt = meta && (await receiptItem.find(work.table, incident, meta.run, 'file-report-task', 'run'));
  const filed = z.object({ draft: z.object({ uri: z.string() }) }).safeParse(receipt?.result);
  return { draft: filed.data?.draft.uri ?? null, resource: meta?.resource ?? null };
}

/** Tells the channel, and the second one too once it is overdue and there is one. */
async function tellAll(work: Work, reminding: Reminding): Promise<MessageRef[]> {
  const message = reminderMessage(reminding);
  const escalates = reminding.urgency === 'overdue' && config().slack?.escalation;
  const channels = escalates ? (['main', 'escalation'] as const) : (['main'] as const);
  const refs = await Promise.all(
    channels.map((channel) => tell(work, message, { channel, incident: reminding.incident })),
  );
  return refs.filter((ref) => ref !== null);
}

async function recordReminder(
  work: Work,
  input: Input,
  { name }: Reminder,
  dueAt: string,
  detail: object,
): Promise<void> {
  const what = `reminded of ${input.regime} ${input.report}: ${name}`;
  const update = {
    Key: keyOf(input),
    UpdateExpression: 'SET #mark = :told',
    ExpressionAttributeNames: { '#mark': markName(name) },
    ExpressionAttributeValues: { ':told': { state: 'told', at: work.now(), dueAt } },
  };
  const entry = {
    kind: 'obligation',
    actor: 'clock-tick',
    what,
    detail: { ...input, reminder: name, ...detail },
  } as const;
  await append(work.table, input.incident, entry, (TableName) => [{ Update: { TableName, ...update } }]);
}

async function remind(
  work: Work,
  input: Input,
  obligation: Timed,
  reminder: Reminder,
  urgency: Urgency,
): Promise<void> {
  try {
    const { incident } = input;
    const { name } = reminder;
    const reminding = {
      incident,
      obligation,
      reminder: name,
      urgency,
      now: work.now(),
      ...(await facts(work, incident)),
    };
    const messages = await tellAll(work, reminding);
    await recordReminder(work, input, reminder, obligation.dueAt, { urgency, dueAt: obligation.dueAt, messages });
  } catch (error) {
    await giveBack(work, input, reminder);
    throw error;
  }
}

/** The clocks, recalculated from the recorded facts. What comes out otherwise than it stood is written down; earlier, never later. */
async function counted(work: Work, input: Input): Promise<Standing | null> {
  const standing = await readClocks(work, input.incident).catch((error: unknown) => {
    if (error instanceof Refused) return null;
    throw error;
  });
  if (!standing) return null;
  // Where something cannot be read, the others are told as they stand: the daily sweep says what it is.
  if (standing.unread.length > 0) return standing;
  const obligations = clocksAt(standing, [], work.now());
  if (changedAmong(standing.obligations, obligations).length === 0) return standing;
  const entry = { kind: 'obligation', actor: 'clock-tick', what: 'clocks counted again', detail: null } as const;
  await append(work.table, input.incident, entry, changing(standing, [], obligations)).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
    throw new Transient('The clocks are being changed.', { cause: error });
  });
  return { ...standing, obligations };
}

const quiet = (because: string) => {
  logger.info('No reminder', { because });
  return { outcome: 'silent' as const, because };
};

/**
 * Tells what is to be told by now, once; then sets the clock to its next time, whether anything was told or not. Once the report is filed there is
 * nothing more to tell: then it sees to the evidence.
 */
export async function tick(work: Work, input: Input) {
  const standing = await counted(work, input);
  const obligation =
    standing?.obligations.find(({ regime, report }) => regime === input.regime && report === input.report) ?? null;
  const kept = standing?.kept.get(`${input.regime}/${input.report}`);
  if (standing && obligation && isToBeHeld(obligation, kept)) return hold(work, standing, obligation);
  const due = tickOf(obligation, toldBy(kept), work.now());
  if (!obligation || !isTimed(obligation)) return quiet('silent' in due ? due.silent : 'it has no due time');
  const alreadyReminded: IsTold[] = [toldBy(kept)];
  if ('reminder' in due) {
    await leaseReminder(work, input, due.reminder, kept);
    await remind(work, input, obligation, due.reminder, due.tell);
    alreadyReminded.push(({ name }) => name === due.reminder.name);
  }
  const next = alarmOf(
    input.incident,
    obligation,
    (...one) => alreadyReminded.some((isTold) => isTold(...one)),
    work.now(),
  );
  if (next) await arm(work, next);
  return 'silent' in due ? quiet(due.silent) : { outcome: 'reminded' as const, because: due.tell };
}

export const handler = serveEntrance(
  async (event, work) => tick(work, Input.parse(event)),
  attempts,
  entering(clockTick.operations),
);
