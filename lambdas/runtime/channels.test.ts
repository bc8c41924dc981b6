import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Slack, startSlack } from '../../test/sandbox/slack/slack.ts';
import { header, type Message, section } from './blocks.ts';
import type { Work } from './pipeline.ts';

const botToken = 'xoxb-0123456789';
const signingSecret = '8f742231b10e8888abcd99e0f1a2b3c4';
const sound = JSON.stringify({ botToken, signingSecret });
let secret = sound;
let slackServer: Slack;
const published: { Subject?: string; Message: string }[] = [];
let reads = 0;
let onCall: string | undefined;

vi.mock('./environment.ts', () => ({
  config: () => ({ slack: { api: `${slackServer.url}/api/`, channel: 'C0INCIDENTS', ...(onCall && { onCall }) } }),
  environment: (name: string) => name,
}));
/** Of SNS only what AWS says of a subject, in both of its wordings (API reference, Publish). */
const sns = (input: { Subject?: string; Message: string }): object => {
  const { Subject } = input;
  if (Subject !== undefined && (!/^[!-~][ -~]{0,98}$/.test(Subject) || Subject.includes('refused')))
    throw Object.assign(new Error('Invalid parameter: Subject'), { name: 'InvalidParameterException' });
  published.push(input);
  return {};
};
const { edit, publish, slackSecret, tell } = await import('./channels.ts');

const aws = {
  send: async ({ input }: { input: { SecretId?: string; Message: string } }) => {
    if (!input.SecretId) return sns(input);
    reads += 1;
    return { SecretString: secret };
  },
};
const work = { client: () => aws } as unknown as Work;
const message: Message = { text: '🚨 something', blocks: [] };
const fault = (order: object) =>
  fetch(`${slackServer.url}/faults`, { method: 'POST', body: JSON.stringify({ method: '*', ...order }) });
const clock = { now: Date.parse('2026-11-29T10:00:00Z') };

beforeAll(async () => {
  slackServer = await startSlack({ signingSecret, botToken });
});
afterAll(() => slackServer.stop());
beforeEach(async () => {
  published.length = 0;
  secret = sound;
  reads = 0;
  onCall = undefined;
  clock.now += 600_000;
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now);
  await fetch(`${slackServer.url}/faults`, { method: 'DELETE' });
});

describe('the headline of a page', () => {
  it.each([
    ['🚨 the emoji and its space', 'the emoji and its space'],
    ['two\nlines\tand a tab', 'two lines and a tab'],
    ['x'.repeat(150), 'x'.repeat(99)],
    [`🚨 ${'y'.repeat(97)} z`, `${'y'.repeat(97)} z`],
  ])('%j is one that SNS takes', async (subject, headline) => {
    await publish(work, subject, 'text');
    expect(published).toEqual([{ TopicArn: 'TOPIC', Message: 'text', Subject: headline }]);
  });

  it.each(['', '   ', '🚨', '\n', 'one that is refused'])('%j goes, and the page without it', async (subject) => {
    await publish(work, subject, 'text');
    expect(published).toEqual([{ TopicArn: 'TOPIC', Message: 'text' }]);
  });
});

describe('Slack', () => {
  it('takes a message', async () => {
    expect(await tell(work, message)).toEqual({ channel: 'C0INCIDENTS', ts: expect.any(String) });
    expect(published).toEqual([]);
  });

  it('takes what belongs to a message into its thread; through the topic it comes in one page', async () => {
    const rest: Message = { text: 'the rest', blocks: [section('all of it')] };
    const ref = await tell(work, message, { rest });
    expect(slackServer.messages().at(-1)).toMatchObject({ thread_ts: ref?.ts, text: 'the rest' });
    await fault({ error: 'internal_error', status: 503 });
    expect(await tell(work, message, { rest })).toBeNull();
    expect(published.map(({ Message: text }) => text)).toEqual([`${message.text}\n\nthe rest\n\nall of it`]);
  });

  describe('wakes', () => {
    const forged: Message = { text: '<!subteam^S0OTHER> a', blocks: [header('head'), section('<!subteam^S0OTHER> b')] };
    const shown = () => JSON.stringify(slackServer.messages().at(-1));

    it('those on call by their group and by nothing else, in the first line under the head', async () => {
      onCall = 'S0ONCALL';
      await tell(work, forged, { wakes: 'on call' });
      expect(slackServer.messages().at(-1)?.blocks[1]).toMatchObject({
        text: { text: '<!subteam^S0ONCALL> &lt;!subteam^S0OTHER> b' },
      });
      expect(slackServer.messages().at(-1)?.text).toMatch(/^<!subteam\^S0ONCALL> &lt;/);
      expect(published).toEqual([]);
    });

    it('nobody by what is no question, or where no group is configured', async () => {
      await tell(work, forged, { wakes: 'on call' });
      expect(shown()).not.toContain('<!subteam');
      onCall = 'S0ONCALL';
      await tell(work, forged);
      expect(shown()).not.toContain('<!subteam');
    });

    it('those with a pager once, whether Slack took it or not', async () => {
      await tell(work, message, { wakes: 'on call and pagers' });
      expect(published).toHaveLength(1);
      await fault({ error: 'internal_error', status: 503 });
      await tell(work, message, { wakes: 'on call and pagers' });
      expect(published).toHaveLength(2);
    });
  });

  it('asking for minutes of patience costs none: the topic is told', { timeout: 4000 }, async () => {
    await fault({ status: 429, error: 'ratelimited', retryAfter: 300 });
    expect(await tell(work, message)).toBeNull();
    expect(published).toHaveLength(1);
    await edit(work, { channel: 'C0INCIDENTS', ts: '1' }, message);
  });

  it('saying nothing holds an edit no longer than a click may wait', { timeout: 4000 }, async () => {
    await fault({ delayMs: 3500 });
    await edit(work, { channel: 'C0INCIDENTS', ts: '1' }, message);
  });
});

describe('the Slack secret', () => {
  const withIt = (more: object) => JSON.stringify({ botToken, signingSecret, ...more });

  it.each([
    ['signingSecret', withIt({ signingSecret: '' })],
    ['signingSecret', withIt({ signingSecret: ' '.repeat(32) })],
    ['signingSecret', withIt({ signingSecret: 'f'.repeat(31) })],
    ['signingSecret', withIt({ signingSecret: `${signingSecret}\n` })],
    ['previousSigningSecret', withIt({ previousSigningSecret: '' })],
    ['botToken', withIt({ botToken: '' })],
    ['botToken', withIt({ botToken: 'replace-me' })],
    ['botToken', withIt({ botToken: signingSecret })],
    ['not JSON', `${botToken} ${signingSecret}`],
    ['not JSON', ''],
  ])('with a bad %s is refused by name, and not repeated', async (name, text) => {
    secret = text;
    const error = await slackSecret(work).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'Broken', message: expect.stringContaining(name) });
    expect(String(error)).not.toContain(signingSecret.slice(0, 8));
    expect(String(error)).not.toContain(botToken);
  });

  it('that is no secret leaves the topic', async () => {
    secret = withIt({ signingSecret: '' });
    expect(await tell(work, message)).toBeNull();
    expect(published).toHaveLength(1);
  });

  it('is read anew after a minute, or after seconds where the one at hand does not fit', async () => {
    await slackSecret(work);
    clock.now += 59_000;
    await slackSecret(work);
    expect(reads).toBe(1);
    await slackSecret(work, 5000);
    await slackSecret(work, 5000);
    expect(reads).toBe(2);
    clock.now += 61_000;
    await slackSecret(work);
    expect(reads).toBe(3);
  });
});
