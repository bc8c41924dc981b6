import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { incidentItem } from '../../lib/items/incident.ts';
import { type Slack, startSlack } from '../../test/sandbox/slack/slack.ts';
import { section } from './blocks.ts';
import type { Work } from './pipeline.ts';

const botToken = 'xoxb-0123456789';
const signingSecret = '8f742231b10e8888abcd99e0f1a2b3c4';
const incident = 'inc-1';
const published: string[] = [];
const slack: { api: string; channel: string; identityApprovals?: string } = { api: '', channel: 'C0INCIDENTS' };
let standIn: Slack;
vi.mock('./environment.ts', () => ({ config: () => ({ slack }), environment: (name: string) => name }));
const { tell } = await import('./channels.ts');

const items = new Map<string, object>();
const table = {
  get: async ({ sk }: { sk: string }) => items.get(sk) ?? null,
  update: async (
    { pk, sk }: { pk: string; sk: string },
    { ExpressionAttributeValues: values }: { ExpressionAttributeValues: Record<string, unknown> },
  ) => {
    items.set(sk, { pk, sk, v: values[':v'], kind: values[':kind'], members: values[':members'] });
    return null;
  },
};
const aws = {
  send: async ({ input }: { input: { SecretId?: string; Message: string } }) => {
    if (input.SecretId) return { SecretString: JSON.stringify({ botToken, signingSecret }) };
    published.push(input.Message);
    return {};
  },
};
const work = { client: () => aws, table, now: () => '2026-11-29T10:00:00.000Z' } as unknown as Work;
const say = (text: string) => tell(work, { text, blocks: [section(text)] }, { incident });
const change = (order: object) => fetch(`${standIn.url}/members`, { method: 'POST', body: JSON.stringify(order) });
const said = () => standIn.messages().map(({ text, thread_ts }) => [text, thread_ts ?? null]);

beforeEach(async () => {
  await standIn?.stop();
  standIn = await startSlack({ signingSecret, botToken });
  slack.api = `${standIn.url}/api/`;
  delete slack.identityApprovals;
  published.length = 0;
  items.clear();
});
afterAll(() => standIn.stop());

describe('who reads along', () => {
  it('is no news while it stays the same, however many pages the members are', async () => {
    await change({ members: ['U1', 'U2', 'U3', 'U4', 'U5'] });
    await say('one');
    await say('two');
    expect(said()).toEqual([
      ['one', null],
      ['two', null],
    ]);
    expect(published).toEqual([]);
  });

  it('is told in the thread and to the topic once somebody joins or leaves', async () => {
    await change({ members: ['U1', 'U2', 'U3'] });
    await say('one');
    await change({ members: ['U1', 'U3', 'U9'] });
    const ref = await say('two');
    const news = `👀 ${incident}: Joined the channel during this incident: U9. Left it: U2.`;
    expect(said().slice(2)).toEqual([[news, ref?.ts]]);
    expect(published).toEqual([expect.stringContaining(news)]);
    await say('three');
    expect(published).toHaveLength(1);
  });

  it('is told at the first message where that is everybody', async () => {
    await change({ privacy: 'public' });
    await say('one');
    await say('two');
    expect(published).toEqual([expect.stringContaining('The channel is public: everybody in the workspace reads')]);
  });

  it('costs no message where the app may not read it', async () => {
    const fault = { method: 'conversations.members', error: 'missing_scope' };
    await fetch(`${standIn.url}/faults`, { method: 'POST', body: JSON.stringify(fault) });
    expect(await say('one')).not.toBeNull();
    expect(published).toEqual([]);
  });
});

describe('an incident about somebody', () => {
  const about = (resource: string) =>
    items.set('META', {
      ...incidentItem.key(incident),
      incident,
      run: 'r',
      playbook: 'p',
      state: 'open',
      openedAt: '2026-11-29T10:00:00.000Z',
      resource,
      severity: 'high',
      type: 'Backdoor:EC2/X',
    });

  it.each([
    ['a user', 'arn:aws:iam::111122223333:user/bob'],
    ['nobody knows what', null],
  ])('stays out of Slack where the configuration says so: about %s', async (_, resource) => {
    slack.identityApprovals = 'command line';
    if (resource) about(resource);
    expect(await say('Contain bob?')).toBeNull();
    expect(said()).toEqual([]);
    expect(published).toEqual(['Contain bob?\n\nContain bob?']);
    expect(items.has('MISSED')).toBe(false);
  });

  it('is any whose question is about somebody', async () => {
    slack.identityApprovals = 'command line';
    about('arn:aws:ec2:eu-central-1:111122223333:instance/i-1');
    const message = { text: 'Contain bob?', blocks: [] };
    expect(await tell(work, message, { incident, about: 'arn:aws:sts::111122223333:assumed-role/r/s' })).toBeNull();
    expect(await tell(work, message, { incident })).not.toBeNull();
  });

  it('is asked in Slack otherwise', async () => {
    about('arn:aws:iam::111122223333:user/bob');
    expect(await say('Contain bob?')).not.toBeNull();
  });
});
