// People at work: clicks on buttons, modals sent off or closed.
import { accepted, type Delivered, deliver, type Payload, recorded, sender, signed } from './callbacks.ts';
import { checkView } from './check.ts';
import { Refusal } from './http.ts';
import { type Block, buttonsOf, type Input } from './limits.ts';
import { asSlackShowsIt, viewAsSlackShowsIt } from './methods.ts';
import type { ClickOrder, CloseOrder, SubmitOrder } from './orders.ts';
import {
  changed,
  channelName,
  closeView,
  issueResponseUrl,
  issueTrigger,
  nextTs,
  replaceView,
  type View,
  viewOpenedBy,
  type Workspace,
} from './workspace.ts';

export type Clicked = Delivered & { submission?: Delivered };

function buttonNow(workspace: Workspace, order: ClickOrder) {
  const message = workspace.messages.find(({ ts }) => ts === order.ts);
  if (!message) throw new Refusal(404, `no message has ts ${order.ts}`);
  if (message.ephemeral && message.ephemeral !== order.user)
    throw new Refusal(404, `only ${message.ephemeral} sees the message ${order.ts}`);
  const all = buttonsOf(message.blocks);
  const found = all.find(({ button }) => button.action_id === order.action_id);
  if (found) return { message, ...found };
  const others = all.map(({ button }) => button.action_id).join(', ');
  const left = others ? `its buttons are ${others}` : 'it has no buttons';
  throw new Refusal(404, `message ${order.ts} has no button "${order.action_id}" now; ${left}`);
}

function clickPayload(workspace: Workspace, order: ClickOrder, triggerId: string): Payload {
  const { message, button, block } = buttonNow(workspace, order);
  const { channel, ts, thread_ts } = message;
  const thread = thread_ts ? { thread_ts } : {};
  const { accessibility_label, ...shown } = button;
  return {
    type: 'block_actions',
    ...sender(workspace, order.user, order),
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel,
      is_ephemeral: Boolean(message.ephemeral),
      ...thread,
    },
    trigger_id: triggerId,
    channel: { id: channel, name: channelName(workspace, channel) },
    message: asSlackShowsIt(workspace, message),
    state: { values: {} },
    response_url: issueResponseUrl(workspace, message, order.user),
    actions: [{ ...shown, block_id: block.block_id, action_ts: nextTs(workspace) }],
  };
}

export async function click(workspace: Workspace, order: ClickOrder): Promise<Clicked> {
  const key = `click ${order.ts} ${order.action_id} ${order.user}`;
  if (order.replay) return deliver(workspace, recorded(workspace, key, order));
  const triggerId = issueTrigger(workspace, order.user);
  const request = signed(workspace, clickPayload(workspace, order, triggerId), order);
  workspace.sent.set(key, request);
  const delivered = await deliver(workspace, request);
  if (order.reason === undefined || !accepted(delivered)) return delivered;
  const view = await viewOpenedBy(workspace, triggerId);
  if (!view) return delivered;
  const { user, reason, team, app, secret, skewSeconds } = order;
  const forged = Object.fromEntries(
    Object.entries({ team, app, secret, skewSeconds }).filter(([, value]) => value !== undefined),
  );
  return { ...delivered, submission: await submit(workspace, { view_id: view.id, user, reason, ...forged }) };
}

/** The same click several times at once: each is sent before the answer to any of them can take the button away. */
export function clickAtOnce(
  workspace: Workspace,
  { times, ...order }: ClickOrder & { times: number },
): Promise<Clicked[]> {
  const requests = Array.from({ length: times }, () =>
    signed(workspace, clickPayload(workspace, order, issueTrigger(workspace, order.user)), order),
  );
  for (const request of requests) workspace.sent.set(`click ${order.ts} ${order.action_id} ${order.user}`, request);
  return Promise.all(requests.map((request) => deliver(workspace, request)));
}

const inputsOf = (blocks: Block[]) => blocks.filter((block): block is Input => block.type === 'input');

interface Entered {
  readonly input: Input;
  readonly value: string | null;
}

/** Several that are ticked, as one value. */
const ticked = (options: readonly { readonly value: string }[]): string => options.map(({ value }) => value).join(',');

/** What stands in an input before anybody touches it. */
function initialOf({ element }: Input): string | null {
  if (element.type === 'plain_text_input') return element.initial_value ?? null;
  if (element.type === 'static_select') return element.initial_option?.value ?? null;
  if (element.type === 'checkboxes') return ticked(element.initial_options ?? []);
  return element.initial_date_time === undefined ? null : String(element.initial_date_time);
}

