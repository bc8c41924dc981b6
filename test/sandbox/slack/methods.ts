// Slack's Web API methods, as many as Tourniquet calls. Each answers HTTP 200 with ok or an error word, as Slack does.
import { type Checked, checkBlocks, checkView } from './check.ts';
import { limit, type MessageBlock } from './limits.ts';
import {
  addMessage,
  addView,
  bot,
  botUser,
  channelName,
  domain,
  editMessage,
  type Message,
  type View,
  type Workspace,
} from './workspace.ts';

export type Args = Record<string, unknown>;
export type Answer = { ok: boolean; error?: string; [key: string]: unknown };
type Method = (workspace: Workspace, args: Args) => Answer;

export const refuse = (error: string, messages?: string[]): Answer =>
  messages ? { ok: false, error, errors: messages, response_metadata: { messages } } : { ok: false, error };

const text = (args: Args, key: string) => (typeof args[key] === 'string' ? args[key] : undefined);

/** Structured arguments arrive as JSON text in a form and as themselves in a JSON body. */
function structured(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

type Content = { text: string; blocks: MessageBlock[] | undefined };

/** Slack only warns (`missing_text_in_message`) where blocks come without text; here it is refused, since notifications and screen readers get nothing else. */
const missingText =
  '[ERROR] missing required field: text (Slack warns missing_text_in_message: notifications and screen readers read it) [json-pointer:/text]';

export function contentOf(args: Args): Checked<Content> | { error: string } {
  if (args.attachments !== undefined) return { error: 'invalid_attachments' };
  const words = text(args, 'text') ?? '';
  if (words.length > limit.messageText) return { error: 'msg_too_long' };
  if (args.blocks === undefined)
    return words === '' ? { error: 'no_text' } : { good: { text: words, blocks: undefined } };
  const given = structured(args.blocks);
  if (!Array.isArray(given)) return { error: 'invalid_blocks_format' };
  const checked = checkBlocks(given);
  if ('problems' in checked) return checked;
  return words === '' ? { problems: [missingText] } : { good: { text: words, blocks: checked.good } };
}

function channelOf(args: Args): string | undefined {
  const channel = text(args, 'channel');
  return channel && /^[CGDUW][A-Z0-9]{2,}$/.test(channel) ? channel : undefined;
}

export function asSlackShowsIt(workspace: Workspace, message: Message): Record<string, unknown> {
  const { channel, history, edited, ephemeral, ...shown } = message;
  const { team, app } = workspace.settings;
  const mark = edited > 0 ? { edited: { user: botUser, ts: `${Date.parse(history.at(-1)?.at ?? '') / 1000}` } } : {};
  return { type: 'message', user: botUser, bot_id: bot, app_id: app, team, ...shown, ...mark };
}

const parentOf = (workspace: Workspace, channel: string, ts: string) =>
  workspace.messages.find((message) => message.channel === channel && message.ts === ts && !message.ephemeral);

const postMessage: Method = (workspace, args) => {
  const channel = channelOf(args);
  if (!channel) return refuse('channel_not_found');
  const content = contentOf(args);
  if ('error' in content) return refuse(content.error);
  if ('problems' in content) return refuse('invalid_blocks', content.problems);
  const thread = text(args, 'thread_ts');
  if (thread && !parentOf(workspace, channel, thread)) return refuse('thread_not_found');
  const { text: words, blocks = [] } = content.good;
  const message = addMessage(workspace, { channel, text: words, blocks, ...(thread && { thread_ts: thread }) });
  return { ok: true, channel, ts: message.ts, message: asSlackShowsIt(workspace, message) };
};

const update: Method = (workspace, args) => {
  const channel = channelOf(args);
  if (!channel) return refuse('channel_not_found');
  const message = parentOf(workspace, channel, text(args, 'ts') ?? '');
  if (!message) return refuse('message_not_found');
  const content = contentOf(args);
  if ('error' in content) return refuse(content.error);
  if ('problems' in content) return refuse('invalid_blocks', content.problems);
  // "If you don't include this field, the message's previous blocks will be retained": buttons stay unless taken away.
  editMessage(workspace, message, content.good.text, content.good.blocks ?? message.blocks);
  return { ok: true, channel, ts: message.ts, text: message.text, message: asSlackShowsIt(workspace, message) };
};

const postEphemeral: Method = (workspace, args) => {
  const channel = channelOf(args);
  if (!channel) return refuse('channel_not_found');
  const user = text(args, 'user');
  if (!user) return refuse('user_not_in_channel');
  const content = contentOf(args);
  if ('error' in content) return refuse(content.error);
  if ('problems' in content) return refuse('invalid_blocks', content.problems);
  const thread = text(args, 'thread_ts');
  const { text: words, blocks = [] } = content.good;
  const draft = { channel, text: words, blocks, ephemeral: user, ...(thread && { thread_ts: thread }) };
  return { ok: true, message_ts: addMessage(workspace, draft).ts };
};

export function viewAsSlackShowsIt(view: View): Record<string, unknown> {
  const { user, trigger_id, errors, ...shown } = view;
  return {
    ...shown,
    bot_id: bot,
    callback_id: view.callback_id ?? '',
    private_metadata: view.private_metadata ?? '',
    external_id: view.external_id ?? '',
    root_view_id: view.id,
    previous_view_id: null,
    state: { values: {} },
  };
}

const openView: Method = (workspace, args) => {
  const id = text(args, 'trigger_id') ?? '';
  const trigger = workspace.triggers.get(id);
  if (!trigger) return refuse('invalid_trigger_id');
  if (trigger.exchanged) return refuse('exchanged_trigger_id');
  if (workspace.settings.now() > trigger.expires) return refuse('expired_trigger_id');
  const checked = checkView(structured(args.view));
  if ('problems' in checked) return refuse('invalid_arguments', checked.problems);
  trigger.exchanged = true;
  return { ok: true, view: viewAsSlackShowsIt(addView(workspace, checked.good, trigger.user, id)) };
};

const authTest: Method = ({ settings }) => ({
  ok: true,
  url: `${settings.url}/`,
  team: domain,
  team_id: settings.team,
  user: 'tourniquet',
  user_id: botUser,
  bot_id: bot,
  is_enterprise_install: false,
});

const conversationsInfo: Method = (workspace, args) => {
  const id = channelOf(args);
  if (!id) return refuse('channel_not_found');
  const kind = {
    is_channel: true,
    is_private: workspace.privacy === 'private',
    is_archived: false,
    is_member: true,
    is_ext_shared: false,
  };
  return {
    ok: true,
    channel: { id, name: channelName(workspace, id), context_team_id: workspace.settings.team, ...kind },
  };
};

/** The first page holds two, so that whoever asks has to go on. */
const conversationsMembers: Method = (workspace, args) => {
  if (!channelOf(args)) return refuse('channel_not_found');
  const from = Number(text(args, 'cursor') ?? 0);
  const members = workspace.members.slice(from, from + 2);
  const next = from + 2 < workspace.members.length ? String(from + 2) : '';
  return { ok: true, members, response_metadata: { next_cursor: next } };
};

/** Those that a workspace of this kind has; the counts only where they are asked for (docs.slack.dev, usergroups.list). */
const usergroupsList: Method = ({ members, settings }, args) => {
  const counted = text(args, 'include_count') === 'true' && { user_count: members.length - 1 };
  const group = { id: 'S0ONCALL', team_id: settings.team, is_usergroup: true, handle: 'on-call', date_delete: 0 };
  return { ok: true, usergroups: [{ ...group, ...counted }] };
};

const methods: Record<string, Method> = {
  'auth.test': authTest,
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'conversations.info': conversationsInfo,
  'conversations.members': conversationsMembers,
  'usergroups.list': usergroupsList,
  'views.open': openView,
};

export function callMethod(workspace: Workspace, name: string, authorization: string | undefined, args: Args): Answer {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) return refuse('unknown_method');
  if (!authorization) return refuse('not_authed');
  return authorization === `Bearer ${workspace.settings.botToken}` ? method(workspace, args) : refuse('invalid_auth');
}
