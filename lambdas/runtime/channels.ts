import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { View } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { Broken } from '../../lib/domain/errors.ts';
import { SlackSecret } from '../../lib/domain/slack-secret.ts';
import { Kept, type MessageRef } from '../../lib/items/approval.ts';
import type { Missed } from '../../lib/items/missed.ts';
import { newsOfAudience, staysOut } from './audience.ts';
import { asPosted, asWhispered, escaped, harmless, type Message, type Posted, ringing, section } from './blocks.ts';
import { config, environment } from './environment.ts';
import { catchUp, keepMissed, type Post } from './missed.ts';
import { logger, type Work } from './pipeline.ts';

/** Milliseconds a post may take before the topic is used instead. */
const patience = 5000;
/** Milliseconds of what happens while Slack waits three seconds for our answer to a click: an edit, a form, a word to one person. */
const briefly = 1500;

let cached: { secret: SlackSecret; at: number } | undefined;
/** Milliseconds: a click is answered in time, and a secret that was withdrawn is good for no longer. */
const cacheFor = 60_000;

/** The Slack secret, no older than `cacheFor`, or than `youngest` where the one at hand does not fit. */
export async function slackSecret(work: Pick<Work, 'client'>, youngest = cacheFor): Promise<SlackSecret> {
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
export async function slack(work: Pick<Work, 'client'>, timeout = patience): Promise<WebClient | null> {
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
    await (await slack(work, briefly))?.chat.postEphemeral({ channel, user, ...asWhispered(text) });
  } catch (error) {
    logger.error('Slack did not take the answer to the person', error as Error);
  }
}

/** Opens a form. */
export async function openView(work: Work, trigger_id: string, view: View): Promise<void> {
  await (await slack(work, briefly))?.views.open({ trigger_id, view: harmless(view) });
}

interface Where {
  readonly channel?: Missed['channel'];
  /** Under which message; null: under the first of the incident, which is not there. */
  readonly thread?: MessageRef | null;
  /** What is told in the thread of the message; through the topic, after it. */
  readonly rest?: Message;
  /** Whom it is to wake besides: those on call, by their group in Slack; those who listen to the topic, though Slack took it. */
  readonly wakes?: 'on call' | 'on call and pagers';
  /** Whose it is: what Slack does not take is caught up with at a later turn of it. */
  readonly incident?: string | null;
  /** ARN of what it is about, where the incident may be about something else. */
  readonly about?: string;
  /** The question that it is. */
  readonly question?: Missed['question'];
}

interface Sent {
  readonly channel: string;
  readonly thread: MessageRef | null;
  readonly onCall: string | null;
}

/** Throws where Slack does not take it. */
async function send(client: WebClient, message: Posted, { channel, thread, onCall }: Sent): Promise<MessageRef> {
  const made = asPosted(message);
  const posted = onCall ? ringing(made, onCall) : made;
  const under = thread ? { thread_ts: thread.ts } : {};
  const to = thread?.channel ?? channel;
  const { ts } = await client.chat.postMessage({ channel: to, ...posted, ...unfolded, ...under });
  if (!ts) throw new Broken('Slack answered without the ts of the message.');
  return { channel: to, ts };
}

const channelFor = (which: Missed['channel'] = 'main'): string => {
  const { channel = '', escalation } = config().slack ?? {};
  return which === 'escalation' ? (escalation ?? channel) : channel;
};

const onCallFor = (wakes: Where['wakes']): string | null => (wakes && config().slack?.onCall) || null;

/** Posts again what was missed; a question that is still open wakes again. */
const again =
  (client: WebClient): Post =>
  async (message, { channel, thread, rest, open }) => {
    const onCall = onCallFor(open === 'open' ? 'on call' : undefined);
    const ref = await send(client, message, { channel: channelFor(channel), thread, onCall });
    if (rest) await send(client, rest, { channel: ref.channel, thread: ref, onCall: null });
    return ref;
  };

/** What Slack has missed of an incident, if anything. Throws where Slack still does not take it, and is kept. */
export async function catchUpIn(work: Pick<Work, 'table' | 'client'>, incident: string): Promise<MessageRef | null> {
  if (!config().slack) return null;
  const client = async (): Promise<WebClient> => {
    const made = await slack(work);
    if (!made) throw new Broken('No Slack is configured.');
    return made;
  };
  return catchUp(work, incident, async (message, where) => again(await client())(message, where));
}

/**
 * Tells people: in Slack where it is configured and answers, else through the topic, and in Slack later. Returns the Slack message, or null
 * when it went to the topic. It throws only when nobody could be told at all.
 */
export async function tell(work: Work, message: Message, where: Where = {}): Promise<MessageRef | null> {
  const { incident, rest, wakes, thread, about } = where;
  if (incident && (await staysOut(work, incident, about ?? null))) {
    await throughTopic(work, message, where);
    return null;
  }
  try {
    const client = await slack(work);
    if (client) {
      const first = incident ? await catchUpIn(work, incident) : null;
      const under = thread ?? (thread === null ? first : null);
      const ref = await send(client, message, {
        channel: channelFor(where.channel),
        thread: under,
        onCall: onCallFor(wakes),
      });
      await Promise.all([
        rest && reply(work, client, ref, rest, incident),
        wakes === 'on call and pagers' && page(work, message, where),
      ]);
      if (incident) await sayWhoReads(work, client, under ?? ref, incident);
      return ref;
    }
  } catch (error) {
    logger.error('Slack did not take the message; the topic gets it', error as Error);
    if (incident) await keepMissed(work, incident, missedFrom(work, message, where));
  }
  await throughTopic(work, message, where);
  return null;
}

/** In the thread and to the topic: whoever has joined must not be the only one who reads it. */
async function sayWhoReads(work: Work, client: WebClient, thread: MessageRef, incident: string): Promise<void> {
  const news = await newsOfAudience(work, client, thread.channel, incident);
  if (!news) return;
  const text = `👀 ${incident}: ${news}`;
  const message = { text, blocks: [section(`👀 ${escaped(news)}`)] };
  await Promise.all([reply(work, client, thread, message, incident), page(work, message, {})]);
}

const missedFrom = (work: Work, message: Message, { channel, thread, rest, question }: Where): Missed => ({
  at: work.now(),
  channel: channel ?? 'main',
  thread: thread === null ? 'first' : (thread ?? null),
  message: Kept.parse(message),
  rest: rest ? Kept.parse(rest) : null,
  question: question ?? null,
});

function throughTopic(work: Work, message: Message, { rest }: Where): Promise<void> {
  const words = [message, ...(rest ? [rest] : [])].map(plain);
  return publish(work, message.text, words.join('\n\n'));
}

/** Pagers subscribe to the topic; the message itself has arrived whatever becomes of this. */
const page = (work: Work, message: Message, where: Where): Promise<void> =>
  throughTopic(work, message, where).catch((error: Error) => logger.error('The topic did not take the page', error));

/** Whoever follows the thread reads on there; the message itself has arrived whatever becomes of this. */
async function reply(
  work: Work,
  client: WebClient,
  thread: MessageRef,
  rest: Message,
  incident: Where['incident'],
): Promise<void> {
  try {
    await send(client, rest, { channel: thread.channel, thread, onCall: null });
  } catch (error) {
    logger.error('Slack did not take what belongs into the thread', error as Error);
    if (incident) await keepMissed(work, incident, missedFrom(work, rest, { thread }));
  }
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
