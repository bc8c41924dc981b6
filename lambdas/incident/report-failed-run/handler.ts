import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { adviceItem } from '../../../lib/items/advice.ts';
import { runItem } from '../../../lib/items/run.ts';
import { tell } from '../../runtime/channels.ts';
import { environment } from '../../runtime/environment.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { sessionName } from '../../runtime/session.ts';
import { reportFailedRun } from './entrance.ts';
import { type FailedRun, failedRunMessage, wordFor } from './message.ts';
import { lastState } from './plan.ts';

const attempts = 3;
/** Events of the history, the newest first: a state has about five, a dozen branches sixty. */
const lastEvents = 200;

/** "Step Functions Execution Status Change" (Step Functions guide, "Automating event delivery"). */
const Event = z.object({
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
  }),
});

const Finding = z.object({ source: z.string(), detail: z.looseObject({}) });

async function stateOf({ client }: Work, executionArn: string): Promise<string | null> {
  const query = { executionArn, reverseOrder: true, maxResults: lastEvents, includeExecutionData: false };
  const { events = [] } = await client(SFNClient).send(new GetExecutionHistoryCommand(query));
  return lastState(events);
}

const incidentOf = async ({ table }: Work, run: string): Promise<string | null> =>
  (await runItem.find(table, sessionName(run)))?.incident ?? null;

/** What went into the run. It was a finding where the playbook answers findings: then it is a dead letter, and may be sent again. */
async function leaveLetter({ client }: Work, executionArn: string, why: string): Promise<'left' | null> {
  const { input } = await client(SFNClient).send(new DescribeExecutionCommand({ executionArn }));
  if (!input || !Finding.safeParse(JSON.parse(input)).success) return null;
  const said = (StringValue: string) => ({ DataType: 'String', StringValue });
  const letter = new SendMessageCommand({
    QueueUrl: environment('LETTERS'),
    MessageBody: input,
    MessageAttributes: { RUN_ARN: said(executionArn), ErrorMessage: said(why) },
  });
  await client(SQSClient).send(letter);
  return 'left';
}

/** What cannot be looked up is not told; people are told all the same. */
const orNull = <T>(looking: Promise<T | null>): Promise<T | null> =>
  looking.catch((error: unknown) => {
    logger.error('A failed run could not be looked up whole', error as Error);
    return null;
  });

const marker = (run: string): string => `failed-${run}`;

/** Marked as told, since the event may come more than once, and on the record of its incident. */
async function note(work: Work, { incident, run, machine, status, state }: FailedRun): Promise<void> {
  await work.table.putNew(adviceItem.item({ ...(incident && { incident }), at: work.now() }, marker(run)));
  if (!incident) return;
  const what = `the run of ${machine} ${wordFor[status]}${state ? ` at “${state}”` : ''}`;
  const entry = { kind: 'failure', actor: reportFailedRun.name, what, detail: { run, status, state } } as const;
  await append(work.table, incident, entry);
}

export const handler = serveEntrance(async (event, work) => {
  const { executionArn, stateMachineArn, name: run, status } = Event.parse(event).detail;
  const [incident, state] = await Promise.all([orNull(incidentOf(work, run)), orNull(stateOf(work, executionArn))]);
  const failed = { run, machine: stateMachineArn.split(':').at(-1) ?? '', status, incident, state };
  const earlier = await orNull(adviceItem.find(work.table, marker(run)));
  if (earlier) return { outcome: 'already-told' };
  const why = `${wordFor[status]}${state ? ` at “${state}”` : ''}`;
  // With an incident the finding is on its record.
  const letter = incident ? null : await orNull(leaveLetter(work, executionArn, why));
  await tell(work, failedRunMessage({ ...failed, letter }), { incident });
  await note(work, failed);
  return { outcome: 'told' };
}, attempts);
