import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvalItem } from '../../lib/items/approval.ts';
import { type Missed, missedItem } from '../../lib/items/missed.ts';
import { type Slack, startSlack } from '../../test/sandbox/slack/slack.ts';
import { button, buttons, context, header, type Message, section } from './blocks.ts';
import type { Work } from './pipeline.ts';

const botToken = 'xoxb-0123456789';
const signingSecret = '8f742231b10e8888abcd99e0f1a2b3c4';
const incident = 'inc-1';
const at = '2026-11-29T10:00:00.000Z';
const published: string[] = [];
let standIn: Slack;
let raw: Server;
let answers: RequestListener;
let requests = 0;
const slack = { api: '', channel: 'C0INCIDENTS', escalation: 'C0ONCALL', onCall: 'S0ONCALL' };

vi.mock('./environment.ts', () => ({ config: () => ({ slack }), environment: (name: string) => name }));
const { catchUpIn, tell, whisper } = await import('./channels.ts');

/** The two items that are written to, as DynamoDB keeps them. */
const items = new Map<string, Record<string, unknown>>();
interface Update {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown[]>>;
}
const table = {
  get: async ({ sk }: { sk: string }) => items.get(sk) ?? null,
  update: async (
    { pk, sk }: { pk: string; sk: string },
    { UpdateExpression: how, ExpressionAttributeValues: values = {} }: Update,
  ) => {
    const old = items.get(sk) ?? { pk, sk };
    const list = Array.isArray(old.messages) ? old.messages : [];
    const { messages: _, ...others } = old;
    if (how.startsWith('REMOVE')) items.set(sk, others);
    else if (how.includes('list_append(:rest'))
      items.set(sk, { ...old, messages: [...(values[':rest'] ?? []), ...list] });
    else items.set(sk, { ...old, messages: [...list, ...(values[':missed'] ?? values[':ref'] ?? [])] });
    return old;
  },
};
const aws = {
  send: async ({ input }: { input: { SecretId?: string; Message: string } }) => {
    if (input.SecretId) return { SecretString: JSON.stringify({ botToken, signingSecret }) };
    published.push(input.Message);
    return {};
  },
};
const work = { client: () => aws, table, now: () => at } as unknown as Work;
const say = (text: string): Message => ({ text, blocks: [section(text)] });
const kept = (): readonly Missed[] => missedItem.read(items.get('MISSED') ?? {}).messages;
const shown = () => standIn.messages().map(({ text, thread_ts }) => [text, thread_ts ?? null]);
const fault = (order: object) =>
  fetch(`${standIn.url}/faults`, { method: 'POST', body: JSON.stringify({ method: 'chat.postMessage', ...order }) });
const up = () => fetch(`${standIn.url}/faults`, { method: 'DELETE' });
const busy = { status: 429, error: 'ratelimited', retryAfter: 40 };

