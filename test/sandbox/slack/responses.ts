// response_url: the short-lived address in each click at which an app may answer five times within thirty minutes.
import { type Answer, type Args, contentOf, refuse } from './methods.ts';
import { parseOrder, responseOrder } from './orders.ts';
import { addMessage, editMessage, type Message, removeMessage, type Workspace } from './workspace.ts';

type Reply = { status: number; answer: Answer };
const no = (status: number, error: string, messages?: string[]): Reply => ({ status, answer: refuse(error, messages) });
const yes: Reply = { status: 200, answer: { ok: true } };

export function respond(workspace: Workspace, id: string, args: Args): Reply {
  const place = workspace.responseUrls.get(id);
  if (!place) return no(404, 'no_such_url');
  if (workspace.settings.now() > place.expires) return no(404, 'expired_url');
  if (place.left === 0) return no(404, 'used_url');
  place.left -= 1;
  const order = parseOrder(responseOrder, args);
  const original = workspace.messages.find((message) => message.ts === place.ts);
  if (order.delete_original && original) {
    removeMessage(workspace, original);
    return yes;
  }
  return say(workspace, args, order.replace_original ? original : undefined, {
    channel: place.channel,
    ...(order.response_type !== 'in_channel' && { ephemeral: place.user }),
    ...(order.thread_ts && { thread_ts: order.thread_ts }),
  });
}

type Place = Pick<Message, 'channel'> & Partial<Pick<Message, 'ephemeral' | 'thread_ts'>>;

function say(workspace: Workspace, args: Args, original: Message | undefined, place: Place): Reply {
  const content = contentOf(args);
  if ('error' in content) return no(400, content.error);
  if ('problems' in content) return no(400, 'invalid_blocks', content.problems);
  const { text, blocks = [] } = content.good;
  if (original) editMessage(workspace, original, text, blocks);
  else addMessage(workspace, { ...place, text, blocks });
  return yes;
}
