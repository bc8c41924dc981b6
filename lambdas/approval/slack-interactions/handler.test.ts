import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const [withdrawn, exchanged] = ['a'.repeat(32), 'b'.repeat(32)];
/** What the function has at hand, and what it finds when it asks again. */
const secrets = { kept: withdrawn, there: withdrawn };
const configured: { slack: Record<string, string>; approvers: object[] } = {
  slack: { team: 'T1', app: 'A1', channel: 'C1' },
  approvers: [],
};
vi.mock('../../runtime/settings.ts', () => ({ approversAnywhere: async () => configured.approvers }));
vi.mock('../../runtime/environment.ts', () => ({
  config: () => configured,
  environment: (name: string) => name,
}));
vi.mock('../../runtime/channels.ts', async (load) => ({
  ...(await load<object>()),
  whisper: async () => {},
  openView: async () => {},
  slackSecret: async (_work: unknown, youngest?: number) => {
    if (youngest !== undefined) secrets.kept = secrets.there;
    return { botToken: 'xoxb-0123456789', signingSecret: secrets.kept };
  },
}));
const { handler } = await import('./handler.ts');

async function statusOf(secret: string, who: object = {}): Promise<number | undefined> {
  const from = { user: { id: 'U1' }, team: { id: 'T1' }, api_app_id: 'A1', ...who };
  const payload = { type: 'block_actions', ...from, trigger_id: 't' };
  const actions = [{ action_id: 'fact', value: '{"incident":"inc-1"}' }];
  const body = new URLSearchParams({ payload: JSON.stringify({ ...payload, actions }) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
  const { statusCode } = await handler({ body, headers } as never, {} as never);
  return statusCode;
}
/** The signature holds, and the person is on no list. */
const held = 403;

describe('a click after the signing secret was exchanged', () => {
  beforeEach(() => Object.assign(secrets, { kept: withdrawn, there: exchanged }));

  it('is taken at once under the new one, and under the withdrawn one no more from then on', async () => {
    expect(await statusOf(exchanged)).toBe(held);
    expect(await statusOf(withdrawn)).toBe(401);
  });

  it('under a secret that neither is, is refused', async () => {
    expect(await statusOf('c'.repeat(32))).toBe(401);
    expect(await statusOf('')).toBe(401);
  });
});

describe('a click where the app is installed for a whole Enterprise Grid', () => {
  const grid = { team: null, enterprise: { id: 'E1', name: 'corp' }, is_enterprise_install: true };
  const ours = { ...grid, user: { id: 'U1', team_id: 'T1' } };
  beforeEach(() => {
    Object.assign(secrets, { kept: withdrawn, there: withdrawn });
    Object.assign(configured, {
      approvers: [{ name: 'Rosa', slack: 'U1' }],
      slack: { team: 'T1', app: 'A1', channel: 'C1' },
    });
  });
  const status = (who: object) => statusOf(withdrawn, who);

  it("is an approver's, by the workspace that the person belongs to", async () => {
    expect(await status(ours)).toBe(200);
    expect(await status({ ...grid, team: undefined, user: ours.user })).toBe(200);
    expect(await status({ ...grid, team: { id: 'T1' }, user: { id: 'U1', team_id: null } })).toBe(200);
  });

  it('is nobody’s from another workspace, without one, or by another app', async () => {
    expect(await status({ ...grid, user: { id: 'U1', team_id: 'T2' } })).toBe(held);
    expect(await status({ ...grid, user: { id: 'U1' } })).toBe(held);
    expect(await status({ ...grid, user: { id: 'U1', team_id: null } })).toBe(held);
    expect(await status({ ...ours, api_app_id: 'A2' })).toBe(held);
    expect(await status({ ...ours, team: { id: 'T2' } })).toBe(held);
  });

  it('counts only from the grid that is configured, where one is', async () => {
    configured.slack = { ...configured.slack, enterprise: 'E1' };
    expect(await status(ours)).toBe(200);
    expect(await status({ ...ours, enterprise: { id: 'E2' } })).toBe(held);
    expect(await status({ ...ours, enterprise: null })).toBe(held);
  });
});

describe('a signed payload that is not as Slack sends them', () => {
  const sign = async (body: string) => {
    Object.assign(secrets, { kept: withdrawn, there: withdrawn });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac('sha256', withdrawn).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
    const { statusCode } = await handler({ body, headers } as never, {} as never);
    return statusCode;
  };
  const declined = (values: object, private_metadata = '{}') => ({
    type: 'view_submission',
    user: { id: 'U1', team_id: 'T1' },
    team: { id: 'T1' },
    api_app_id: 'A1',
    view: { callback_id: 'decline', private_metadata, state: { values } },
  });
  const payload = (value: unknown): string => new URLSearchParams({ payload: JSON.stringify(value) }).toString();

  it.each([
    ['nothing', ''],
    ['no JSON', 'payload=%7B'],
    ['a list', payload([])],
    ['another type', payload({ type: 'shortcut' })],
    [
      'a time beyond all times',
      payload({
        type: 'view_submission',
        user: { id: 'U1', team_id: 'T1' },
        team: { id: 'T1' },
        api_app_id: 'A1',
        view: {
          callback_id: 'fact',
          private_metadata: '{"incident":"inc-1"}',
          state: { values: { time: { time: { selected_date_time: 1e15 } } } },
        },
      }),
    ],
    ['a reason of 300 KB', payload(declined({ reason: { reason: { value: 'r'.repeat(300_000) } } }))],
    ['a form of 4,000 characters', payload(declined({}, 'm'.repeat(4000)))],
  ])('is refused as such: %s', async (_, body) => {
    expect(await sign(body)).toBe(400);
  });
});
