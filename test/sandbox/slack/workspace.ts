// What a Slack workspace remembers, as far as an approval needs it.
import { randomBytes } from 'node:crypto';
import type { Block, MessageBlock, ViewForm } from './limits.ts';
import type { FaultOrder } from './orders.ts';

export const triggerLivesMs = 3_000;
export const answerWithinMs = 3_000;
const responseUrlUses = 5;
const responseUrlLivesMs = 30 * 60_000;

export type Person = {
  id: string;
  name: string;
  /** Shown beside the name on the page, e.g. "approver". */
  role?: string;
  /** Home workspace of someone who comes through Slack Connect. */
  team?: string;
};
export type Callback = { url: string; headers?: Record<string, string> };
export type Settings = {
  url: string;
  signingSecret: string;
  botToken: string;
  team: string;
  app: string;
  people: Person[];
  channels: Record<string, string>;
  now: () => number;
};

export type Version = { at: string; text: string; blocks: MessageBlock[] };
export type Message = {
  channel: string;
  ts: string;
  thread_ts?: string;
  text: string;
  blocks: MessageBlock[];
  /** How often it was edited. */
  edited: number;
  /** Every version, the first as posted, the last as it is now. */
  history: Version[];
  /** The one user who can see it. */
  ephemeral?: string;
};
export type View = ViewForm & {
  id: string;
  team_id: string;
  app_id: string;
  hash: string;
  trigger_id: string;
  /** The user it was opened for; Slack shows a modal to nobody else. */
  user: string;
  /** What the app answered to the last submission, by block. */
  errors?: Record<string, string>;
};
export type Signed = { body: string; headers: Record<string, string> };
type Trigger = { user: string; expires: number; exchanged?: true };
type ResponseUrl = { channel: string; ts: string; user: string; expires: number; left: number };

export type Workspace = {
  settings: Settings;
  messages: Message[];
  /** Of every channel. */
  members: string[];
  privacy: 'private' | 'public';
  views: View[];
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  /** The last signed request of each click, for those who want to send it again. */
  sent: Map<string, Signed>;
  watchers: Set<() => void>;
  faults: FaultOrder[];
  callback: Callback | undefined;
  lastTs: number;
};

export const botUser = 'U0TOURNIQUET';
export const bot = 'B0TOURNIQUET';
export const domain = 'tourniquet-sandbox';

export function openWorkspace(settings: Settings): Workspace {
  return {
    settings,
    messages: [],
    members: [botUser, ...settings.people.map(({ id }) => id)],
    privacy: 'private',
    views: [],
    triggers: new Map(),
    responseUrls: new Map(),
    sent: new Map(),
    watchers: new Set(),
    faults: [],
    callback: undefined,
    lastTs: 0,
  };
}

export function changed(workspace: Workspace): void {
  for (const watcher of workspace.watchers) watcher();
}

/** Slack's ts is a time in seconds with six digits that also names the message, so no two are alike. */
export function nextTs(workspace: Workspace): string {
  workspace.lastTs = Math.max(workspace.settings.now() * 1000, workspace.lastTs + 1);
  return `${Math.floor(workspace.lastTs / 1e6)}.${String(workspace.lastTs % 1e6).padStart(6, '0')}`;
}

export const randomId = (prefix: string) => prefix + randomBytes(6).toString('hex').toUpperCase();

/** Slack names what the app left unnamed; a callback always carries both ids. */
function nameElements<T extends Block>(block: T): T {
  const named = { ...block, block_id: block.block_id ?? randomBytes(4).toString('hex') };
  const id = () => randomBytes(4).toString('hex');
  if (named.type === 'actions')
    named.elements = named.elements.map((element) => ({ ...element, action_id: element.action_id ?? id() }));
  if (named.type === 'section' && named.accessory?.type === 'button')
    named.accessory = { ...named.accessory, action_id: named.accessory.action_id ?? id() };
  if (named.type === 'input') named.element = { ...named.element, action_id: named.element.action_id ?? id() };
  return named;
}

