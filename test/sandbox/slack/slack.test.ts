import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KnownBlock } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Slack, startSlack } from './slack.ts';

const signingSecret = 'the signing secret';
const botToken = 'xoxb-sandbox';
const channel = 'C0INCIDENTS';

type Received = { headers: IncomingMessage['headers']; body: string; payload: Record<string, never> };
type Ending = { status: number; body: string };

let slack: Slack;
let web: WebClient;
let received: Received[];
let app: (got: Received) => Ending | Promise<Ending>;
let stopApp: () => void;
let skew = 0;

const fine: Ending = { status: 200, body: '' };
const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (action_id: string, more: object = {}) => ({
  type: 'button' as const,
  action_id,
  text: plain(action_id),
  value: 'apr_1',
  ...more,
});
const question: KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: 'Contain?' } },
  { type: 'actions', block_id: 'decide', elements: [button('contain'), button('decline')] },
];
const modal = {
  type: 'modal' as const,
  callback_id: 'decline',
  private_metadata: 'apr_1',
  title: plain('Decline'),
  submit: plain('Decline'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'why',
      label: plain('Why?'),
      element: { type: 'plain_text_input' as const, action_id: 'reason', min_length: 3 },
    },
  ],
};

beforeEach(async () => {
  received = [];
  skew = 0;
  app = () => fine;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const got = {
      headers: request.headers,
      body,
      payload: JSON.parse(new URLSearchParams(body).get('payload') ?? '{}'),
    };
    received.push(got);
    const ending = await app(got);
    response.writeHead(ending.status).end(ending.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stopApp = () => {
    server.close();
    server.closeAllConnections();
  };
  slack = await startSlack({ signingSecret, botToken, now: () => Date.now() + skew });
  slack.sendTo({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack`,
    headers: { Host: 'api.example' },
  });
  web = new WebClient(botToken, { slackApiUrl: `${slack.url}/api/`, retryConfig: { retries: 0 } });
});

afterEach(async () => {
  await slack.stop();
  stopApp();
});

async function ask(blocks: KnownBlock[] = question): Promise<string> {
  return String((await web.chat.postMessage({ channel, text: 'Contain?', blocks })).ts);
}

/** Tests assert on every field they read, so an answer needs no more of a type than this. */
type Json = { [key: string]: Json } & Json[];
const json = async (response: Response) => (await response.json()) as Json;

async function tell(path: string, order: unknown) {
  const response = await fetch(`${slack.url}${path}`, { method: 'POST', body: JSON.stringify(order) });
  return { http: response.status, ...(await json(response)) };
}

async function call(method: string, args: object, token = botToken) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${slack.url}/api/${method}`, { method: 'POST', headers, body: JSON.stringify(args) });
  return json(response);
}

const open = (got: Received) => web.views.open({ trigger_id: String(got.payload.trigger_id), view: modal });

describe('Web API', () => {
  test("Slack's own client posts, updates, threads and whispers", async () => {
    const ts = await ask();
    await web.chat.postMessage({ channel, text: 'Snapshot taken', thread_ts: ts });
    await web.chat.postEphemeral({ channel, user: 'U1', text: 'Not you' });
    await web.chat.update({ channel, ts, text: 'Contained', blocks: [] });
    const [parent, reply, whisper] = slack.messages();
    expect(parent).toMatchObject({ ts, text: 'Contained', blocks: [], edited: 1 });
    expect(parent?.history.map(({ text, blocks }) => [text, blocks.length])).toEqual([
      ['Contain?', 2],
      ['Contained', 0],
    ]);
    expect(reply).toMatchObject({ thread_ts: ts, text: 'Snapshot taken' });
    expect(whisper).toMatchObject({ ephemeral: 'U1' });
    expect(await (await fetch(`${slack.url}/messages`)).json()).toEqual(slack.messages());
  });

  test('an update without blocks keeps the buttons, as in Slack', async () => {
    const ts = await ask();
    await web.chat.update({ channel, ts, text: 'Contained' });
    expect(slack.messages()[0]?.blocks).toHaveLength(2);
  });

  test('says who it is', async () => {
    expect(await web.auth.test()).toMatchObject({ ok: true, team_id: 'T0TOURNIQUET' });
    expect(await web.conversations.info({ channel })).toMatchObject({ channel: { id: channel, name: 'incidents' } });
  });

  test('refuses what Slack refuses, in its words', async () => {
    expect(await call('chat.delete', {})).toMatchObject({ ok: false, error: 'unknown_method' });
    expect(await call('auth.test', {}, 'xoxb-wrong')).toMatchObject({ ok: false, error: 'invalid_auth' });
    expect(await call('chat.postMessage', { channel: 'nowhere', text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('chat.postMessage', { channel })).toMatchObject({ error: 'no_text' });
    expect(await call('chat.postMessage', { channel, text: 'x', blocks: '{' })).toMatchObject({
      error: 'invalid_blocks_format',
    });
    expect(await call('chat.postMessage', { channel, text: 'x', thread_ts: '1.2' })).toMatchObject({
      error: 'thread_not_found',
    });
    expect(await call('chat.update', { channel, ts: '1.2', text: 'x' })).toMatchObject({ error: 'message_not_found' });
  });

  test('can be down, slow or busy on request', async () => {
    await tell('/faults', { method: 'chat.postMessage', error: 'ratelimited', status: 429, retryAfter: 7, times: 1 });
    const response = await fetch(`${slack.url}/api/chat.postMessage`, { method: 'POST' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await call('chat.postMessage', { channel, text: 'x' })).toMatchObject({ ok: true });
  });
});

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const long = (length: number) => 'x'.repeat(length);
const many = (count: number, one: (at: number) => object) => Array.from({ length: count }, (_, at) => one(at));
const actions = (elements: object[]) => ({ type: 'actions', elements });
const confirming = (part: object) =>
  actions([
    button('a', { confirm: { title: plain('t'), text: plain('t'), confirm: plain('y'), deny: plain('n'), ...part } }),
  ]);
const fields = (count: number, length: number) => ({ type: 'section', fields: many(count, () => plain(long(length))) });

/** The largest that passes beside the smallest that does not. */
const edges: [string, object[], object[]][] = [
  ['50 blocks', many(50, () => ({ type: 'divider' })), many(51, () => ({ type: 'divider' }))],
  ['section text 3000', [section(long(3000))], [section(long(3001))]],
  ['header 150', [{ type: 'header', text: plain(long(150)) }], [{ type: 'header', text: plain(long(151)) }]],
  ['header plain', [{ type: 'header', text: plain('x') }], [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
  [
    'button text 75',
    [actions([button('a', { text: plain(long(75)) })])],
    [actions([button('a', { text: plain(long(76)) })])],
  ],
  [
    'action_id 255',
    [actions([button(long(255), { text: plain('x') })])],
    [actions([button(long(256), { text: plain('x') })])],
  ],
  ['value 2000', [actions([button('a', { value: long(2000) })])], [actions([button('a', { value: long(2001) })])]],
  [
    'label 75',
    [actions([button('a', { accessibility_label: long(75) })])],
    [actions([button('a', { accessibility_label: long(76) })])],
  ],
  ['confirm title 100', [confirming({ title: plain(long(100)) })], [confirming({ title: plain(long(101)) })]],
  ['confirm text 300', [confirming({ text: plain(long(300)) })], [confirming({ text: plain(long(301)) })]],
  ['confirm button 30', [confirming({ confirm: plain(long(30)) })], [confirming({ deny: plain(long(31)) })]],
  ['25 actions', [actions(many(25, (at) => button(`a${at}`)))], [actions(many(26, (at) => button(`a${at}`)))]],
  [
    '10 context',
    [{ type: 'context', elements: many(10, () => plain('x')) }],
    [{ type: 'context', elements: many(11, () => plain('x')) }],
  ],
  ['10 fields', [fields(10, 1)], [fields(11, 1)]],
  ['field 2000', [fields(1, 2000)], [fields(1, 2001)]],
  ['block_id 255', [{ type: 'divider', block_id: long(255) }], [{ type: 'divider', block_id: long(256) }]],
  [
    'action_id once',
    [actions([button('a')]), actions([button('b')])],
    [actions([button('a')]), actions([button('a')])],
  ],
  ['block_id once', [{ type: 'divider', block_id: 'a' }], many(2, () => ({ type: 'divider', block_id: 'a' }))],
  ['known types', [{ type: 'divider' }], [{ type: 'dividor' }]],
  ['known keys', [actions([button('a')])], [actions([button('a', { disabled: true })])]],
];

describe('limits', () => {
  test.each(edges)('%s', async (_, good, bad) => {
    expect(await call('chat.postMessage', { channel, text: 'x', blocks: good })).toMatchObject({ ok: true });
    const refused = await call('chat.postMessage', { channel, text: 'x', blocks: bad });
    expect(refused).toMatchObject({ ok: false, error: 'invalid_blocks' });
    expect(refused.response_metadata?.messages?.[0]).toMatch(/^\[ERROR\] .* \[json-pointer:\/blocks/);
    expect(slack.messages()).toHaveLength(1);
  });

  test('names the culprit', async () => {
    const blocks = [
      section('x'),
      section(long(3001)),
      { type: 'section', text: { type: 'mrkdwn' } },
      { type: 'rich_text' },
    ];
    const { response_metadata } = await call('chat.postMessage', { channel, text: 'x', blocks });
    expect(response_metadata?.messages).toEqual([
      '[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]',
      '[ERROR] missing required field: text [json-pointer:/blocks/2/text]',
      '[ERROR] the stand-in cannot show this type here, though Slack may: rich_text [json-pointer:/blocks/3/type]',
    ]);
  });

  test('blocks come with the text that notifications and screen readers read', async () => {
    expect(await call('chat.postMessage', { channel, blocks: question })).toMatchObject({ error: 'invalid_blocks' });
  });

  test('an edit that Slack would refuse changes nothing', async () => {
    const ts = await ask();
    expect(await call('chat.update', { channel, ts, text: 'x', blocks: [section('')] })).toMatchObject({
      error: 'invalid_blocks',
    });
    expect(slack.messages()[0]).toMatchObject({ text: 'Contain?', edited: 0 });
  });
});

/** Not by the stand-in's own code, nor by the module it uses. */
async function signature(secret: string, base: string): Promise<string> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return `v0=${Buffer.from(await crypto.subtle.sign('HMAC', key, bytes(base))).toString('hex')}`;
}

describe('clicks', () => {
  test('arrive signed over the raw body, in the shape of a block_actions callback', async () => {
    const ts = await ask();
    expect(await tell('/click', { ts, action_id: 'contain', user: 'U0RESPONDER' })).toMatchObject({
      http: 200,
      status: 200,
      body: '',
    });
    const [{ headers, body, payload } = {} as Received] = received;
    const time = headers['x-slack-request-timestamp'];
    expect(headers['x-slack-signature']).toBe(await signature(signingSecret, `v0:${time}:${body}`));
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(3);
    expect(headers).toMatchObject({ host: 'api.example', 'content-type': 'application/x-www-form-urlencoded' });
    expect(payload).toMatchObject({
      type: 'block_actions',
      api_app_id: 'A0TOURNIQUET',
      team: { id: 'T0TOURNIQUET' },
      user: { id: 'U0RESPONDER', username: 'rosa', team_id: 'T0TOURNIQUET' },
      container: { type: 'message', message_ts: ts, channel_id: channel },
      channel: { id: channel, name: 'incidents' },
      message: { ts, text: 'Contain?' },
      actions: [{ type: 'button', action_id: 'contain', block_id: 'decide', value: 'apr_1', text: plain('contain') }],
    });
    expect(String(payload.response_url)).toMatch(new RegExp(`^${slack.url}/actions/`));
  });

  test('need a button that is there now', async () => {
    const ts = await ask();
    expect(await tell('/click', { ts, action_id: 'release', user: 'U1' })).toMatchObject({
      http: 404,
      error: expect.stringContaining('contain, decline'),
    });
    await web.chat.update({ channel, ts, text: 'Contained', blocks: [] });
    expect(await tell('/click', { ts, action_id: 'contain', user: 'U1' })).toMatchObject({
      http: 404,
      error: expect.stringContaining('no buttons'),
    });
    expect(await tell('/click', { ts: '1.2', action_id: 'contain', user: 'U1' })).toMatchObject({ http: 404 });
    expect(received).toHaveLength(0);
  });

  test('can be forged, to see the app refuse them', async () => {
    const ts = await ask();
    app = () => ({ status: 401, body: 'bad signature' });
    const order = { ts, action_id: 'contain', user: 'U1', team: 'T9', app: 'A9', secret: 'guessed', skewSeconds: -600 };
    expect(await tell('/click', order)).toMatchObject({ http: 200, status: 401, body: 'bad signature' });
    const [{ headers, body, payload } = {} as Received] = received;
    const time = headers['x-slack-request-timestamp'];
    expect(headers['x-slack-signature']).toBe(await signature('guessed', `v0:${time}:${body}`));
    expect(Number(time)).toBeLessThan(Date.now() / 1000 - 590);
    expect(payload).toMatchObject({ team: { id: 'T9' }, api_app_id: 'A9', user: { team_id: 'T9' } });
  });

  test('replayed are the same bytes, also when the button has gone', async () => {
    const ts = await ask();
    const order = { ts, action_id: 'contain', user: 'U1' };
    expect(await tell('/click', { ...order, replay: true })).toMatchObject({ http: 404 });
    await tell('/click', order);
    await web.chat.update({ channel, ts, text: 'Contained', blocks: [] });
    expect(await tell('/click', { ...order, replay: true })).toMatchObject({ status: 200 });
    const [first, second] = received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['x-slack-signature']).toBe(first?.headers['x-slack-signature']);
    expect(await tell('/click', { ...order, replay: true, secret: 'x' })).toMatchObject({ http: 400 });
  });

  test('that are answered too late say so', async () => {
    const ts = await ask();
    app = () => new Promise((resolve) => setTimeout(() => resolve(fine), 3100));
    expect(await tell('/click', { ts, action_id: 'contain', user: 'U1' })).toMatchObject({
      status: 200,
      operation_timeout: true,
    });
  });

  test('misspelt are refused with the nearest key', async () => {
    const refused = await tell('/click', { ts: '1', acton_id: 'contain', action_id: 'contain', user: 'U1' });
    expect(refused).toEqual({ http: 400, error: 'unknown key "acton_id", did you mean "action_id"?' });
    expect(await tell('/faults', { method: '*', delay: 3 })).toMatchObject({
      http: 400,
      error: expect.stringContaining('"delayMs"'),
    });
  });

  test('that reach nobody say so', async () => {
    const ts = await ask();
    slack.sendTo({ url: 'http://127.0.0.1:9/slack' });
    const refused = await tell('/click', { ts, action_id: 'contain', user: 'U1' });
    expect(refused).toMatchObject({ http: 502, error: expect.stringContaining('127.0.0.1:9/slack gave no answer') });
  });

  test('and anything else that makes no sense is answered, not fatal', async () => {
    expect(await tell('//', {})).toMatchObject({ http: 400 });
    expect(await tell('/clik', {})).toMatchObject({ http: 404, error: expect.stringContaining('POST /click') });
    expect(await tell('/click', 'nonsense')).toMatchObject({ http: 400 });
    expect(await tell('/click', null)).toMatchObject({ http: 400 });
  });

  test('from a web page elsewhere are refused', async () => {
    const elsewhere = { method: 'POST', body: '{}', headers: { origin: 'http://elsewhere.example' } };
    expect((await fetch(`${slack.url}/click`, elsewhere)).status).toBe(403);
  });
});

describe('modals', () => {
  test('a click with a reason fills and submits the modal the app opens', async () => {
    const ts = await ask();
    app = async (got) => {
      if (received.length === 1) await open(got);
      return fine;
    };
    const outcome = await tell('/click', { ts, action_id: 'decline', user: 'U1', reason: 'load test' });
    expect(outcome).toMatchObject({ status: 200, submission: { status: 200, body: '' } });
    const { headers, body, payload } = received[1] ?? ({} as Received);
    const base = `v0:${headers['x-slack-request-timestamp']}:${body}`;
    expect(headers['x-slack-signature']).toBe(await signature(signingSecret, base));
    expect(payload).toMatchObject({
      type: 'view_submission',
      user: { id: 'U1' },
      team: { id: 'T0TOURNIQUET' },
      view: {
        callback_id: 'decline',
        private_metadata: 'apr_1',
        state: { values: { why: { reason: { value: 'load test' } } } },
      },
    });
    expect(await (await fetch(`${slack.url}/views`)).json()).toEqual([]);
  });

  async function opened() {
    const ts = await ask();
    app = async (got) => {
      await open(got);
      return fine;
    };
    await tell('/click', { ts, action_id: 'decline', user: 'U1' });
    app = () => fine;
    const [view] = await json(await fetch(`${slack.url}/views`));
    return String(view?.id);
  }

  test('submitted by hand belong to one person and keep what the app objects to', async () => {
    const view_id = await opened();
    expect(await tell('/submit', { view_id, user: 'U2', reason: 'why not' })).toMatchObject({ http: 404 });
    expect(await tell('/submit', { view_id, user: 'U1', reason: 'x' })).toMatchObject({ http: 422 });
    app = () => ({ status: 200, body: JSON.stringify({ response_action: 'errors', errors: { why: 'Say more.' } }) });
    await tell('/submit', { view_id, user: 'U1', reason: 'because' });
    expect(await (await fetch(slack.url)).text()).toContain('Say more.');
    app = () => fine;
    expect(await tell('/submit', { view_id, user: 'U1', reason: 'because' })).toMatchObject({ status: 200 });
    expect(await tell('/submit', { view_id, user: 'U1', reason: 'because' })).toMatchObject({ http: 404 });
    expect(await tell('/submit', { view_id, user: 'U1', replay: true })).toMatchObject({ status: 200 });
  });

  test('offer choices and moments, and send only what fits them', async () => {
    const ts = await ask();
    const option = (value: string) => ({ text: plain(value), value });
    const input = (id: string, element: object) => ({
      type: 'input' as const,
      block_id: id,
      label: plain(id),
      element: { action_id: id, ...element },
    });
    const blocks = [
      input('what', { type: 'static_select', options: [option('aware'), option('fixed')] }),
      input('when', { type: 'datetimepicker' }),
      input('all', { type: 'checkboxes', options: [option('a'), option('b')], initial_options: [option('b')] }),
      input('how', {
        type: 'static_select',
        options: [option('once'), option('twice')],
        initial_option: option('twice'),
      }),
    ];
    app = async (got) => {
      await call('views.open', { trigger_id: String(got.payload.trigger_id), view: { ...modal, blocks } });
      return fine;
    };
    await tell('/click', { ts, action_id: 'decline', user: 'U1' });
    app = () => fine;
    const [view] = await json(await fetch(`${slack.url}/views`));
    const submit = (values: object) => tell('/submit', { view_id: String(view?.id), user: 'U1', values });
    const page = await (await fetch(slack.url)).text();
    // What has no initial option has none chosen, as in Slack.
    expect(page).toContain('<option value="">Choose an option</option><option value="aware">');
    expect(page).toContain('<option value="once">once</option><option value="twice" selected>');
    expect(page).toContain('value="b" checked');
    expect(await submit({ what: 'aware', when: '1795000000', all: 'a,c' })).toMatchObject({ http: 422 });
    expect(await submit({ what: 'afraid', when: '1795000000' })).toMatchObject({ http: 422 });
    expect(await submit({ what: 'aware', when: 'noon' })).toMatchObject({ http: 422 });
    expect(await submit({ what: 'aware', when: '1795000000' })).toMatchObject({ status: 200 });
    expect(received.at(-1)?.payload).toMatchObject({
      view: {
        state: {
          values: {
            what: { what: { type: 'static_select', selected_option: { value: 'aware' } } },
            when: { when: { type: 'datetimepicker', selected_date_time: 1_795_000_000 } },
            all: { all: { type: 'checkboxes', selected_options: [{ value: 'b' }] } },
          },
        },
      },
    });
  });

  test('cancelled are gone', async () => {
    const view_id = await opened();
    expect(await tell('/close', { view_id, user: 'U1' })).toMatchObject({ closed: true });
    expect(await tell('/submit', { view_id, user: 'U1', reason: 'because' })).toMatchObject({ http: 404 });
  });

  test('open once, within three seconds, and only within the limits', async () => {
    const ts = await ask();
    await tell('/click', { ts, action_id: 'decline', user: 'U1' });
    const trigger_id = String(received[0]?.payload.trigger_id);
    expect(await call('views.open', { trigger_id: '1.2.3', view: modal })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    expect(await call('views.open', { trigger_id, view: { ...modal, title: plain(long(25)) } })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
    });
    expect(await call('views.open', { trigger_id, view: modal })).toMatchObject({ ok: true });
    expect(await call('views.open', { trigger_id, view: modal })).toMatchObject({ error: 'exchanged_trigger_id' });
    await tell('/click', { ts, action_id: 'decline', user: 'U1' });
    skew = 3001;
    const late = String(received[1]?.payload.trigger_id);
    expect(await call('views.open', { trigger_id: late, view: modal })).toMatchObject({ error: 'expired_trigger_id' });
  });
});

describe('response_url', () => {
  async function reply(url: string, body: object) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { http: response.status, ...(await json(response)) };
  }

  test('replaces, whispers, and works five times within thirty minutes', async () => {
    const ts = await ask();
    await tell('/click', { ts, action_id: 'contain', user: 'U1' });
    const url = String(received[0]?.payload.response_url);
    expect(await reply(url, { replace_original: true, text: 'Contained' })).toMatchObject({ ok: true });
    for (let use = 2; use <= 5; use += 1)
      expect(await reply(url, { text: `whisper ${use}` })).toMatchObject({ ok: true });
    expect(await reply(url, { text: 'once more' })).toMatchObject({ http: 404, error: 'used_url' });
    expect(slack.messages()[0]).toMatchObject({ text: 'Contained', blocks: [], edited: 1 });
    expect(slack.messages()[1]).toMatchObject({ text: 'whisper 2', ephemeral: 'U1' });
    await ask();
  });

  test('expires', async () => {
    await tell('/click', { ts: await ask(), action_id: 'contain', user: 'U1' });
    skew = 30 * 60_000 + 1;
    expect(await reply(String(received[0]?.payload.response_url), { text: 'x' })).toMatchObject({
      error: 'expired_url',
    });
  });
});

describe('page', () => {
  const hostile = `<script>alert(1)</script> "><img src=x onerror=alert(1)> <javascript:alert(1)|click> <https://e.example/"onmouseover="alert(1)|x>`;

  test('shows hostile text as text, wherever it stands', async () => {
    const text = { type: 'mrkdwn' as const, text: `*${hostile}*` };
    const confirm = { title: plain('<b>t</b>'), text: plain('"><script>'), confirm: plain('y'), deny: plain('n') };
    await ask([
      { type: 'header', text: plain(hostile) },
      {
        type: 'section',
        text,
        fields: [text],
        accessory: button('x', { confirm, value: '"><script>', accessibility_label: '"><script>' }),
      },
      { type: 'context', elements: [text, { type: 'image', image_url: 'https://e.example/x.png', alt_text: hostile }] },
      { type: 'actions', elements: [button('"><script>alert(1)</script>', { text: plain('<script>') })] },
    ]);
    await web.chat.postMessage({ channel: 'C1SECOND', text: `\`\`\`${hostile}\`\`\` ${hostile}` });
    for (const path of ['/', '/?channel=C1SECOND', `/?channel=${encodeURIComponent(hostile)}`]) {
      const page = await (await fetch(slack.url + path)).text();
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/<img|href="javascript:|"onmouseover|<b>t/);
      expect(page).toContain('&lt;script&gt;');
    }
  });

  test('asks for nothing from outside and lets nothing else run', async () => {
    await ask();
    const response = await fetch(slack.url);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await response.text()).match(/(src|href)="(?!\/|data:,)[^"]*"/g)).toBeNull();
    expect((await fetch(`${slack.url}/page.css`).then((css) => css.text())).match(/url\(|@import/)).toBeNull();
  });

  test('says plainly that it is a stand-in', async () => {
    expect(await (await fetch(slack.url)).text()).toContain('This is not Slack');
  });

  test('tells the browser when something changed', async () => {
    const stream = (await fetch(`${slack.url}/events`)).body?.getReader();
    const read = async () => new TextDecoder().decode((await stream?.read())?.value);
    expect(await read()).toContain('hello');
    await ask();
    expect(await read()).toContain('changed');
  });
});
