import { KMSClient } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Approval } from '../../../lib/domain/approval.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import type { Message } from '../../runtime/blocks.ts';

const told: { message: Message; where: object }[] = [];
const kept: Record<string, unknown>[] = [];
const stored: { item: object | null } = { item: null };
const at = '2026-11-29T03:00:00.000Z';

vi.mock('../../runtime/environment.ts', () => ({ environment: (name: string) => name, config: () => ({}) }));
vi.mock('../../runtime/channels.ts', () => ({
  tell: async (_: unknown, message: Message, where: object) => {
    told.push({ message, where });
    return { channel: 'C1', ts: '1' };
  },
  edit: async () => {},
}));
vi.mock('../../runtime/ledger.ts', async (load) => ({ ...(await load<object>()), append: async () => {} }));
vi.mock('../../runtime/serve-entrance.ts', () => ({ serveEntrance: (act: unknown) => act }));
const { handler } = await import('./handler.ts');

const table = {
  get: async () => stored.item ?? undefined,
  query: async () => [],
  update: async (_: object, { ExpressionAttributeValues }: { ExpressionAttributeValues: Record<string, unknown> }) => {
    kept.push(ExpressionAttributeValues);
  },
};
const client = (kind: unknown) => {
  expect(kind).toBe(KMSClient);
  return { send: async () => ({ CiphertextBlob: Buffer.from('sealed') }) };
};
const work = { table, client, now: () => at };

const target = {
  kind: 'user',
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  id: 'bob',
  tags: {},
  arn: 'arn:aws:iam::444455556666:user/bob',
  principal: null,
  seenAt: at,
  since: null,
  key: null,
  keys: [],
  attached: [],
  boundary: null,
};
const question = { name: 'quarantine', levers: [], ifNobodyAnswers: 'hold', within: 900, climbs: 300 };
const finding = (severity: string) => ({
  source: 'guardduty',
  product: 'GuardDuty',
  id: 'f',
  arn: 'a',
  key: 'guardduty:f',
  type: 'Backdoor:EC2/X',
  title: 't',
  nature: 'attack',
  importedBy: null,
  severity,
  score: 8,
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  sample: false,
  archived: false,
  suppressed: false,
  drill: false,
  requested: false,
  updatedBy: null,
  role: 'ACTOR',
  count: 1,
  firstSeen: at,
  lastSeen: at,
  call: null,
  remotes: [],
  signals: [],
  missing: [],
  targets: [],
});
const ask = (operation: 'ask' | 'escalate', severity = 'high') =>
  handler(
    {
      operation,
      run: { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond', openedAt: at },
      target,
      finding: finding(severity),
      plan: { question, authority: { kind: 'ask', because: 'b' }, hash: 'h' },
      token: 'the task token',
    } as never,
    work as never,
  );
const standing = (more: Partial<Approval> = {}) => {
  const approval: Approval = {
    id: 'q',
    incident: 'inc-1',
    run: 'r',
    question: 'quarantine',
    state: 'PENDING',
    planHash: 'h',
    needs: 'one',
    decisions: [],
    askedAt: at,
    expiresAt: '2026-11-29T04:00:00.000Z',
    suspects: [],
    requestedBy: null,
    ...more,
  };
  const posted = { text: 'as it is shown', blocks: [] };
  return approvalItem.item({ ...approval, messages: [{ channel: 'C1', ts: '1' }], posted }, 'inc-1', 'r', 'quarantine');
};

beforeEach(() => {
  told.length = 0;
  kept.length = 0;
  stored.item = null;
});

describe('a question', () => {
  it.each([
    ['medium', 'on call'],
    ['high', 'on call and pagers'],
    ['critical', 'on call and pagers'],
  ])('of severity %s wakes those %s, and has its details in its thread', async (severity, wakes) => {
    await ask('ask', severity);
    expect(told).toMatchObject([
      { where: { channel: 'main', wakes, rest: { text: expect.stringContaining('Details') } } },
    ]);
  });

  it('that nobody has answered climbs, and wakes them again', async () => {
    stored.item = standing();
    await ask('escalate');
    expect(told).toMatchObject([{ where: { channel: 'escalation', wakes: 'on call and pagers' } }]);
  });

  it('that somebody has taken over climbs no further: the run waits on, and the message stays as it is', async () => {
    stored.item = standing({ owner: { by: 'Rosa', via: 'slack', at } });
    await ask('escalate');
    expect(told).toEqual([]);
    expect(kept).toMatchObject([{ ':token': expect.any(String), ':message': { text: 'as it is shown' } }]);
  });

  it('is asked once, however often its state is entered again', async () => {
    stored.item = standing();
    await ask('ask');
    expect(told).toEqual([]);
  });
});
