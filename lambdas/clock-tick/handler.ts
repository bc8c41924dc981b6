import * as z from 'zod';
import { Transient } from '../../lib/domain/errors.ts';
import { Obligation, type Reminder } from '../../lib/domain/obligation.ts';
import { type MessageRef, tell } from '../runtime/channels.ts';
import { config } from '../runtime/environment.ts';
import { append } from '../runtime/ledger.ts';
import { logger, pipeline, type Work } from '../runtime/pipeline.ts';
import { keys } from '../runtime/table.ts';
import { type Reminding, reminderMessage } from './message.ts';
import { tickOf } from './plan.ts';

/** What open-obligations gave the schedule to say. */
const Input = z.strictObject({ incident: z.string(), regime: z.string(), report: z.string(), reminder: z.string() });
type Input = z.infer<typeof Input>;

/** Nothing retries a firing quickly: Lambda waits a minute before it does (Lambda guide, asynchronous invocation). */
const attempts = 3;
/** Milliseconds after which a firing that never finished is taken to be dead: longer than any may run. */
const lease = 60_000;

/** How far a reminder has come, kept beside its obligation. */
const Mark = z.object({ state: z.enum(['telling', 'told']), at: z.string() }).optional();

const keyOf = ({ incident, regime, report }: Input) => keys.obligation(incident, regime, report);
const markName = ({ reminder }: Input): string => `reminded#${reminder}`;

/**
 * Takes the reminder, or says why not. Schedules fire at least once: a second firing finds it told. One that finds it half told tries
 * again later, because the first may have died before anybody was told.
 */
async function take(work: Work, input: Input, obligation: Record<string, unknown>): Promise<string | null> {
  const mark = Mark.parse(obligation[markName(input)]);
  if (mark?.state === 'told') return 'people were reminded already';
  const now = work.now();
  if (mark && Date.parse(now) - Date.parse(mark.at) < lease) throw new Transient('Another firing is telling people.');
  const update = {
    UpdateExpression: 'SET #mark = :mine',
    ConditionExpression: mark ? '#mark.#at = :theirs' : 'attribute_not_exists(#mark)',
    ExpressionAttributeNames: { '#mark': markName(input), ...(mark && { '#at': 'at' }) },
    ExpressionAttributeValues: { ':mine': { state: 'telling', at: now }, ...(mark && { ':theirs': mark.at }) },
  };
  await work.table.update(keyOf(input), update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
    throw new Transient('Another firing was first.', { cause: error });
  });
  return null;
}

/** Gives the reminder back, so that the next attempt may tell people at once. When that fails too, the lease runs out. */
async function giveBack(work: Work, input: Input): Promise<void> {
  const update = { UpdateExpression: 'REMOVE #mark', ExpressionAttributeNames: { '#mark': markName(input) } };
  await work.table
    .update(keyOf(input), update)
    .catch((error: unknown) => logger.error('The reminder could not be given back', error as Error));
}

/** The draft of the run that opened the incident, by its receipt. */
async function facts(work: Work, incident: string): Promise<Pick<Reminding, 'draft' | 'resource'>> {
  const meta = await work.table.get(keys.incident(incident));
  const receipt = meta && (await work.table.get(keys.receipt(incident, String(meta.run), 'file-report-task', 'run')));
  const filed = z.object({ draft: z.object({ uri: z.string() }) }).safeParse(receipt?.result);
  return { draft: filed.data?.draft.uri ?? null, resource: meta ? String(meta.resource) : null };
}

/** Tells the channel, and the second one too once it is overdue and there is one. */
async function tellAll(work: Work, reminding: Reminding, urgency: 'reminder' | 'overdue'): Promise<MessageRef[]> {
  const message = reminderMessage(reminding);
  const escalates = urgency === 'overdue' && config().slack?.escalation;
  const channels = escalates ? (['main', 'escalation'] as const) : (['main'] as const);
  const refs = await Promise.all(channels.map((channel) => tell(work, message, { channel })));
  return refs.filter((ref) => ref !== null);
}

async function remember(work: Work, input: Input, detail: object): Promise<void> {
  const what = `reminded of ${input.regime} ${input.report}: ${input.reminder}`;
  const update = {
    Key: keyOf(input),
    UpdateExpression: 'SET #mark = :told',
    ExpressionAttributeNames: { '#mark': markName(input) },
    ExpressionAttributeValues: { ':told': { state: 'told', at: work.now() } },
  };
  const entry = { kind: 'obligation', actor: 'clock-tick', what, detail: { ...input, ...detail } } as const;
  await append(work.table, input.incident, entry, (TableName) => [{ Update: { TableName, ...update } }]);
}

const quiet = (because: string) => {
  logger.info('No reminder', { because });
  return { outcome: 'silent' as const, because };
};

export async function tick(work: Work, input: Input) {
  const item = await work.table.get(keyOf(input));
  const obligation = item && Obligation.parse(item);
  const now = work.now();
  const due = tickOf(obligation, input.reminder, now);
  if ('silent' in due) return quiet(due.silent);
  if (!item || !obligation) return quiet('there is no such obligation');
  const taken = await take(work, input, item);
  if (taken) return quiet(taken);
  try {
    const reminder = input.reminder as Reminder['name'];
    const reminding = { incident: input.incident, obligation, reminder, now, ...(await facts(work, input.incident)) };
    const messages = await tellAll(work, reminding, due.tell);
    await remember(work, input, { urgency: due.tell, dueAt: obligation.dueAt, messages });
  } catch (error) {
    await giveBack(work, input);
    throw error;
  }
  return { outcome: 'reminded' as const, because: due.tell };
}

export const handler = pipeline(async (event, work) => tick(work, Input.parse(event)), attempts);
