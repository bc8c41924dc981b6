import { createHmac } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import { Refused } from '../../../lib/domain/errors.ts';

const secret = 'a'.repeat(32);
const decided: object[] = [];
const taken: string[] = [];
const whispered: string[] = [];
const closed: string[] = [];
vi.mock('../../runtime/settings.ts', () => ({ approversAnywhere: async () => [{ name: 'Rosa', slack: 'U1' }] }));
vi.mock('../../runtime/environment.ts', () => ({
  config: () => ({ slack: { team: 'T1', app: 'A1', channel: 'C1' } }),
  environment: (name: string) => name,
}));
vi.mock('../../runtime/channels.ts', async (load) => ({
  ...(await load<object>()),
  whisper: async (_: unknown, __: string, text: string) => whispered.push(text),
  openView: async () => {},
  slackSecret: async () => ({ botToken: 'xoxb-0123456789', signingSecret: secret }),
}));
vi.mock('../approvals.ts', () => ({
  decide: async (_: unknown, id: string, { now: _now, ...attempt }: { now: string }) => {
    if (id === 'gone') throw new Refused('This question is already declined by Leo.');
    decided.push({ id, ...attempt });
    return { approval: { id, state: id === 'two' ? 'PENDING' : 'APPROVED' } };
  },
  takeOver: async (_: unknown, id: string) => taken.push(id),
  closeMessages: async (_: unknown, { approval }: { approval: { id: string } }) => closed.push(approval.id),
  decisionLine: () => 'line',
}));
const { handler } = await import('./handler.ts');

async function send(what: object): Promise<number | undefined> {
  const from = { user: { id: 'U1' }, team: { id: 'T1' }, api_app_id: 'A1' };
  const body = new URLSearchParams({ payload: JSON.stringify({ ...from, ...what }) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
  return (await handler({ body, headers } as never, {} as never)).statusCode;
}
const submit = (callback_id: string, ...values: string[]) => {
  const selected_options = values.map((value) => ({ value }));
  const state = { values: { [callback_id === 'choose' ? 'levers' : callback_id]: {} } };
  const input = callback_id === 'choose' ? 'levers' : callback_id;
  Object.assign(state.values, { [input]: { [input]: { selected_options } } });
  const private_metadata = JSON.stringify({ approval: 'q', plan: 'h' });
  return send({ type: 'view_submission', view: { callback_id, private_metadata, state } });
};

beforeEach(() => {
  for (const list of [decided, taken, whispered, closed]) list.length = 0;
});

it('takes a yes about the levers that were ticked, bound to the plan of the button', async () => {
  expect(await submit('choose', 'a', 'c')).toBe(200);
  expect(decided).toMatchObject([{ id: 'q', planHash: 'h', verdict: 'APPROVED', levers: ['a', 'c'] }]);
});

it('decides each of several questions by its own plan; what one of them refuses keeps none of the others', async () => {
  expect(await submit('together', 'one p1', 'gone p2', 'two p3')).toBe(200);
  expect(decided).toMatchObject([
    { id: 'one', planHash: 'p1', verdict: 'APPROVED', approver: { name: 'Rosa' } },
    { id: 'two', planHash: 'p3', verdict: 'APPROVED', approver: { name: 'Rosa' } },
  ]);
  // Of two people one has said yes: it waits on, as it is.
  expect(closed).toEqual(['one']);
  expect(whispered).toEqual(['2 of 3 approved. This question is already declined by Leo.']);
});

it('notes who is on it', async () => {
  const value = JSON.stringify({ approval: 'q', plan: 'h' });
  const actions = [{ action_id: 'take-over', value }];
  expect(await send({ type: 'block_actions', trigger_id: 't', actions })).toBe(200);
  expect(taken).toEqual(['q']);
  expect(decided).toEqual([]);
});