function entered(view: View, order: SubmitOrder): Entered[] {
  const inputs = inputsOf(view.blocks);
  const known = inputs.map(({ element }) => element.action_id ?? '');
  const stray = Object.keys(order.values ?? {}).find((key) => !known.includes(key));
  if (stray !== undefined)
    throw new Refusal(400, `the modal has no input "${stray}"; its inputs are ${known.join(', ')}`);
  const firstText = inputs.find(({ element }) => element.type === 'plain_text_input');
  return inputs.map((input) => {
    const given = order.values?.[input.element.action_id ?? ''] ?? (input === firstText ? order.reason : undefined);
    return { input, value: given ?? initialOf(input) };
  });
}

/** Why Slack's own client would not send what was entered; null where it would. */
function faultIn({ input, value }: Entered): string | null {
  const { element, optional } = input;
  if (!value) return optional ? null : 'is empty';
  if (element.type === 'static_select') {
    const values = element.options.map((one) => one.value);
    return values.includes(value) ? null : `offers ${values.join(', ')}, not ${value}`;
  }
  if (element.type === 'checkboxes') {
    const values = element.options.map((one) => one.value);
    const stray = value.split(',').find((one) => !values.includes(one));
    return stray === undefined ? null : `offers ${values.join(', ')}, not ${stray}`;
  }
  if (element.type === 'datetimepicker')
    return /^\d{10}$/.test(value) ? null : `takes ten digits of seconds, not ${value}`;
  const { min_length = 0, max_length = 3000 } = element;
  if (value.length < min_length) return `needs ${min_length} characters and has ${value.length}`;
  return value.length > max_length ? `takes ${max_length} characters and has ${value.length}` : null;
}

function fits(one: Entered): void {
  const fault = faultIn(one);
  if (fault) throw new Refusal(422, `Slack would not send this: "${one.input.label.text}" ${fault}`);
}

/** An input as it stands in `view.state.values` (docs.slack.dev, "view_submission payload"). */
function stateOf({ input: { element }, value }: Entered): object {
  const { type } = element;
  if (type === 'static_select')
    return { type, selected_option: element.options.find((one) => one.value === value) ?? null };
  if (type === 'checkboxes') {
    const all = value?.split(',') ?? [];
    return { type, selected_options: element.options.filter((one) => all.includes(one.value)) };
  }
  if (type === 'datetimepicker') return { type, selected_date_time: value ? Number(value) : null };
  return { type, value: value || null };
}

function submissionPayload(workspace: Workspace, view: View, order: SubmitOrder): Payload {
  const answers = entered(view, order);
  for (const each of answers) fits(each);
  const values = answers.map((one) => [one.input.block_id, { [one.input.element.action_id ?? '']: stateOf(one) }]);
  return {
    type: 'view_submission',
    ...sender(workspace, order.user, order),
    trigger_id: issueTrigger(workspace, order.user),
    view: { ...viewAsSlackShowsIt(view), state: { values: Object.fromEntries(values) } },
    response_urls: [],
  };
}

function viewOf(workspace: Workspace, id: string, user: string): View {
  const view = workspace.views.find((each) => each.id === id);
  if (!view) throw new Refusal(404, `no modal ${id} is open`);
  if (view.user !== user) throw new Refusal(404, `the modal ${id} is open before ${view.user}, not before ${user}`);
  return view;
}

function responseAction(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // An empty answer, the usual one, means: close the modal.
    return {};
  }
}

function carryOut(workspace: Workspace, view: View, body: string): void {
  const action = responseAction(body);
  if (action.response_action === 'errors') {
    view.errors = Object.fromEntries(
      Object.entries(action.errors ?? {}).map(([block, words]) => [block, String(words)]),
    );
    changed(workspace);
    return;
  }
  if (action.response_action !== 'update') {
    closeView(workspace, view);
    return;
  }
  const checked = checkView(action.view);
  if ('problems' in checked)
    throw new Refusal(502, `the app updates the modal with one Slack refuses: ${checked.problems.join('; ')}`);
  replaceView(workspace, view, checked.good);
}

export async function submit(workspace: Workspace, order: SubmitOrder): Promise<Delivered> {
  const key = `submit ${order.view_id} ${order.user}`;
  if (order.replay) return deliver(workspace, recorded(workspace, key, order));
  const view = viewOf(workspace, order.view_id, order.user);
  const request = signed(workspace, submissionPayload(workspace, view, order), order);
  workspace.sent.set(key, request);
  const delivered = await deliver(workspace, request);
  if (accepted(delivered) && !delivered.operation_timeout) carryOut(workspace, view, delivered.body);
  return delivered;
}

/** Cancel. Slack tells the app only if the modal asked for it. */
export async function close(workspace: Workspace, order: CloseOrder): Promise<Delivered | { closed: true }> {
  const view = viewOf(workspace, order.view_id, order.user);
  closeView(workspace, view);
  if (!view.notify_on_close) return { closed: true };
  const shown = { view: viewAsSlackShowsIt(view), is_cleared: false };
  return deliver(
    workspace,
    signed(workspace, { type: 'view_closed', ...sender(workspace, order.user, {}), ...shown }, {}),
  );
}