type Draft = Pick<Message, 'channel' | 'text' | 'blocks'> & Partial<Pick<Message, 'thread_ts' | 'ephemeral'>>;

export function addMessage(workspace: Workspace, draft: Draft): Message {
  const blocks = draft.blocks.map(nameElements);
  const at = new Date(workspace.settings.now()).toISOString();
  const history = [{ at, text: draft.text, blocks }];
  const message: Message = { ...draft, ts: nextTs(workspace), blocks, edited: 0, history };
  workspace.messages.push(message);
  changed(workspace);
  return message;
}

export function editMessage(workspace: Workspace, message: Message, text: string, blocks: MessageBlock[]): void {
  message.text = text;
  message.blocks = blocks.map(nameElements);
  message.edited += 1;
  message.history.push({ at: new Date(workspace.settings.now()).toISOString(), text, blocks: message.blocks });
  changed(workspace);
}

export function removeMessage(workspace: Workspace, message: Message): void {
  workspace.messages.splice(workspace.messages.indexOf(message), 1);
  changed(workspace);
}

export function addView(workspace: Workspace, form: ViewForm, user: string, triggerId: string): View {
  const { team, app } = workspace.settings;
  const view: View = {
    ...form,
    id: randomId('V'),
    team_id: team,
    app_id: app,
    hash: nextTs(workspace),
    trigger_id: triggerId,
    user,
    blocks: form.blocks.map(nameElements),
  };
  // A modal covers the one before it: there is never more than one in front of a person.
  workspace.views = workspace.views.filter((other) => other.user !== user);
  workspace.views.push(view);
  changed(workspace);
  return view;
}

export function replaceView(workspace: Workspace, view: View, form: ViewForm): void {
  const next = { ...view, ...form, blocks: form.blocks.map(nameElements), hash: nextTs(workspace) };
  delete next.errors;
  workspace.views = workspace.views.map((other) => (other === view ? next : other));
  changed(workspace);
}

export function closeView(workspace: Workspace, view: View): void {
  workspace.views = workspace.views.filter((other) => other.id !== view.id);
  changed(workspace);
}

export function issueTrigger(workspace: Workspace, user: string): string {
  const now = workspace.settings.now();
  const id = `${now}.${Number.parseInt(randomBytes(4).toString('hex'), 16)}.${randomBytes(16).toString('hex')}`;
  workspace.triggers.set(id, { user, expires: now + triggerLivesMs });
  return id;
}

export function issueResponseUrl(workspace: Workspace, message: Message, user: string): string {
  const { url, team, now } = workspace.settings;
  const id = `${team}/${randomId('')}/${randomBytes(12).toString('hex')}`;
  const { channel, ts } = message;
  workspace.responseUrls.set(id, { channel, ts, user, expires: now() + responseUrlLivesMs, left: responseUrlUses });
  return `${url}/actions/${id}`;
}

export function personOf(workspace: Workspace, id: string): Person {
  return workspace.settings.people.find((person) => person.id === id) ?? { id, name: id.toLowerCase() };
}

export function channelName(workspace: Workspace, id: string): string {
  return workspace.settings.channels[id] ?? id.replace(/^[CGDUW]0*/, '').toLowerCase();
}

/** Resolves with the modal opened by this trigger, or with nothing once the trigger can open none. */
export function viewOpenedBy(workspace: Workspace, triggerId: string): Promise<View | undefined> {
  return new Promise((resolve) => {
    const look = () => workspace.views.find((view) => view.trigger_id === triggerId);
    const finish = () => {
      workspace.watchers.delete(watch);
      clearTimeout(timer);
      resolve(look());
    };
    const watch = () => {
      if (look()) finish();
    };
    const expires = workspace.triggers.get(triggerId)?.expires ?? 0;
    const timer = setTimeout(finish, Math.max(0, expires - workspace.settings.now()));
    workspace.watchers.add(watch);
    watch();
  });
}
