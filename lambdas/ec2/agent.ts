import { setTimeout } from 'node:timers/promises';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Session } from '../runtime/session.ts';
import { documents, type Platform } from './run-command.ts';

/** The agent of Systems Manager on an instance: what it runs on, or why it takes no command. */
export type Agent = { readonly platform: Platform } | { readonly platform: null; readonly because: string };

const isKnown = (platform: string | undefined): platform is Platform => platform === 'Linux' || platform === 'Windows';

/** Whether the agent answers Systems Manager (its API reference, InstanceInformation, PingStatus). */
export async function agentOn(session: Session, id: string): Promise<Agent & { readonly managed: boolean }> {
  const Filters = [{ Key: 'InstanceIds', Values: [id] }];
  const asked = new DescribeInstanceInformationCommand({ Filters });
  const { InstanceInformationList: [found] = [] } = await session.client(SSMClient).send(asked);
  if (!found) return { platform: null, managed: false, because: 'Systems Manager does not manage this instance' };
  const { PingStatus, PlatformType, LastPingDateTime } = found;
  const since = LastPingDateTime ? ` since ${LastPingDateTime.toISOString()}` : '';
  if (PingStatus !== 'Online')
    return { platform: null, managed: true, because: `its agent has not answered Systems Manager${since}` };
  if (isKnown(PlatformType)) return { platform: PlatformType, managed: true };
  return { platform: null, managed: true, because: `nothing is known here to run on ${PlatformType}` };
}

/** What a command has to say. What it wrote is the first 24,000 characters (API reference, GetCommandInvocation). */
export type Answer =
  | { readonly came: 'ended'; readonly output: string }
  | { readonly came: 'nothing'; readonly because: string };

/** The least that Systems Manager takes, in seconds (API reference, SendCommand): later it is not delivered any more. */
const delivery = 30;
/** Milliseconds from one question whether it has ended to the next. */
const pause = 1000;

const ended = ['Success', 'Cancelled', 'TimedOut', 'Failed', 'Cancelling'];

/** Right after SendCommand there may be none yet (API reference, GetCommandInvocation, InvocationDoesNotExist). */
async function look(
  ssm: SSMClient,
  CommandId: string,
  InstanceId: string,
): Promise<GetCommandInvocationCommandOutput | null> {
  return ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId })).catch((error: Error) => {
    if (error.name === 'InvocationDoesNotExist') return null;
    throw error;
  });
}

const answerOf = (found: GetCommandInvocationCommandOutput): Answer =>
  found.Status === 'Success'
    ? { came: 'ended', output: found.StandardOutputContent ?? '' }
    : { came: 'nothing', because: `Systems Manager says ${found.StatusDetails} (exit code ${found.ResponseCode})` };

/** What is run, by whom it is told in the account's history (at most 100 characters), and for how many seconds at most. */
export interface Command {
  readonly script: string;
  readonly comment: string;
  readonly within: number;
}

/** Null where it cannot be sent: that is what this error says of an instance whose agent does not answer (API reference, SendCommand, InvalidInstanceId). */
async function send(ssm: SSMClient, request: SendCommandCommandInput): Promise<string | null> {
  const sent = await ssm.send(new SendCommandCommand(request)).catch((error: Error) => {
    if (error.name !== 'InvalidInstanceId') throw error;
    return null;
  });
  return sent?.Command?.CommandId ?? null;
}

/**
 * Sends a script to an instance and returns the id of the command, or null where its agent takes none. The script may hold what only the
 * instance should see: CloudTrail leaves the parameters of a command out.
 */
export function startOn(session: Session, id: string, platform: Platform, command: Command): Promise<string | null> {
  return send(session.client(SSMClient), {
    DocumentName: documents[platform],
    InstanceIds: [id],
    Comment: command.comment.slice(0, 100),
    TimeoutSeconds: delivery,
    Parameters: { commands: command.script.split('\n'), executionTimeout: [String(command.within)] },
  });
}

/** What has become of a command: its answer, or Systems Manager's word for how far it is. */
export async function answerTo(
  session: Session,
  id: string,
  command: string,
): Promise<Answer | { readonly came: 'nothing yet'; readonly status: string }> {
  const found = await look(session.client(SSMClient), command, id);
  if (found && ended.includes(found.Status ?? '')) return answerOf(found);
  return { came: 'nothing yet', status: found?.StatusDetails ?? 'Pending' };
}

export const offAgain = { came: 'nothing', because: 'its agent does not answer Systems Manager any more' } as const;

/** Runs a script on an instance and waits for its end. */
export async function runOn(session: Session, id: string, platform: Platform, command: Command): Promise<Answer> {
  const until = performance.now() + command.within * 1000;
  const sent = await startOn(session, id, platform, command);
  if (!sent) return offAgain;
  for (;;) {
    const answer = await answerTo(session, id, sent);
    if (answer.came !== 'nothing yet') return answer;
    const left = until - performance.now();
    if (left <= 0) return { came: 'nothing', because: `it had not ended after ${command.within} s (${answer.status})` };
    await setTimeout(Math.min(pause, left));
  }
}
