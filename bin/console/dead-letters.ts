import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Redriven } from './calls.ts';
import { type Letter, letterOf } from './letter.ts';
import { explain } from './trouble.ts';

/** Letters read at most; ten at a time, as SQS gives them (ReceiveMessage, MaxNumberOfMessages). */
export const most = 1000;

/** Seconds for which a letter that was read is hidden from others, if nobody puts it back before: so that it is read once. */
const hidden = 30;

/** A queue, and who asks it. */
interface Queue {
  readonly sqs: SQSClient;
  readonly url: string;
}

/** Letters ten at a time, each once, until there is no other for a second, or `most` were read. */
async function* pages({ sqs, url }: Queue): AsyncGenerator<Message[]> {
  const seen = new Set<string>();
  const query = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: hidden,
    // Long polling asks every server of the queue; a short poll may find nothing where there is something (SQS developer guide).
    WaitTimeSeconds: 1,
    MessageSystemAttributeNames: ['SentTimestamp'],
    MessageAttributeNames: ['All'],
  });
  while (seen.size < most) {
    const { Messages = [] } = await sqs.send(query);
    const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
    if (fresh.length === 0) return;
    for (const { MessageId = '' } of fresh) seen.add(MessageId);
    yield fresh;
  }
}

/** Shows letters to others again. Where that fails they come back by themselves. */
async function putBack({ sqs, url: QueueUrl }: Queue, page: readonly Message[]): Promise<void> {
  const commands = page.map(
    ({ ReceiptHandle }) => new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  await Promise.allSettled(commands.map((command) => sqs.send(command)));
}

async function queueAt(arn: string): Promise<Queue> {
  const sqs = new SQSClient();
  const [, , , , QueueOwnerAWSAccountId, QueueName] = arn.split(':');
  const { QueueUrl: url = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
  return { sqs, url };
}

/** What lies in the queue, the oldest first. Others cannot see a letter while it is listed. */
export async function listLetters(arn: string): Promise<Letter[]> {
  const queue = await queueAt(arn);
  const read = await Array.fromAsync(pages(queue));
  for (const page of read) await putBack(queue, page);
  return read.flatMap((page) => page.map(letterOf)).toSorted((a, b) => a.since.localeCompare(b.since));
}

export interface Redriving extends Letter {
  /** `sent, not deleted`: it was accepted, and the letter is still there; sending it twice does no harm. */
  readonly outcome: 'sent' | 'sent, not deleted' | 'not sent';
  /** Why not; null where it was sent and is gone. */
  readonly because: string | null;
}

interface Sender {
  /** The deployment's. */
  readonly name: string;
  readonly queue: Queue;
  readonly lambda: LambdaClient;
}

/**
 * What a function is called with. A run of the same name may have failed, and the name is taken for 90 days: the router names another by
 * the letter, which sent twice starts one (Step Functions API reference, StartExecution).
 */
function payloadOf({ MessageId, Body = '' }: Message, to: Redriven): string {
  return to === 'route-finding' ? JSON.stringify({ ...JSON.parse(Body), redriven: MessageId }) : Body;
}

/**
 * Sends a letter to its function again, and deletes it once Lambda has accepted it. Findings go to the router and not onto a bus: nobody
 * but AWS puts events with a source `aws.…` there (EventBridge API reference, PutEvents).
 */
async function redrive({ name, queue, lambda }: Sender, message: Message): Promise<Redriving> {
  const letter = letterOf(message);
  const { ReceiptHandle } = message;
  if ('cannot' in letter.redrive) return { ...letter, outcome: 'not sent', because: letter.redrive.cannot };
  try {
    const FunctionName = `${name}-${letter.redrive.to}`;
    const Payload = payloadOf(message, letter.redrive.to);
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  } catch (error) {
    return { ...letter, outcome: 'not sent', because: explain(error) };
  }
  try {
    await queue.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
    return { ...letter, outcome: 'sent', because: null };
  } catch (error) {
    return { ...letter, outcome: 'sent, not deleted', because: explain(error) };
  }
}

/** Sends letters again: those of these ids, or all where none is named. Of each what came of it, and the ids that were not found. */
export async function redriveLetters(
  { name, arn }: { readonly name: string; readonly arn: string },
  ids: readonly string[],
): Promise<{ readonly done: readonly Redriving[]; readonly missing: readonly string[] }> {
  const sender: Sender = { name, queue: await queueAt(arn), lambda: new LambdaClient() };
  const left = new Set(ids);
  const done: Redriving[] = [];
  const rest: Message[] = [];
  for await (const page of pages(sender.queue)) {
    for (const message of page) {
      const isAsked = ids.length === 0 || left.delete(message.MessageId ?? '');
      const one = isAsked ? await redrive(sender, message) : null;
      if (one) done.push(one);
      if (one?.outcome !== 'sent') rest.push(message);
    }
    if (ids.length > 0 && left.size === 0) break;
  }
  // Not before: they would be read again.
  await putBack(sender.queue, rest);
  return { done, missing: [...left] };
}
