import { approvalItem, type MessageRef } from '../../lib/items/approval.ts';
import { type Missed, missedItem } from '../../lib/items/missed.ts';
import { answered, context, moment, type Posted } from './blocks.ts';
import { decidedLine } from './decided-line.ts';
import { logger, type Work } from './pipeline.ts';

type Here = Pick<Work, 'table'>;

/** Messages that one turn posts at most: Slack takes about one a second in a channel, and short bursts (docs.slack.dev, "Rate limits"). */
const atOnce = 10;

/** What is said to Slack again and again would be refused again and again (docs.slack.dev, chat.postMessage, errors). */
const hopeless = /invalid_blocks|msg_too_long|msg_blocks_too_long|no_text|thread_not_found|cannot_reply_to_message/;

/** Posts one, and what belongs under it; throws where Slack did not take it. */
export type Post = (
  message: Posted,
  where: {
    readonly channel: Missed['channel'];
    readonly thread: MessageRef | null;
    readonly rest: Posted | null;
    readonly open: 'open' | 'answered';
  },
) => Promise<MessageRef>;

const none = { ':none': [] };

/** Keeps what Slack did not take. People have it from the topic: a failure is logged, and nothing waits for it. */
export async function keepMissed({ table }: Here, incident: string, missed: Missed): Promise<void> {
  await table
    .update(missedItem.key(incident), {
      UpdateExpression: 'SET messages = list_append(if_not_exists(messages, :none), :missed), v = :v',
      ExpressionAttributeValues: { ...none, ':missed': [missed], ':v': missedItem.v },
    })
    .catch((error: Error) => logger.error('What Slack missed could not be kept', error));
}

/** Takes all of them, so that no second turn posts them too. */
async function takeMissed({ table }: Here, incident: string): Promise<readonly Missed[]> {
  const seen = await missedItem.find(table, incident);
  if (!seen || seen.messages.length === 0) return [];
  const taking = {
    UpdateExpression: 'REMOVE messages',
    ConditionExpression: 'attribute_exists(messages)',
    ReturnValues: 'ALL_OLD',
  } as const;
  try {
    const taken = await table.update(missedItem.key(incident), taking);
    return taken ? missedItem.read(taken).messages : [];
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return [];
    throw error;
  }
}

async function putBack({ table }: Here, incident: string, rest: readonly Missed[]): Promise<void> {
  if (rest.length === 0) return;
  await table.update(missedItem.key(incident), {
    UpdateExpression: 'SET messages = list_append(:rest, if_not_exists(messages, :none))',
    ExpressionAttributeValues: { ...none, ':rest': rest },
  });
}

/** A question as it stands now: who has answered it meanwhile, by the command line, and the buttons only while nobody has. */
async function asItStands({ table }: Here, incident: string, { message, question, at }: Missed) {
  const late = context(`Posted late: Slack did not take this at ${moment(at)}.`);
  const asked = question && (await approvalItem.find(table, incident, question.run, question.name));
  const open = asked?.state === 'PENDING' ? ('open' as const) : ('answered' as const);
  const shown =
    asked && open === 'answered' ? answered(asked.posted ?? message, decidedLine(asked)) : (asked?.posted ?? message);
  return { shown: { ...shown, blocks: [...shown.blocks, late] }, open };
}

async function post(
  here: Here,
  incident: string,
  missed: Missed,
  first: MessageRef | null,
  send: Post,
): Promise<MessageRef> {
  const { channel, thread, rest, question } = missed;
  const { shown, open } = await asItStands(here, incident, missed);
  const ref = await send(shown, { channel, thread: thread === 'first' ? first : thread, rest, open });
  if (question)
    await here.table.update(approvalItem.key(incident, question.run, question.name), {
      UpdateExpression: 'SET messages = list_append(if_not_exists(messages, :none), :ref)',
      ExpressionAttributeValues: { ...none, ':ref': [ref] },
    });
  return ref;
}

/**
 * Posts what Slack has missed of an incident, in order, threads included. Returns the first message, under which the others belong; null where
 * nothing was missed. Throws where Slack still does not take it: the rest is kept for the next turn.
 */
export async function catchUp(here: Here, incident: string, send: Post): Promise<MessageRef | null> {
  const missed = await takeMissed(here, incident);
  let first: MessageRef | null = null;
  for (const [at, one] of missed.entries()) {
    if (at === atOnce) {
      await putBack(here, incident, missed.slice(at));
      break;
    }
    try {
      const ref = await post(here, incident, one, first, send);
      first ??= ref;
    } catch (error) {
      if (hopeless.test(String(error))) {
        logger.error('Slack will never take this; the topic had it', error as Error);
        continue;
      }
      await putBack(here, incident, missed.slice(at));
      throw error;
    }
  }
  return first;
}
