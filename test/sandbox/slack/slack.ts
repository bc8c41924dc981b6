// A stand-in for Slack: the Web API methods we call, the callbacks Slack signs, and the messages on a page. README.md has the contract.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spoil } from './faults.ts';
import { answer, answerJson, Refusal, readArgs, readBody, readJson } from './http.ts';
import { click, clickAtOnce, close, submit } from './interactions.ts';
import { callMethod } from './methods.ts';
import { clickOrder, closeOrder, faultOrder, membersOrder, parseOrder, submitOrder } from './orders.ts';
import { page } from './page.ts';
import { respond } from './responses.ts';
import { type Callback, type Message, openWorkspace, type Person, type Settings, type Workspace } from './workspace.ts';

export type { Callback, Message, Person, Version, View } from './workspace.ts';

export type SlackOptions = {
  signingSecret: string;
  botToken: string;
  team?: string;
  app?: string;
  port?: number;
  /** Who may be chosen on the page. Any other user id can click through POST /click all the same. */
  people?: Person[];
  /** Names of channels by id; others are named after their id. */
  channels?: Record<string, string>;
  /** The clock in milliseconds, for tests that let a trigger expire without waiting. */
  now?: () => number;
};
export type Slack = {
  url: string;
  sendTo: (callback: Callback) => void;
  messages: () => Message[];
  stop: () => Promise<void>;
};

const everyone: Person[] = [
  { id: 'U0RESPONDER', name: 'Rosa', role: 'approver' },
  { id: 'U0LEAD', name: 'Leo', role: 'approver' },
  { id: 'U0STRANGER', name: 'Mallory', role: 'stranger' },
];

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL };
type Route = (workspace: Workspace, exchange: Exchange) => void | Promise<void>;

const file =
  (name: string, type: string): Route =>
  async (_, { response }) =>
    answer(response, 200, type, await readFile(new URL(name, import.meta.url), 'utf8'));

const body = async (request: IncomingMessage) => readJson(await readBody(request));

/** Tells the page that something changed; the page then fetches itself again. */
function events(workspace: Workspace, { response }: Exchange): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\ndata: hello\n\n');
  const tell = () => response.write('data: changed\n\n');
  workspace.watchers.add(tell);
  response.on('close', () => workspace.watchers.delete(tell));
}

const routes: Record<string, Route> = {
  'GET /': (workspace, { response, url }) =>
    answer(response, 200, 'text/html', page(workspace, url.searchParams.get('channel'))),
  'GET /page.css': file('page.css', 'text/css'),
  'GET /browser.js': file('browser.js', 'text/javascript'),
  'GET /events': events,
  'GET /messages': (workspace, { response }) => answerJson(response, 200, workspace.messages),
  'GET /views': (workspace, { response }) => answerJson(response, 200, workspace.views),
  'POST /click': async (workspace, { request, response }) => {
    const { times, ...order } = parseOrder(clickOrder, await body(request));
    answerJson(response, 200, await (times ? clickAtOnce(workspace, { ...order, times }) : click(workspace, order)));
  },
  'POST /submit': async (workspace, { request, response }) =>
    answerJson(response, 200, await submit(workspace, parseOrder(submitOrder, await body(request)))),
  'POST /close': async (workspace, { request, response }) =>
    answerJson(response, 200, await close(workspace, parseOrder(closeOrder, await body(request)))),
  'POST /members': async (workspace, { request, response }) => {
    const { members = workspace.members, privacy = workspace.privacy } = parseOrder(membersOrder, await body(request));
    Object.assign(workspace, { members, privacy });
    answerJson(response, 200, { members, privacy });
  },
  'GET /faults': (workspace, { response }) => answerJson(response, 200, workspace.faults),
  'POST /faults': async (workspace, { request, response }) => {
    workspace.faults.push(parseOrder(faultOrder, await body(request)));
    answerJson(response, 200, workspace.faults);
  },
  'DELETE /faults': (workspace, { response }) => {
    workspace.faults = [];
    answerJson(response, 200, workspace.faults);
  },
};

async function api(workspace: Workspace, { request, response, url }: Exchange): Promise<void> {
  const args = await readArgs(request);
  const method = url.pathname.slice('/api/'.length);
  if ((await spoil(workspace, method, response)) === 'answered') return;
  answerJson(response, 200, callMethod(workspace, method, request.headers.authorization, args));
}

async function responseUrl(workspace: Workspace, { request, response, url }: Exchange): Promise<void> {
  const { status, answer } = respond(workspace, url.pathname.slice('/actions/'.length), await readArgs(request));
  answerJson(response, status, answer);
}

function routeFor(method: string, path: string): Route {
  if (path.startsWith('/api/')) return api;
  if (path.startsWith('/actions/')) return responseUrl;
  const route = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
  if (route) return route;
  throw new Refusal(404, `no ${method} ${path} here; there is ${Object.keys(routes).join(', ')}, /api/<method>`);
}

async function serve(workspace: Workspace, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    // A web page from elsewhere, open in the same browser, must not click here.
    const { origin } = request.headers;
    if (origin && origin !== workspace.settings.url) throw new Refusal(403, `requests from ${origin} are refused`);
    const url = URL.parse(request.url ?? '', workspace.settings.url);
    if (!url) throw new Refusal(400, `${request.url} is no address`);
    await routeFor(request.method ?? '', url.pathname)(workspace, { request, response, url });
  } catch (cause) {
    const { message, status } = cause instanceof Refusal ? cause : { message: String(cause), status: 500 };
    answerJson(response, status, { error: message });
  }
}

export async function startSlack(options: SlackOptions): Promise<Slack> {
  const {
    port = 0,
    team = 'T0TOURNIQUET',
    app = 'A0TOURNIQUET',
    people = everyone,
    channels = {},
    now = Date.now,
  } = options;
  const { signingSecret, botToken } = options;
  const settings: Settings = { url: '', signingSecret, botToken, team, app, people, channels, now };
  const workspace = openWorkspace(settings);
  const server = createServer((request, response) => void serve(workspace, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  settings.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: settings.url,
    sendTo: (callback) => {
      workspace.callback = callback;
    },
    messages: () => structuredClone(workspace.messages),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // The page's event stream never ends by itself.
        server.closeAllConnections();
      }),
  };
}
