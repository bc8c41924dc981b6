import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const [withdrawn, exchanged] = ['a'.repeat(32), 'b'.repeat(32)];
/** What the function has at hand, and what it finds when it asks again. */
const secrets = { kept: withdrawn, there: withdrawn };
vi.mock('../../runtime/environment.ts', () => ({
  config: () => ({ slack: { team: 'T1', app: 'A1', channel: 'C1' }, approvers: [] }),
  environment: (name: string) => name,
}));
vi.mock('../../runtime/channels.ts', async (load) => ({
  ...(await load<object>()),
  slack: async () => null,
  slackSecret: async (_work: unknown, youngest?: number) => {
    if (youngest !== undefined) secrets.kept = secrets.there;
    return { botToken: 'xoxb-0123456789', signingSecret: secrets.kept };
  },
}));
const { handler } = await import('./handler.ts');

async function statusOf(secret: string): Promise<number | undefined> {
  const payload = { type: 'block_actions', user: { id: 'U1' }, team: { id: 'T1' }, api_app_id: 'A1', trigger_id: 't' };
  const actions = [{ action_id: 'approve', value: '{}' }];
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