beforeAll(async () => {
  raw = createServer((request, response) => {
    requests += 1;
    answers(request, response);
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  raw.close();
  raw.closeAllConnections();
});
beforeEach(async () => {
  await standIn?.stop();
  standIn = await startSlack({ signingSecret, botToken });
  slack.api = `${standIn.url}/api/`;
  published.length = 0;
  requests = 0;
  items.clear();
});
afterAll(() => standIn.stop());

const ask: Message = {
  text: 'Contain i-1?',
  blocks: [
    header('Contain i-1?'),
    section('what'),
    buttons(button({ action: 'approve', text: 'Contain', value: '{}', label: 'Contain' })),
    context('inc-1'),
  ],
};
const question = { run: 'r', name: 'quarantine' };
const key = approvalItem.key(incident, 'r', 'quarantine');
const decision = { verdict: 'APPROVED', by: 'Rosa', via: 'command-line', at, reason: null };
const stored = (state: 'PENDING' | 'APPROVED') =>
  items.set(key.sk, {
    ...approvalItem.item(
      {
        id: 'q',
        incident,
        run: 'r',
        question: 'quarantine',
        state,
        planHash: 'h',
        needs: 'one',
        decisions: state === 'APPROVED' ? [{ ...decision, verdict: 'APPROVED', via: 'command-line' }] : [],
        askedAt: at,
        expiresAt: '2026-11-29T11:00:00.000Z',
        suspects: [],
        requestedBy: null,
        posted: JSON.parse(JSON.stringify(ask)),
      },
      incident,
      'r',
      'quarantine',
    ),
  });

describe('a rate limit', { timeout: 4000 }, () => {
  it('sends people to the topic at once, and the next turn posts what was missed, in order and under its question', async () => {
    await fault(busy);
    expect(await tell(work, say('one'), { incident })).toBeNull();
    expect(await tell(work, say('two'), { incident, thread: null })).toBeNull();
    expect(published).toHaveLength(2);
    expect(kept()).toHaveLength(2);
    await up();
    await tell(work, say('three'), { incident, thread: null });
    const [first] = standIn.messages();
    expect(shown()).toEqual([
      ['one', null],
      ['two', first?.ts],
      ['three', first?.ts],
    ]);
    expect(JSON.stringify(first?.blocks)).toContain('Posted late');
    expect(published).toHaveLength(2);
    expect(kept()).toEqual([]);
  });

  it('that goes on loses nothing, and a turn of another incident posts nothing of this', async () => {
    await fault(busy);
    for (const text of ['one', 'two', 'three']) await tell(work, say(text), { incident });
    expect(kept().map(({ message }) => message.text)).toEqual(['one', 'two', 'three']);
    await up();
    await tell(work, say('other'));
    expect(shown()).toEqual([['other', null]]);
  });

  it('in the middle of it keeps the rest', async () => {
    await fault(busy);
    for (const text of ['one', 'two', 'three']) await tell(work, say(text), { incident });
    await up();
    await fault({ ...busy, after: 1 });
    await expect(catchUpIn(work, incident)).rejects.toThrow('rate-limit');
    expect(kept().map(({ message }) => message.text)).toEqual(['two', 'three']);
  });

  it('that hits only what belongs into the thread has it posted there later', async () => {
    await fault({ ...busy, after: 1 });
    const ref = await tell(work, say('one'), { incident, rest: say('all of it') });
    expect(published).toEqual([]);
    await up();
    await catchUpIn(work, incident);
    expect(shown()).toEqual([
      ['one', null],
      ['all of it', ref?.ts],
    ]);
  });

  it('of more than one turn posts is caught up with by several', async () => {
    await fault(busy);
    for (let n = 0; n < 12; n++) await tell(work, say(`${n}`), { incident });
    await up();
    await catchUpIn(work, incident);
    expect(standIn.messages()).toHaveLength(10);
    await catchUpIn(work, incident);
    expect(standIn.messages()).toHaveLength(12);
  });
});

describe('a question that Slack missed', () => {
  const missIt = async () => {
    await fault(busy);
    await tell(work, ask, { incident, question, rest: say('details'), wakes: 'on call' });
    await up();
  };

  it('wakes and can be clicked while nobody has answered it, and is known to be there', async () => {
    await missIt();
    stored('PENDING');
    const ref = await catchUpIn(work, incident);
    const [posted, details] = standIn.messages();
    expect(JSON.stringify(posted?.blocks)).toContain('"action_id":"approve"');
    expect(posted?.text).toContain('<!subteam^S0ONCALL>');
    expect(details).toMatchObject({ text: 'details', thread_ts: ref?.ts });
    expect(items.get(key.sk)?.messages).toEqual([ref]);
  });

  it('says who has answered it meanwhile, wakes nobody and has no buttons', async () => {
    await missIt();
    stored('APPROVED');
    await catchUpIn(work, incident);
    const [posted] = standIn.messages();
    expect(JSON.stringify(posted?.blocks)).toContain('Approved by Rosa');
    expect(JSON.stringify(posted)).not.toMatch(/action_id|subteam/);
  });
});

it('what Slack refuses for good does not stand in the way of the rest', async () => {
  await fault(busy);
  await tell(work, { text: 'bad', blocks: [section('')] }, { incident });
  await tell(work, say('good'), { incident });
  await up();
  await catchUpIn(work, incident);
  expect(shown()).toEqual([['good', null]]);
  expect(kept()).toEqual([]);
});

describe('Slack that answers', { timeout: 8000 }, () => {
  it.each<[string, RequestListener]>([
    ['HTTP 400, which the library would try again', (_, response) => response.writeHead(400).end('{}')],
    ['429 without seconds, which the library gives up at once', (_, response) => response.writeHead(429).end('{}')],
    ['a redirect to nowhere', (_, response) => response.writeHead(302, { location: '/' }).end()],
    ['no JSON', (_, response) => response.writeHead(200).end('<html>')],
    ['well, without the message', (_, response) => response.writeHead(200).end('{"ok":true}')],
    ['half', (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{"ok"')],
  ])('%s is asked once, and the topic told', async (name, listener) => {
    slack.api = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/api/`;
    answers = listener;
    expect(await tell(work, say('one'), { incident })).toBeNull();
    expect(published).toEqual(['one\n\none']);
    if (!name.startsWith('a redirect')) expect(requests).toBe(1);
    expect(kept()).toHaveLength(1);
  });

  it('nothing does not keep a click waiting for a word to one person', { timeout: 2500 }, async () => {
    slack.api = `http://127.0.0.1:${(raw.address() as AddressInfo).port}/api/`;
    answers = () => {};
    await whisper(work, 'U1', 'not you');
  });
});
