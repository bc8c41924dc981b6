import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { View } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { Broken } from '../../lib/domain/errors.ts';
import { SlackSecret } from '../../lib/domain/slack-secret.ts';
import type { MessageRef } from '../../lib/items/approval.ts';
import { asPosted, asWhispered, harmless, type Message, type Posted } from './blocks.ts';
import { config, environment } from './environment.ts';
import { logger, type Work } from './pipeline.ts';

/** Milliseconds a post may take before the topic is used instead. */
const patience = 5000;
/** Milliseconds an edit may take: it happens while Slack waits three seconds for our answer to a click. */
const briefly = 1500;

let cached: { secret: SlackSecret; at: number } | undefined;
/** Milliseconds: a click is answered in time, and a secret that was withdrawn is good for no longer. */
const cacheFor = 60_000;

/** The Slack secret, no older than `cacheFor`, or than `youngest` where the one at hand does not fit. */
export async function slackSecret(work: Work, youngest = cacheFor): Promise<SlackSecret> {
  if (cached && Date.now() - cached.at < youngest) return cached.secret;
  const client = work.client(SecretsManagerClient);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: environment('SLACK_SECRET') }), {
    abortSignal: AbortSignal.timeout(patience),
  });
  cached = { secret: secretIn(SecretString ?? ''), at: Date.now() };
  return cached.secret;
}

/** Says what is wrong and never what is there: the words go to the log. */
function secretIn(text: string): SlackSecret {
  const name = environment('SLACK_SECRET');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Broken(`The secret ${name} is not JSON; it should be {"botToken": "xoxb-…", "signingSecret": "…"}.`);
  }
  const { data, error } = SlackSecret.safeParse(parsed);
  if (data) return data;
  const wrong = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  throw new Broken(`The secret ${name} does not hold what Slack gives: ${wrong}.`);
}

/** Slack's Web API with our token; null where no Slack is configured. */
export async function slack(work: Work, timeout = patience): Promise<WebClient | null> {
  const { slack: configured } = config();
  if (!configured) return null;
  const { botToken } = await slackSecret(work);
  // Asked for patience (429), the client would wait as long as Slack names, whatever its timeout: minutes, and nobody is told.
  const once = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  return new WebClient(botToken, { slackApiUrl: configured.api, timeout, ...once });
}

/**
 * What every SNS takes for a subject: fewer than 100 characters, no line break or control character (API reference, Publish), and as
 * it once was documented, ASCII that begins with a letter, a number or punctuation. Empty where nothing of it is left.
 */
const headline = (subject: string): string =>
  subject
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 99);

/** Publishes to the topic: the way for people without Slack, and when Slack is down. No page is lost to its headline. */
export async function publish(work: Work, subject: string, text: string): Promise<void> {
  const sns = work.client(SNSClient);
  const page = { TopicArn: environment('TOPIC'), Message: text };
  const Subject = headline(subject);
  if (!Subject) return void (await sns.send(new PublishCommand(page)));
  await sns.send(new PublishCommand({ ...page, Subject })).catch((error: Error) => {
    if (!error.name.startsWith('InvalidParameter')) throw error;
    logger.error('SNS refused the headline; the page goes without one', { subject: Subject, error });
    return sns.send(new PublishCommand(page));
  });
}

/** Slack shows nothing of what a name in a message may point to. */
const unfolded = { unfurl_links: false, unfurl_media: false };

/** Tells one person in the channel, whom nobody else sees told (docs.slack.dev, chat.postEphemeral). */
export async function whisper(work: Work, user: string, text: string): Promise<void> {
  const channel = config().slack?.channel ?? '';
  try {
    await (await slack(work))?.chat.postEphemeral({ channel, user, ...asWhispered(text) });
  } catch (error) {
    logger.error('Slack did not take the answer to the person', error as Error);
  }
}

/** Opens a form. */
export async function openView(work: Work, trigger_id: string, view: View): Promise<void> {
  await (await slack(work))?.views.open({ trigger_id, view: harmless(view) });
}

interface Where {
  readonly channel?: 'main' | 'escalation';
  readonly thread?: MessageRef | null;
  /** What is told in the thread of the message; through the topic, after it. */
  readonly rest?: Message;
}

/**
 * Tells people: in Slack where it is configured and answers, else through the topic. Returns the Slack message, or null when it went
 * to the topic. It throws only when nobody could be told at all.
 */
export async function tell(work: Work, message: Message, where: Where = {}): Promise<MessageRef | null> {
  const { slack: configured } = config();
  const wanted = where.channel === 'escalation' ? configured?.escalation : undefined;
  const channel = where.thread?.channel ?? wanted ?? configured?.channel ?? '';
  try {
    const client = await slack(work);
    if (client) {
      const thread = where.thread ? { thread_ts: where.thread.ts } : {};
      const { ts } = await client.chat.postMessage({ channel, ...asPosted(message), ...unfolded, ...thread });
      if (ts) {
        const ref = { channel, ts };
        if (where.rest) await reply(client, ref, where.rest);
        return ref;
      }
    }
  } catch (error) {
    logger.error('Slack did not take the message; the topic gets it', error as Error);
  }
  const words = [message, ...(where.rest ? [where.rest] : [])].map(plain);
  await publish(work, message.text, words.join('\n\n'));
  return null;
}

/** Whoever follows the thread reads on there; the message itself has arrived whatever becomes of this. */
async function reply(client: WebClient, { channel, ts }: MessageRef, rest: Message): Promise<void> {
  await client.chat
    .postMessage({ channel, thread_ts: ts, ...asPosted(rest), ...unfolded })
    .catch((error: Error) => logger.error('Slack did not take what belongs into the thread', error));
}

/** Edits a message we posted; a failure is logged, since the record does not live in Slack. */
export async function edit(work: Work, ref: MessageRef, message: Posted): Promise<void> {
  try {
    await (await slack(work, briefly))?.chat.update({ ...ref, ...asPosted(message) });
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
