import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { Message } from './blocks.ts';
import { construct } from './clients.ts';
import { config, environment } from './environment.ts';
import { logger, type Work } from './pipeline.ts';

/** Where a Slack message lies, to edit it later. */
export const MessageRef = z.object({ channel: z.string(), ts: z.string() });
export type MessageRef = z.infer<typeof MessageRef>;

const SlackSecret = z.object({
  botToken: z.string(),
  signingSecret: z.string(),
  /** The secret before the last rotation, still accepted while Slack changes over. */
  previousSigningSecret: z.string().optional(),
});
export type SlackSecret = z.infer<typeof SlackSecret>;

/** Milliseconds a post may take before the topic is used instead. */
const patience = 5000;
/** Milliseconds an edit may take: it happens while Slack waits three seconds for our answer to a click. */
const briefly = 1500;

let cached: { secret: SlackSecret; at: number } | undefined;
const cacheFor = 300_000;

/** The Slack secret, kept for five minutes so that a click is answered in time and a rotation is noticed. */
export async function slackSecret(work: Work): Promise<SlackSecret> {
  if (cached && Date.now() - cached.at < cacheFor) return cached.secret;
  const client = construct(SecretsManagerClient, { maxAttempts: work.maxAttempts }, work.calls);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: environment('SLACK_SECRET') }));
  cached = { secret: SlackSecret.parse(JSON.parse(SecretString ?? '{}')), at: Date.now() };
  return cached.secret;
}

/** Slack's Web API with our token; null where no Slack is configured. */
export async function slack(work: Work, timeout = patience): Promise<WebClient | null> {
  const { slack: configured } = config();
  if (!configured) return null;
  const { botToken } = await slackSecret(work);
  const options = { slackApiUrl: configured.api, timeout, retryConfig: { retries: 0 } };
  return new WebClient(botToken, options);
}

/** Publishes to the topic: the way for people without Slack, and when Slack is down. */
export async function publish(work: Work, subject: string, text: string): Promise<void> {
  const sns = construct(SNSClient, { maxAttempts: work.maxAttempts }, work.calls);
  // SNS takes 100 characters of ASCII in a subject (Publish API).
  const Subject = subject.replace(/[^\x20-\x7e]/g, '').slice(0, 100);
  await sns.send(new PublishCommand({ TopicArn: environment('TOPIC'), Subject, Message: text }));
}

/**
 * Tells people: in Slack where it is configured and answers, else through the topic. Returns the Slack message, or null when it went
 * to the topic. It throws only when nobody could be told at all.
 */
export async function tell(
  work: Work,
  message: Message,
  where: { channel?: 'main' | 'escalation'; thread?: MessageRef | null } = {},
): Promise<MessageRef | null> {
  const { slack: configured } = config();
  const wanted = where.channel === 'escalation' ? configured?.escalation : undefined;
  const channel = where.thread?.channel ?? wanted ?? configured?.channel ?? '';
  try {
    const client = await slack(work);
    if (client) {
      const thread = where.thread ? { thread_ts: where.thread.ts } : {};
      const { ts } = await client.chat.postMessage({ channel, ...message, ...thread });
      if (ts) return { channel, ts };
    }
  } catch (error) {
    logger.error('Slack could not be told; the topic is', error as Error);
  }
  await publish(work, message.text, plain(message));
  return null;
}

/** Edits a message we posted; a failure is logged, since the record does not live in Slack. */
export async function edit(work: Work, ref: MessageRef, message: Message): Promise<void> {
  try {
    await (await slack(work, briefly))?.chat.update({ ...ref, ...message });
  } catch (error) {
    logger.error('The Slack message could not be edited', error as Error);
  }
}

/** The words of a message without its buttons, for channels that show text. */
function plain({ text, blocks }: Message): string {
  const lines = blocks.flatMap((block) => {
    if (block.type === 'section') return [block.text?.text, ...(block.fields ?? []).map((field) => field.text)];
    if (block.type === 'context') return block.elements.map((element) => ('text' in element ? element.text : ''));
    return [];
  });
  return [text, ...lines.filter((line) => typeof line === 'string')].join('\n\n');
}
